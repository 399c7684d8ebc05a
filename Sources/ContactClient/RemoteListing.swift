import ContactModel
import JSONText

/// What one search brought, filtered by the terms the server was not asked for and put in order.
struct RemoteListing: ContactListing {
    let total: Int
    let isPartial: Bool
    private let contacts: [Contact]

    init(_ fetched: [Contact], query: Query, order: SortOrder) {
        total = fetched.count
        isPartial = fetched.count >= ContactSearch.maximumRows
        contacts = order.sorted(fetched.filter { query.matches($0) })
    }

    var count: Int { contacts.count }

    func rows(_ range: Range<Int>) -> [ContactRow] {
        contacts[range.clamped(to: contacts.indices)].map {
            ContactRow(contact: $0, key: $0.key, flaws: $0.flaws)
        }
    }

    func position(of key: ContactKey) -> Int? {
        contacts.firstIndex { contact in
            switch key {
            case .id(let id): contact.id.map { $0.hasSameUTF8(as: id) } ?? false
            case .phone(let phone): contact.phoneNumber == phone
            }
        }
    }
}

extension Query {
    /// Whether every term is found in the name, the email or the phone, as in a local store.
    fileprivate func matches(_ contact: Contact) -> Bool {
        let texts = [contact.name, contact.email, contact.phone].map {
            SearchText.folded($0 ?? "").utf8
        }
        let digits = (contact.phone ?? "").utf8.filter { (0x30...0x39).contains($0) }
        return terms.allSatisfy { term in
            texts.contains { $0.contains(term.folded.utf8) }
                || term.digits.map { digits.contains($0.utf8) } ?? false
        }
    }
}
