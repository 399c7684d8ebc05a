import ContactModel
import JSONText

/// What stands in a cell of the list.
enum CellText {
    static func text(of contact: Contact, _ column: Column, now: Int) -> String {
        switch column {
        case .metadata(let path): return value(contact.metadata ?? [:], path)
        case .field(let field):
            guard field.isTime, let text = contact.text(field) else { return contact.shown(field) }
            return RelativeDate.text(text, now: now) ?? text
        }
    }

    /// The value at a path such as `address.city`; a key that holds dots itself goes first.
    private static func value(_ object: JSONObject, _ path: String) -> String {
        if let value = object[path] { return ValueKind.editedText(of: value) }
        guard let dot = path.firstIndex(of: "."),
            let inner = object[String(path[..<dot])]?.object
        else { return "" }
        return value(inner, String(path[path.index(after: dot)...]))
    }
}

extension Field {
    /// Whether it holds an instant.
    var isTime: Bool {
        switch self {
        case .optedInAt, .optedOutAt, .lastMessageAt, .createdAt, .updatedAt: true
        default: false
        }
    }
}
