/// A place in a document, as editors count it.
package struct TOMLPosition: Hashable, Sendable {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in Unicode scalars.
    package let column: Int

    /// A place by its line and column.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One value of a TOML document (version 1.0.0), with the place where it stands.
package struct TOMLValue: Hashable, Sendable {
    /// What a value can be.
    package indirect enum Kind: Hashable, Sendable {
        case text(String)
        case integer(Int)
        case float(Double)
        case bool(Bool)
        /// A date, a time or both, as it was written.
        case date(String)
        case array([TOMLValue])
        case table(TOMLTable)
    }

    /// The value itself.
    package let kind: Kind
    /// Where it begins; for a table with a header, where the header does.
    package let position: TOMLPosition

    init(_ kind: Kind, at position: TOMLPosition) {
        self.kind = kind
        self.position = position
    }
}

extension TOMLValue {
    /// The word a person knows this kind of value by: `text`, `number`, `true/false`, `date`,
    /// `list` or `section`.
    package var kindName: String {
        switch kind {
        case .text: "text"
        case .integer, .float: "number"
        case .bool: "true/false"
        case .date: "date"
        case .array: "list"
        case .table: "section"
        }
    }

    /// The text of a `.text`; nil for every other kind.
    package var text: String? {
        if case .text(let text) = kind { text } else { nil }
    }

    /// The number of an `.integer`; nil for every other kind.
    package var integer: Int? {
        if case .integer(let number) = kind { number } else { nil }
    }

    /// The value of a `.bool`; nil for every other kind.
    package var bool: Bool? {
        if case .bool(let value) = kind { value } else { nil }
    }

    /// The elements of an `.array`; nil for every other kind.
    package var array: [TOMLValue]? {
        if case .array(let elements) = kind { elements } else { nil }
    }

    /// The entries of a `.table`; nil for every other kind.
    package var table: TOMLTable? {
        if case .table(let table) = kind { table } else { nil }
    }
}

/// Keys with their values, in the order they were written.
package struct TOMLTable: Hashable, Sendable {
    /// One key with its value.
    package struct Entry: Hashable, Sendable {
        /// The key, without quotes.
        package let name: String
        /// Where the key stands.
        package let position: TOMLPosition
        /// What follows it.
        package let value: TOMLValue
    }

    /// Every entry; no name stands twice.
    package let entries: [Entry]

    /// The value of a key; nil where there is none.
    package subscript(name: String) -> TOMLValue? {
        entries.first { $0.name == name }?.value
    }
}
