import JSONText

/// Reads bodies the way clients really send them.
enum RequestBody {
    /// The members of the body; none where there is no body, or the empty list that PHP makes of
    /// an empty object.
    ///
    /// - Throws: 400, 408, 413 or 415.
    static func read(_ request: Request) throws(Refusal) -> JSONObject {
        let bytes = try bytes(of: request)
        return bytes.isEmpty ? [:] : try members(of: bytes)
    }

    /// How deep lists and objects of a body may stand within each other.
    static let depthLimit = 100

    /// The bytes of the body, of a type that is read here where there are any.
    ///
    /// - Throws: 408, 413 or 415.
    static func bytes(of request: Request) throws(Refusal) -> [UInt8] {
        switch request.body {
        case .late: throw Refusal(.error(408, "The request did not arrive in time."))
        case .tooLarge(let limit):
            throw Refusal(.error(413, "The body is larger than \(limit) bytes."))
        case .bytes(let bytes):
            if !bytes.isEmpty { try checkType(of: request) }
            return bytes
        }
    }

    /// Makes sure that the type of a body is one that is read here.
    ///
    /// - Throws: 415.
    static func checkType(of request: Request) throws(Refusal) {
        if let encoding = request.contentEncoding, encoding != "identity" {
            throw Refusal(.error(415, "The body must not be compressed."))
        }
        guard isJSON(request.contentType) else {
            throw Refusal(
                .error(415, "The body must be JSON, of content type application/json."))
        }
    }

    private static func members(of bytes: [UInt8]) throws(Refusal) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, depthLimit: depthLimit)
        } catch {
            throw Refusal(.error(400, error.sentence))
        }
        switch value {
        case .object(let members):
            if let name = members.repeatedName ?? members["metadata"]?.object?.repeatedNameWithin {
                throw Refusal(.error(400, "The body says \"\(name)\" twice."))
            }
            return members
        case .array(let elements) where elements.isEmpty: return [:]
        default:
            throw Refusal(.error(400, "The body must be a JSON object, not \(value.kind)."))
        }
    }

    /// A missing type is taken for JSON, since that is all the API speaks.
    private static func isJSON(_ contentType: String?) -> Bool {
        // Nearly all write it like this, and need no taking apart.
        guard let contentType, contentType != "application/json" else { return true }
        let parts = contentType.split(
            separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        let type = parts[0].filter { $0 != " " && $0 != "\t" }.lowercased()
        return type == "application/json" || type == "text/json"
            || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}

extension JSONSyntaxError {
    /// A sentence for whoever wrote the client.
    var sentence: String {
        "The body is not JSON: \(reason.words) at line \(line) column \(column)."
    }
}

extension JSONSyntaxError.Reason {
    fileprivate var words: String {
        switch self {
        case .unexpectedByte: "a character that cannot stand there"
        case .unexpectedEnd: "it ends in the middle"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .badEscape: "an unknown escape"
        case .loneSurrogate: "half of a surrogate pair"
        case .controlCharacter: "a control character that is not escaped"
        case .badNumber: "a malformed number"
        case .trailingText: "more text after the value"
        }
    }
}
