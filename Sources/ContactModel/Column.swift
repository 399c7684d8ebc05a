/// What a list shows or sorts by: a field, or a value within metadata.
package enum Column: Hashable, Sendable {
    /// One of the documented fields.
    case field(Field)
    /// A metadata key, or a path into nested objects such as `address.city`.
    case metadata(String)

    /// Reads a field's name, or `meta.` and a key.
    ///
    /// - Returns: nil where it is neither.
    package init?(name: String) {
        if let field = Field(rawValue: name) {
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
