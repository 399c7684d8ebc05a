import ContactModel
import JSONText

/// Reads answers: the status first, then what stands in the body, trusting neither.
struct AnswerReader {
    let answer: Answer

    /// The JSON of a success.
    ///
    /// - Parameter lookup: whom the request was about, for a 404.
    /// - Throws: the failure that the status tells, or `.badAnswer`.
    func value(about lookup: ContactLookup? = nil) throws(ClientError) -> JSONValue {
        guard (200..<300).contains(answer.status) else { throw failure(about: lookup) }
        do {
            return try JSONValue(parsing: answer.body, loneSurrogates: .replace)
        } catch {
            throw .badAnswer(.notJSON(error, contentType: answer.contentType))
        }
    }

    func failure(about lookup: ContactLookup?) -> ClientError {
        let parsed = Result { () throws(JSONSyntaxError) in try JSONValue(parsing: answer.body) }
        let body = (try? parsed.get())?.object ?? [:]
        let words = AnswerReader.words(in: body)
        switch answer.status {
        case 300..<400: return .badAnswer(.redirect(answer.location ?? ""))
        case 401: return .unauthenticated
        case 403: return .forbidden(words)
        case 404:
            // A page of something on the way is no word of the API, and no word on the contact.
            if case .failure(let error) = parsed {
                return .badAnswer(.notJSON(error, contentType: answer.contentType))
            }
            guard let lookup, body["error"]?.text != nil else { break }
            return .notFound(lookup)
        case 408: return .serverFailed(status: answer.status, message: words)
        case 409:
            guard case .key(let key) = lookup, words.hasPrefix("Several contacts") else { break }
            return .ambiguous(key)
        case 422:
            guard let fields = AnswerReader.fields(in: body) else { break }
            return .invalid(fields)
        case 429: return .throttled(retryAfter: answer.retryAfter)
        case 500...: return .serverFailed(status: answer.status, message: words)
        default: break
        }
        return .rejected(status: answer.status, message: words)
    }

    /// The server's own sentence, in either of its two shapes; empty where there is none.
    private static func words(in body: JSONObject) -> String {
        String((body["error"]?.text ?? body["message"]?.text ?? "").prefix(500))
    }

    private static func fields(in body: JSONObject) -> InvalidFields? {
        guard let errors = body["errors"]?.object else { return nil }
        var fields: [InvalidFields.Field] = []
        for member in errors.members.prefix(20) {
            for sentence in (member.value.array ?? [member.value]).prefix(5) {
                guard let text = sentence.text else { continue }
                fields.append(
                    InvalidFields.Field(
                        name: String(member.name.prefix(100)), message: String(text.prefix(500))))
            }
        }
        return fields.isEmpty ? nil : InvalidFields(fields)
    }
}

extension Contact {
    /// The contact an answer holds; one without metadata is incomplete.
    init(answered value: JSONValue) throws(ClientError) {
        try self.init(listed: value)
        guard id != nil || phone != nil else { throw .badAnswer(.shape("id")) }
    }

    /// The contact a row of a list holds, whatever it lacks: one odd row must not hide the others.
    init(listed value: JSONValue) throws(ClientError) {
        guard let record = value.object else { throw .badAnswer(.shape("a contact")) }
        self.init(record: record, isComplete: record[Field.metadata.name] != nil)
    }

    /// Makes sure that the contact is the one that was asked for.
    func checked(against lookup: ContactLookup) throws(ClientError) -> Contact {
        switch lookup {
        case .key(.id(let asked)) where id.map({ $0.hasSameUTF8(as: asked) }) != true:
            throw .badAnswer(.otherContact(asked: .id(asked), answered: String(shownKey)))
        case .key(.phone(let asked)) where phoneNumber != asked:
            throw .badAnswer(.otherContact(asked: .phone(asked), answered: String(shownKey)))
        case .email(let asked) where email?.lowercased() != asked.lowercased():
            throw .badAnswer(.shape("email"))
        default: return self
        }
    }

    /// Makes sure that it is not another contact than the one that is known by the same number.
    func checked(against known: Contact?) throws(ClientError) -> Contact {
        guard let asked = known?.id, let id, !id.hasSameUTF8(as: asked) else { return self }
        throw .badAnswer(.otherContact(asked: .id(asked), answered: String(shownKey)))
    }

    private var shownKey: Substring { (id ?? phone ?? "").prefix(100) }

    /// This contact with the members of `answer` in place of its own.
    func overlaid(by answer: Contact) -> Contact {
        var members = record
        for member in answer.record.members { members[member.name] = member.value }
        return Contact(record: members, isComplete: isComplete || answer.isComplete)
    }
}

extension Account {
    /// The answer of `/me`.
    init(answered value: JSONValue) throws(ClientError) {
        guard let object = value.object, let id = object["id"]?.identity else {
            throw .badAnswer(.shape("id"))
        }
        var workspace: Workspace?
        if let tenant = object["tenant"]?.object {
            guard let id = tenant["id"]?.identity else { throw .badAnswer(.shape("tenant.id")) }
            workspace = Workspace(id: id, name: tenant["name"]?.text ?? id)
        }
        self.init(
            id: id, email: object["email"]?.text, name: object["name"]?.text,
            workspace: workspace)
    }
}

extension JSONValue {
    /// An opaque id, which some servers write as a number.
    fileprivate var identity: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let number): number.text
        default: nil
        }
    }
}
