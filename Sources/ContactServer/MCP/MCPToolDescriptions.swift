import JSONText

extension MCPTools {
    /// What `tools/list` answers.
    static let described = JSONValue.array(Name.allCases.map { .object($0.description) })
}

extension MCPTools.Name {
    fileprivate var description: JSONObject {
        [
            "name": .string(rawValue), "description": .string(sentence),
            "inputSchema": .object([
                "type": .string("object"), "properties": .object(properties),
                "required": .array(required.map(JSONValue.string)),
            ]),
            "annotations": .object(["readOnlyHint": .bool(self == .listContacts)]),
        ]
    }

    private var sentence: String {
        switch self {
        case .listContacts: "Lists all contacts, a page at a time."
        case .tagContact: "Adds tags to a contact and takes others away."
        case .deleteContact: "Deletes a contact."
        }
    }

    private var required: [String] { self == .listContacts ? [] : ["id"] }

    private var properties: JSONObject {
        let text = JSONValue.object(["type": .string("string")])
        let texts = JSONValue.object(["type": .string("array"), "items": text])
        switch self {
        case .listContacts:
            return [
                "search": text, "tag": text,
                "opted_in_only": .object(["type": .string("boolean"), "default": .bool(true)]),
                "page": MCPTools.Name.count(upTo: nil, standard: 1),
                "per_page": MCPTools.Name.count(upTo: 100, standard: 25),
            ]
        case .tagContact: return ["id": text, "add_tags": texts, "remove_tags": texts]
        case .deleteContact: return ["id": text]
        }
    }

    private static func count(upTo maximum: Int?, standard: Int) -> JSONValue {
        var schema: JSONObject = [
            "type": .string("integer"), "minimum": .number(JSONNumber(1)),
            "default": .number(JSONNumber(standard)),
        ]
        schema["maximum"] = maximum.map { .number(JSONNumber($0)) }
        return .object(schema)
    }
}
