import ContactClient
import ContactModel
import ContactUI

/// What is known of a workspace here, in place of an answer of its server.
extension PlaceOptions {
    /// The contacts that match; where the server cannot be reached, those that are known here.
    func reachable(
        _ query: Query, _ order: SortOrder = SortOrder(), in backend: any ContactBackend
    ) async throws(ClientError) -> any ContactListing {
        try await answer(of: backend, isOfList: true) { () async throws(ClientError) in
            try await backend.list(query, order: order)
        } orElse: { workspace in
            workspace.recalled(query, order: order)
        }
    }

    /// A contact, what is queued for it on top; where the server cannot be reached, as it is known
    /// here.
    func reachable(
        _ key: ContactKey, in backend: any ContactBackend
    ) async throws(ClientError) -> Contact {
        try await answer(of: backend) { () async throws(ClientError) in
            guard let workspace = backend.workspace else {
                return try await backend.contact(.key(key))
            }
            let (contact, unsent) = try await workspace.overlaid(key)
            note(unsent)
            return contact
        } orElse: { workspace in
            workspace.recalled(key)
        }
    }

    /// Says where some of what is shown is not at the server.
    private func note(_ unsent: UnsentState?) {
        switch unsent {
        case nil: break
        case .waiting: note("this holds what is not sent yet")
        case .failed, .conflict:
            note("this holds what the server has not taken: 'patchbook sync --status' tells why")
        }
    }

    /// Every tag; where the server cannot be reached, those that are known here.
    func reachableTags(
        in backend: any ContactBackend
    ) async throws(ClientError) -> [TagCount] {
        try await answer(of: backend) { () async throws(ClientError) in
            try await backend.tags()
        } orElse: { workspace in
            workspace.recalledTags()
        }
    }

    private func answer<T>(
        of backend: any ContactBackend, isOfList: Bool = false,
        _ ask: () async throws(ClientError) -> T, orElse recall: (WorkspaceClient) -> T?
    ) async throws(ClientError) -> T {
        do throws(ClientError) {
            return try await ask()
        } catch {
            guard let workspace = backend.workspace,
                error.isOfTheWay || isOfList && error.isAboutListings,
                let known = recall(workspace)
            else { throw error }
            let cause = Wording.failure(error, place: backend.place.title).message
            let age = workspace.mirrored.map { ", read \(QuotaWording.age($0.at)) ago" } ?? ""
            note("\(cause); this is what is known here\(age)")
            return known
        }
    }
}

extension ClientError {
    /// Whether the server could not be asked, so that a change may wait for it.
    var isOfTheWay: Bool {
        switch self {
        case .notSent, .outcomeUnknown, .serverFailed, .throttled: true
        case .badAnswer(.notJSON), .badAnswer(.redirect): true
        default: false
        }
    }
}
