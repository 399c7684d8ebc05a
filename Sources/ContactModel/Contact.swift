package import JSONText

/// A person in the book: a typed view on the JSON record that a store or a server holds.
///
/// Nothing of the record is lost by reading it so: unknown fields, order and the text of numbers
/// stay in `record`.
package struct Contact: Hashable, Sendable {
    /// The members as they were written.
    package private(set) var record: JSONObject

    /// False for a row of a search, which carries no metadata: what is not there is unknown,
    /// not empty.
    package let isComplete: Bool

    /// Views `record` as a contact.
    package init(record: JSONObject, isComplete: Bool = true) {
        self.record = record
        self.isComplete = isComplete
    }

    /// The opaque identity, as it was written.
    package var id: String? { text(.id) }

    /// The telephone number as it was written, E.164 or not.
    package var phone: String? { text(.phone) }

    /// The display name; nil where it is null, empty or absent.
    package var name: String? { text(.name) }

    /// The email address as it was written, valid or not; nil where null, empty or absent.
    package var email: String? { text(.email) }

    /// Where the contact came from, such as `manual` or `shopify`.
    package var source: String? { text(.source) }

    /// The language tag of the contact, such as `fr`.
    package var locale: String? { text(.locale) }

    /// The tags; elements that are not text are left out here and told as a flaw.
    package var tags: TagList {
        TagList(stored: (record[Field.tags.name]?.array ?? []).compactMap(\.text))
    }

    /// The free-form members; nil where they were not fetched.
    package var metadata: JSONObject? {
        guard let value = record[Field.metadata.name] else { return isComplete ? [:] : nil }
        return value.object ?? [:]
    }

    /// How many messages went to and fro; nil where unknown.
    package var totalMessages: Int? {
        guard case .number(let number) = record[Field.totalMessages.name] else { return nil }
        return number.integerValue
    }

    /// The text of one of the text fields; nil where it is null, empty, absent or of another type.
    package func text(_ field: Field) -> String? {
        guard let text = record[field.name]?.text, !text.isEmpty else { return nil }
        return text
    }

    /// The number that names this contact, where it can be read as one.
    package var phoneNumber: PhoneNumber? {
        phone.flatMap { try? PhoneNumber(parsing: $0) }
    }

    mutating func set(_ field: Field, to value: JSONValue) {
        record[field.name] = value
    }
}

/// The fields of the widest contact object (`get-contact`), in the order they are shown.
package enum Field: String, CaseIterable, Hashable, Sendable {
    case id, phone, name, email, source, locale, metadata, tags
    case optedInAt = "opted_in_at"
    case optedOutAt = "opted_out_at"
    case lastMessageAt = "last_message_at"
    case totalMessages = "total_messages"
    case createdAt = "created_at"
    case updatedAt = "updated_at"

    /// The member's name in JSON.
    package var name: String { rawValue }
}

/// Something about a contact that a person should look at; it is shown as it is, never mended
/// silently.
package enum Flaw: Hashable, Sendable {
    /// The field holds a value of another type than it should.
    case wrongType(Field, JSONValue)
    /// There is no telephone number.
    case noPhone
    /// Another contact bears the same id, so nothing can be written by it.
    case repeatedID
    /// Another contact bears the same telephone number.
    case repeatedPhone
    /// Its bytes in the file were written over and are not read anew yet.
    case unreadable
    /// Neither an id nor a number of its own names it: only its place in the file does.
    case nameless
}

extension Contact {
    /// What is wrong with the record by itself.
    package var flaws: [Flaw] {
        let wrong = Field.allCases.compactMap { field -> Flaw? in
            guard let value = record[field.name], !field.accepts(value) else { return nil }
            return .wrongType(field, value)
        }
        return phone == nil && !wrong.contains(where: \.isAboutPhone) ? wrong + [.noPhone] : wrong
    }

    /// What stands in a field, as one line of text, whatever its type; empty where nothing does.
    package func shown(_ field: Field) -> String {
        switch record[field.name] {
        case nil, .null: ""
        case .string(let text): text
        case .array where field == .tags: tags.texts.joined(separator: ", ")
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        case .some(let value): value.kind
        }
    }
}

extension Flaw {
    fileprivate var isAboutPhone: Bool {
        if case .wrongType(.phone, _) = self { true } else { false }
    }
}

extension Field {
    /// Whether a value of this type may stand in the field; null always may. An empty list is
    /// how PHP writes an empty object.
    package func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (_, .null): true
        case (.metadata, .object), (.totalMessages, .number): true
        case (.metadata, .array(let elements)): elements.isEmpty
        case (.tags, .array(let elements)): elements.allSatisfy { $0.text != nil }
        case (.metadata, _), (.totalMessages, _), (.tags, _): false
        case (_, .string): true
        default: false
        }
    }
}
