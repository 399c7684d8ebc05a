import ContactClient
import ContactModel

/// Every contact of a workspace, read at one go: a call for each record would take the quota of
/// many minutes.
struct KnownContacts {
    /// Up to so many are asked for one by one.
    fileprivate static let few = 20
    /// How many one call lists.
    fileprivate static let rowsOfCall = 100

    private let listing: any ContactListing
    /// Where each of them stands, by id and by number.
    private var places: [ContactKey: Int] = [:]

    init(_ listing: any ContactListing) {
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
    subscript(key: ContactKey) -> Contact? {
        places[key].flatMap { listing.rows($0..<$0 + 1).first?.contact }
    }
}

extension PlaceOptions {
    /// Every contact of a workspace, where so many are to be looked at that reading all takes fewer
    /// calls than asking for each, as far as that is known; nil for a file, and where the server
    /// gives no list of all.
    func known(
        lookingAt count: Int, in backend: any ContactBackend
    ) async throws(ClientError) -> KnownContacts? {
        guard let workspace = backend.workspace else { return nil }
        let pages = (workspace.mirrored?.count ?? 0) / KnownContacts.rowsOfCall
        guard count >= max(KnownContacts.few, pages) else { return nil }
        let listing = try await reachable(.all, in: backend)
        return listing.isPartial ? nil : KnownContacts(listing)
    }
}
