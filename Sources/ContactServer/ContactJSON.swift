import ContactModel
import JSONText

/// Which fields an answer has, in the order of the API's reference.
enum ContactFields {
    /// Of get-contact and create-contact.
    static let widest: [Field] = [
        .id, .phone, .name, .email, .source, .locale, .metadata, .tags, .optedInAt, .optedOutAt,
        .lastMessageAt, .totalMessages, .createdAt, .updatedAt,
    ]
    /// Of a row of search-contacts.
    static let row: [Field] = [
        .id, .phone, .name, .email, .source, .tags, .lastMessageAt, .createdAt,
    ]
    /// Of update-contact.
    static let updated: [Field] = [.id, .phone, .name, .email, .tags, .updatedAt]
}

extension Contact {
    /// The contact as the API shows it.
    func json(_ fields: [Field]) -> JSONValue {
        .object(members(fields))
    }

    /// The documented members, each of its documented type whatever the record holds.
    func members(_ fields: [Field]) -> JSONObject {
        JSONObject(fields.map { JSONObject.Member(name: $0.name, value: value($0)) })
    }

    /// One documented member's value.
    func value(_ field: Field) -> JSONValue {
        switch field {
        case .tags: .array(tags.texts.map(JSONValue.string))
        case .metadata: .object(metadata ?? [:])
        case .totalMessages: .number(JSONNumber(totalMessages ?? 0))
        // By its text it is found, whatever it is in the file.
        case .id where record[field.name]?.kind == "number":
            .string(record[field.name]?.jsonText ?? "")
        default: text(field).map(JSONValue.string) ?? .null
        }
    }
}

extension Account {
    /// The answer of `/me`.
    var json: JSONValue {
        .object([
            "id": .string(id),
            "email": email.map(JSONValue.string) ?? .null,
            "name": name.map(JSONValue.string) ?? .null,
            "tenant": workspace.map {
                .object(["id": .string($0.id), "name": .string($0.name)])
            } ?? .null,
        ])
    }
}
