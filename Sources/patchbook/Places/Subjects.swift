import ContactClient
import ContactModel
import ContactStore

extension ContactBackend {
    /// Whom a key names, as people know the contact now.
    func subject(of key: ContactKey) -> String {
        if let workspace { return workspace.subject(of: key) }
        let snapshot = file?.store.snapshot
        let contact = snapshot.flatMap { now in now.soleNumber(of: key).map(now.contact) }
        return contact?.subject(key) ?? key.text
    }
}

/// Whom keys are about, as people know the contacts: the names of a listing.
struct Subjects {
    /// Looking one up may mean going through all; nobody reads more names than this.
    private static let limit = 200
    private let listing: (any ContactListing)?

    /// Names of a listing; without one there are none.
    init(_ listing: (any ContactListing)?) {
        self.listing = listing
    }

    /// The name for a key that stands at this place of a list; nil where it has to do.
    func name(_ key: ContactKey, at index: Int = 0) -> String? {
        guard index < Subjects.limit, let listing, let number = listing.number(of: key) else {
            return nil
        }
        return listing.row(number: number)?.subject
    }
}
