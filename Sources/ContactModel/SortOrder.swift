/// The order of a list: by one or several columns, ties in the order of the store.
package struct SortOrder: Hashable, Sendable {
    /// One column with its direction.
    package struct Key: Hashable, Sendable {
        /// What is compared.
        package var column: Column
        /// Last first.
        package var isDescending: Bool

        /// Sorts by a column, ascending unless told otherwise.
        package init(_ column: Column, descending: Bool = false) {
            self.column = column
            isDescending = descending
        }

        /// Sorts by a field, ascending unless told otherwise.
        package init(_ field: Field, descending: Bool = false) {
            self.init(Column.field(field), descending: descending)
        }
    }

    /// The columns, the most important first; none keeps the order of the store.
    package var keys: [Key]

    /// An order by these columns.
    package init(_ keys: [Key] = []) {
        self.keys = keys
    }

    /// By name, as lists open.
    package static let byName = SortOrder([Key(.name)])

    /// Reads `FIELD` or `FIELD:desc`, several separated by commas; nil where a part is neither.
    package init?(written text: String) {
        var keys: [Key] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            guard let field = Field(rawValue: words[0].trimmingWhitespace()), words.count <= 2
            else { return nil }
            switch words.dropFirst().first {
            case nil, "asc": keys.append(Key(field))
            case "desc": keys.append(Key(field, descending: true))
            default: return nil
            }
        }
        guard !keys.isEmpty else { return nil }
        self.init(keys)
    }
}
