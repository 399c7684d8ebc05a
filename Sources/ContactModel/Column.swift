import JSONText

/// What a list shows or sorts by: a field, or a value within metadata.
package enum Column: Hashable, Sendable {
    /// One of the documented fields.
    case field(Field)
    /// A metadata key, or a path into nested objects such as `address.city`.
    case metadata(String)

    /// The fields; metadata is none by itself, only its keys are.
    package static let fields = Field.allCases.filter { $0 != .metadata }.map(Column.field)

    /// Reads a field's name, the word that queries have for it, or `meta.` and a key.
    ///
    /// - Returns: nil where it is neither.
    package init?(name: String) {
        if let field = Field(rawValue: name) ?? QueryVocabulary.dateField(of: name) {
            self = .field(field)
        } else if name.hasPrefix("meta."), name.utf8.count > "meta.".utf8.count {
            self = .metadata(String(name.dropFirst("meta.".count)))
        } else {
            return nil
        }
    }

    /// What `init(name:)` reads back.
    package var name: String {
        switch self {
        case .field(let field): field.name
        case .metadata(let key): "meta." + key
        }
    }
}

extension Contact {
    /// What stands in a column, as one line of text; empty where nothing does.
    ///
    /// - Parameter separator: what stands between tags, and between the elements of a list.
    package func shown(_ column: Column, separator: String = ", ") -> String {
        switch column {
        case .field(.tags) where record[Field.tags.name]?.array != nil:
            tags.texts.joined(separator: separator)
        case .field(let field): shown(field)
        case .metadata(let path):
            metadata.flatMap(MetadataPath(dotted: path).value)
                .map { Contact.shown($0, separator) } ?? ""
        }
    }

    private static func shown(_ value: JSONValue, _ separator: String) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        case .array(let elements) where elements.allSatisfy({ $0.text != nil }):
            elements.compactMap(\.text).joined(separator: separator)
        default: value.jsonText
        }
    }
}
