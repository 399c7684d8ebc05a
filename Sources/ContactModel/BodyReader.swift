package import JSONText

/// Reads the members of an API body one by one and collects what is wrong, so that a caller
/// hears of every flaw at once.
package struct BodyReader {
    /// What was wrong so far.
    package private(set) var flaws: [InvalidFields.Field] = []
    private let body: JSONObject

    /// Reads from `body`.
    package init(_ body: JSONObject) {
        self.body = body
    }

    /// The flaws as an error.
    package var invalid: InvalidFields { InvalidFields(flaws) }

    /// Notes a flaw that the caller found.
    package mutating func note(_ name: String, _ message: String) {
        flaws.append(InvalidFields.Field(name: name, message: message))
    }

    /// The text of a member; nil where it is absent, null, or noted as a flaw.
    package mutating func text(_ name: String) -> String? {
        switch body[name] ?? .null {
        case .null: return nil
        case .string(let text): return text
        case let other:
            note(name, "The \(name) field must be text, not \(other.kind).")
            return nil
        }
    }

    /// A member that is true or false; `standard` where it is absent, null, or noted as a flaw.
    package mutating func flag(_ name: String, standard: Bool) -> Bool {
        switch body[name] ?? .null {
        case .null: return standard
        case .bool(let value): return value
        case let other:
            note(name, "The \(name) field must be true or false, not \(other.kind).")
            return standard
        }
    }

    /// A whole number within bounds; `standard` where it is absent, null, or noted as a flaw.
    package mutating func count(
        _ name: String, in bounds: ClosedRange<Int>, standard: Int
    ) -> Int {
        if case .null = body[name] ?? .null { return standard }
        if case .number(let number)? = body[name],
            let value = Int(exactly: number.doubleValue), bounds.contains(value)
        {
            return value
        }
        let range = "from \(bounds.lowerBound) to \(bounds.upperBound)"
        note(name, "The \(name) field must be a whole number \(range).")
        return standard
    }

    /// The tags of a member, a list or CSV; none where it is absent or null.
    package mutating func tagList(_ name: String) -> TagList {
        tags(name) ?? TagList()
    }

    /// The key of a contact: the id where both are given.
    package mutating func key() -> ContactKey? {
        let before = flaws.count
        let id = text("contact_id").flatMap { $0.isEmpty ? nil : $0 }
        let phone = text("phone").flatMap { $0.isEmpty ? nil : $0 }
        if let id { return .id(id) }
        if let phone { return self.phone(phone).map(ContactKey.phone) }
        if flaws.count == before {
            note("contact_id", "The contact_id field is required when phone is not present.")
            note("phone", "The phone field is required when contact_id is not present.")
        }
        return nil
    }

    /// The number that is written in the field `phone`.
    package mutating func phone(_ text: String) -> PhoneNumber? {
        if let phone = try? PhoneNumber(parsing: text) { return phone }
        note("phone", "The phone field must be an international number such as +15551234567.")
        return nil
    }

    /// The fields that update-contact and create-contact write.
    package mutating func patch() -> ContactPatch {
        ContactPatch(
            name: text("name").map { FieldEdit($0) }, email: email(),
            tags: tags("tags"), metadata: metadata())
    }

    private mutating func email() -> FieldEdit<EmailAddress>? {
        guard let text = text("email") else { return nil }
        if text.isEmpty { return .clear }
        if let email = EmailAddress(text) { return .set(email) }
        note("email", "The email field must be a valid email address.")
        return nil
    }

    private mutating func tags(_ name: String) -> TagList? {
        let parts: [String]
        switch body[name] ?? .null {
        case .null: return nil
        case .string(let csv): parts = csv.unicodeScalars.split(separator: ",").map(String.init)
        case .array(let elements):
            parts = elements.compactMap(\.text)
            guard parts.count == elements.count else { fallthrough }
        default:
            note(name, "The \(name) field must be text, tags separated by commas.")
            return nil
        }
        var tags: [Tag] = []
        for part in parts where !part.trimmingWhitespace().isEmpty {
            if let tag = tag(part, field: name) { tags.append(tag) }
        }
        return TagList(tags)
    }

    /// One tag, read from the named field.
    package mutating func tag(_ text: String, field: String) -> Tag? {
        do {
            return try Tag(text)
        } catch {
            note(field, "The \(field) field \(BodyReader.wording(error)).")
            return nil
        }
    }

    private static func wording(_ flaw: TagFlaw) -> String {
        switch flaw {
        case .empty: "must not be empty"
        case .comma: "must not hold a tag with a comma"
        case .controlCharacter: "must not hold a tag with a control character"
        case .tooLong: "must not hold a tag longer than \(Tag.maximumLength) characters"
        }
    }

    private mutating func metadata() -> JSONObject {
        switch body["metadata"] ?? .null {
        case .null: return [:]
        case .object(let object):
            if let name = object.repeatedNameWithin {
                note("metadata", "The metadata field says \"\(name)\" twice.")
            }
            return object
        case .array(let elements) where elements.isEmpty: return [:]
        case let other:
            note("metadata", "The metadata field must be an object, not \(other.kind).")
            return [:]
        }
    }
}
