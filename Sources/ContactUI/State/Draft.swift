package import ContactModel
package import JSONText

/// What was typed into a form and not saved, kept outside the program against crashes.
package struct Draft: Hashable, Sendable {
    /// One row as it was typed.
    package struct Entry: Hashable, Sendable {
        /// Which row.
        package var id: FormField.ID
        /// What was typed.
        package var text: String
        /// The type chosen for a metadata value.
        package var kind: ValueKind?
        /// What stood there when it was typed.
        package var original: String
        /// Whether the key was to be taken away.
        package var isRemoved: Bool
    }

    /// What the contact is written by; nil for a new one.
    package var key: ContactKey?
    /// The contact's name or number when it was edited, for the question that offers it.
    package var subject: String
    /// The rows that were touched.
    package var entries: [Entry]

    /// The change that is not sent and that was taken up in the form.
    package var unsent: Int?

    /// What is typed into a form; nil where nothing is.
    package init?(of form: FormState) {
        let touched = form.touched
        guard !touched.isEmpty else { return nil }
        key = form.key
        unsent = form.unsent
        subject = form.contact?.name ?? form.contact?.phone ?? form.phone?.e164 ?? "a new contact"
        entries = touched.map {
            Entry(
                id: $0.id, text: $0.text.text, kind: $0.kind, original: $0.original.text,
                isRemoved: $0.isRemoved)
        }
    }

    /// What a place in an earlier run's reading of the file means nobody can tell.
    private static let noReading = 0

    /// Whether it is of an earlier run, and the contact had nothing to be found again by.
    var isHomeless: Bool { if case .place(_, Draft.noReading)? = key { true } else { false } }

    /// A name that is the same for every draft of one contact: a later one replaces it.
    package var name: String { key.map(\.text) ?? "new" }

    /// What was typed, a row to a line, for whoever wants it elsewhere.
    var text: String {
        entries.map { "\($0.label): \($0.isRemoved ? "removed" : $0.text)" }
            .joined(separator: "\n")
    }
}

extension Draft.Entry {
    /// The field's name, or the metadata key.
    var label: String {
        if case .metadata(let key) = id { key } else { id.name }
    }
}

extension FormState {
    /// Types a draft's entries again; a field whose value changed since is a conflict.
    mutating func resume(_ draft: Draft) {
        unsent = draft.unsent
        for entry in draft.entries {
            let index: Int
            if let existing = fields.firstIndex(where: { $0.id == entry.id }) {
                index = existing
            } else {
                index = max(0, fields.count - 1)
                fields.insert(FormField(id: entry.id, kind: entry.kind), at: index)
            }
            if !fields[index].original.text.hasSameUTF8(as: entry.original) {
                conflicts.insert(entry.id)
            }
            fields[index].text = TextField(entry.text)
            fields[index].kind = entry.kind ?? fields[index].kind
            fields[index].isRemoved = entry.isRemoved
        }
        serial += 1
    }
}

extension Draft {
    /// The draft as it is written to a file.
    package var record: JSONObject {
        var record: JSONObject = key?.members ?? [:]
        record["subject"] = .string(subject)
        record["entries"] = .array(entries.map { .object($0.record) })
        if let unsent { record["unsent"] = .number(JSONNumber(unsent)) }
        if case .place(let place, _)? = key { record["row"] = .number(JSONNumber(Int(place))) }
        return record
    }

    /// Reads what `record` wrote; nil where it is something else.
    package init?(record: JSONObject) {
        guard let subject = record["subject"]?.text, let entries = record["entries"]?.array else {
            return nil
        }
        self.subject = subject
        if case .number(let number)? = record["unsent"] { unsent = number.integerValue }
        self.entries = entries.compactMap { $0.object.flatMap(Entry.init(record:)) }
        var reader = BodyReader(record)
        key = reader.key()
        if case .number(let number)? = record["row"], let place = number.integerValue {
            key = .place(Int32(truncatingIfNeeded: place), reading: Draft.noReading)
        }
        if self.entries.isEmpty { return nil }
    }
}

extension Draft.Entry {
    fileprivate var record: JSONObject {
        var record: JSONObject = ["field": .string(id.name), "text": .string(text)]
        if case .metadata(let key) = id { record["key"] = .string(key) }
        if let kind { record["type"] = .string(kind.rawValue) }
        record["was"] = .string(original)
        if isRemoved { record["removed"] = .bool(true) }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let name = record["field"]?.text, let text = record["text"]?.text,
            let id = FormField.ID(name: name, key: record["key"]?.text)
        else { return nil }
        self.init(
            id: id, text: text, kind: record["type"]?.text.flatMap(ValueKind.init(rawValue:)),
            original: record["was"]?.text ?? "", isRemoved: record["removed"] == .bool(true))
    }
}

extension FormField.ID {
    /// The field's name in the API; `new_key` for the row that names a key.
    package var name: String {
        switch self {
        case .phone: "phone"
        case .name: "name"
        case .email: "email"
        case .tags: "tags"
        case .metadata: "metadata"
        case .newKey: "new_key"
        }
    }

    fileprivate init?(name: String, key: String?) {
        switch name {
        case "phone": self = .phone
        case "name": self = .name
        case "email": self = .email
        case "tags": self = .tags
        case "new_key": self = .newKey
        case "metadata":
            guard let key else { return nil }
            self = .metadata(key)
        default: return nil
        }
    }
}
