package import ContactModel

/// Every contact of a workspace, read at one go: a call for each record would take the quota of
/// many minutes.
package struct KnownContacts {
    private let listing: any ContactListing
    /// Where each of them stands, by id and by number.
    private var places: [ContactKey: Int] = [:]

    /// Those of a listing.
    package init(_ listing: any ContactListing) {
        self.listing = listing
        for start in stride(from: 0, to: listing.count, by: 1000) {
            let rows = listing.rows(start..<min(listing.count, start + 1000))
            for (place, row) in rows.enumerated() {
                if let id = row.contact.id { places[.id(id)] = start + place }
                if let number = row.contact.phoneNumber { places[.phone(number)] = start + place }
            }
        }
    }

    /// The contact that a key names, as it stands once all is sent that is queued for it.
    package subscript(key: ContactKey) -> Contact? {
        places[key].flatMap { listing.rows($0..<$0 + 1).first?.contact }
    }
}

extension WorkspaceClient {
    /// Up to so many contacts are asked for one by one.
    static let few = 20

    /// Whether reading all contacts takes no more calls than asking for so many one by one, as far
    /// as that is known.
    package func isListed(ratherThan count: Int) -> Bool {
        count >= max(WorkspaceClient.few, (mirrored?.count ?? 0) / PageLoop.size)
    }
}
