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
    /// What search-contacts is asked for so that the least is left to be filtered here, one after
    /// the other until an answer leaves nobody out: an exact address, else the longest texts that
    /// every match holds in its name, email or phone. A written number is asked for by its digits,
    /// as servers hold them.
    ///
    /// Servers compare tags exactly, so one is asked for only where nothing else narrows the
    /// search.
    var searches: [ContactSearch] {
        var address: String?
        var words: [Word] = []
        var tag: String?
        for term in requiredTerms {
            switch term {
            case .text(.email, .exactly(let text)): address = text
            case .word(let word), .text(.name, .contains(let word)),
                .text(.email, .contains(let word)), .text(.phone, .contains(let word)):
                words.append(word)
            case .tag(.has(let text)): tag = text
            default: break
            }
        }
        if let address { return [ContactSearch(email: address)] }
        guard !words.isEmpty else { return [ContactSearch(tag: tag)] }
        return words.sorted { $0.folded.utf8.count > $1.folded.utf8.count }.prefix(3)
            .map { ContactSearch(text: $0.digits ?? $0.written) }
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
