import ContactModel
import JSONText

/// Why an entry was refused, as it is kept from one run of the program to the next.
enum KeptFailure {
    static func record(of error: ClientError) -> JSONObject {
        switch error {
        case .notFound: return ["kind": .string("missing")]
        case .ambiguous: return ["kind": .string("ambiguous")]
        case .invalid(let invalid):
            let fields = invalid.fields.map { field -> JSONValue in
                .object(["name": .string(field.name), "message": .string(field.message)])
            }
            return ["kind": .string("invalid"), "fields": .array(fields)]
        case .unusable(.unusable(let field, let kind)):
            return [
                "kind": .string("unusable"), "field": .string(field.name),
                "holds": .string(kind),
            ]
        case .rejected(let status, let words):
            return [
                "kind": .string("rejected"), "status": .whole(status), "words": .string(words),
            ]
        case .serverFailed(let status, let words):
            return ["kind": .string("server"), "status": .whole(status), "words": .string(words)]
        case .badAnswer(.otherContact(_, let answered)):
            return ["kind": .string("other"), "answered": .string(answered)]
        case .badAnswer(.tooLarge(let limit)):
            return ["kind": .string("large"), "limit": .whole(limit)]
        case .badAnswer(.redirect(let target)):
            return ["kind": .string("redirect"), "target": .string(target)]
        case .badAnswer(.shape(let words)):
            return ["kind": .string("shape"), "words": .string(words)]
        default: return ["kind": .string("shape"), "words": .string("no JSON")]
        }
    }

    static func error(in record: JSONObject, about key: ContactKey) -> ClientError {
        let words = record["words"]?.text ?? ""
        let status = record["status"]?.integer ?? 0
        switch record["kind"]?.text {
        case "missing": return .notFound(.key(key))
        case "ambiguous": return .ambiguous(key)
        case "invalid":
            let fields = (record["fields"]?.array ?? []).compactMap { value in
                value.object.map {
                    InvalidFields.Field(
                        name: $0["name"]?.text ?? "", message: $0["message"]?.text ?? "")
                }
            }
            return .invalid(InvalidFields(fields))
        case "unusable":
            let field = record["field"]?.text.flatMap(Field.init(rawValue:)) ?? .name
            return .unusable(.unusable(field, kind: record["holds"]?.text ?? ""))
        case "rejected": return .rejected(status: status, message: words)
        case "server": return .serverFailed(status: status, message: words)
        case "other":
            return .badAnswer(
                .otherContact(asked: key, answered: record["answered"]?.text ?? ""))
        case "large": return .badAnswer(.tooLarge(limit: record["limit"]?.integer ?? 0))
        case "redirect": return .badAnswer(.redirect(record["target"]?.text ?? ""))
        default: return .badAnswer(.shape(words))
        }
    }
}
