import ContactClient
import ContactModel

extension PlaceOptions {
    /// Every contact of a workspace, read anew or, where it cannot be reached, as they are known
    /// here; nil for a file, and where the server gives no list of all.
    func everybody(in backend: any ContactBackend) async throws(ClientError) -> KnownContacts? {
        guard backend.workspace != nil else { return nil }
        let listing = try await reachable(.all, in: backend)
        return listing.isPartial ? nil : KnownContacts(listing)
    }

    /// The same where so many are to be looked at that it takes fewer calls than asking for each.
    func known(
        lookingAt count: Int, in backend: any ContactBackend
    ) async throws(ClientError) -> KnownContacts? {
        guard backend.workspace?.isListed(ratherThan: count) == true else { return nil }
        return try await everybody(in: backend)
    }
}
