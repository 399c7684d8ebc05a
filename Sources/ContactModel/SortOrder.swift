/// The order of a list: by one or several columns, ties in the order of the store.
package struct SortOrder: Hashable, Sendable {
    /// One column with its direction.
    package struct Key: Hashable, Sendable {
        /// What is compared; the field `metadata` as a whole compares nothing.
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
            self.init(.field(field), descending: descending)
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

    /// Reads `COLUMN` or `COLUMN:desc`, several separated by commas; nil where a part is neither.
    package init?(written text: String) {
        var keys: [Key] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            guard let column = Column(name: words[0].trimmingWhitespace()), words.count <= 2
            else { return nil }
            switch words.dropFirst().first?.trimmingWhitespace() {
            case nil, "asc": keys.append(Key(column))
            case "desc": keys.append(Key(column, descending: true))
            default: return nil
            }
        }
        guard !keys.isEmpty else { return nil }
        self.init(keys)
    }

    /// What `init(written:)` reads back.
    package var written: String {
        keys.map { $0.column.name + ($0.isDescending ? ":desc" : "") }.joined(separator: ",")
    }
}
