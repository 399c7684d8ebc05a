import JSONText

/// Checks values against the part of JSON Schema (2020-12) that the API's description uses for
/// answers.
struct JSONSchema {
    /// The document that references point into.
    let document: JSONValue

    /// What is wrong with a value, each flaw with its place; empty where nothing is.
    func flaws(of value: JSONValue, by schema: JSONValue?, at place: String = "$") -> [String] {
        guard let schema = resolved(schema) else { return ["\(place): no schema"] }
        return schema.members.flatMap { keyword in
            flaws(of: value, keyword.name, keyword.value, schema, place)
        }
    }

    /// What a schema or another object says, references followed.
    func resolved(_ value: JSONValue?) -> JSONObject? {
        guard let object = value?.object else { return nil }
        guard let reference = object["$ref"]?.text else { return object }
        let names = reference.dropFirst(2).split(separator: "/").map(String.init)
        return resolved(names.reduce(document as JSONValue?) { $0?.object?[$1] })
    }

    private func flaws(
        of value: JSONValue, _ keyword: String, _ wanted: JSONValue, _ schema: JSONObject,
        _ place: String
    ) -> [String] {
        switch keyword {
        case "description": return []
        case "const": return value == wanted ? [] : ["\(place) is not \(wanted.jsonText)"]
        case "type":
            let types = (wanted.array ?? [wanted]).compactMap(\.text)
            return types.contains { value.isOf(type: $0) } ? [] : ["\(place) is \(value.kind)"]
        case "required":
            let names = (wanted.array ?? []).compactMap(\.text)
            return names.filter { value.object?[$0] == nil }.map { "\(place) lacks \($0)" }
        case "properties":
            return (wanted.object?.members ?? []).flatMap { property in
                value.object?[property.name].map {
                    flaws(of: $0, by: property.value, at: "\(place).\(property.name)")
                } ?? []
            }
        case "additionalProperties": return others(of: value, wanted, schema, place)
        case "items":
            return (value.array ?? []).enumerated()
                .flatMap { flaws(of: $1, by: wanted, at: "\(place)[\($0)]") }
        case "minItems": return (value.array?.count ?? 0) >= wanted.integer ? [] : ["\(place): few"]
        case "maxItems":
            return (value.array?.count ?? 0) <= wanted.integer ? [] : ["\(place): many"]
        case "anyOf":
            let each = (wanted.array ?? []).map { flaws(of: value, by: $0, at: place) }
            return each.contains([]) ? [] : each.flatMap(\.self)
        default: return ["\(place): the keyword \(keyword) is not checked"]
        }
    }

    private func others(
        of value: JSONValue, _ wanted: JSONValue, _ schema: JSONObject, _ place: String
    ) -> [String] {
        let known = schema["properties"]?.object?.names ?? []
        return (value.object?.members ?? []).filter { !known.contains($0.name) }.flatMap { member in
            wanted == .bool(false)
                ? ["\(place).\(member.name) is not described"]
                : flaws(of: member.value, by: wanted, at: "\(place).\(member.name)")
        }
    }
}

extension JSONValue {
    fileprivate var integer: Int {
        if case .number(let number) = self { number.integerValue ?? 0 } else { 0 }
    }

    fileprivate func isOf(type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"):
            true
        case (.number(let number), "integer"): number.integerValue != nil
        default: false
        }
    }
}
