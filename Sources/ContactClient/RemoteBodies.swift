import ContactModel
import JSONText

extension ContactLookup {
    /// The body of get-contact.
    var members: JSONObject {
        switch self {
        case .key(let key): key.members
        case .email(let email): ["email": .string(email)]
        }
    }
}

extension ContactSearch {
    /// The body of search-contacts.
    var body: JSONObject {
        var body: JSONObject = [:]
        if let text { body["query"] = .string(text) }
        if let tag { body["tag"] = .string(tag) }
        if let email { body["email"] = .string(email) }
        return body
    }
}

extension Query {
    /// The one substring that search-contacts takes: of the longest term, which leaves the least
    /// to be filtered here. A written number is asked for by its digits, as servers hold them.
    var askedOfServer: String? {
        let longest = terms.max { $0.folded.utf8.count < $1.folded.utf8.count }
        return longest.map { $0.digits ?? $0.written }
    }
}

extension Contact {
    /// The key to write by: the id where the answer has one, as it came.
    func writingKey(askedFor key: ContactKey) -> ContactKey {
        id.map(ContactKey.id) ?? key
    }

    /// `applying`, with the failure that both backends share.
    func merging(_ patch: ContactPatch) throws(ClientError) -> Contact {
        do throws(PatchFlaw) {
            return try applying(patch)
        } catch {
            throw .unusable(error)
        }
    }
}
