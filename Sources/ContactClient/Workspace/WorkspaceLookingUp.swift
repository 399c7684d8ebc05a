package import ContactModel
import ContactStore
import Synchronization

/// What is asked of the server for a list: for whoever matches, where it lists no whole
/// workspaces; for everybody, where nobody sits before it.
extension WorkspaceClient {
    /// For so long nothing may be typed before the server is asked.
    private static let pause = Duration.milliseconds(300)

    /// Asks the server for those who match and keeps what it says: behind the person's back where
    /// something is known already.
    func lookUp(_ query: Query) async {
        let search = query.searches
        let isAwaited = shared.withLock { shared in
            let isAwaited = shared.onEvent == nil || shared.state.confirmed.count == 0
            guard shared.lastSearch != search else { return false }
            shared.lastSearch = search
            shared.failedSearch = nil
            shared.searching?.cancel()
            guard !isAwaited else { return true }
            shared.searching = Task { [self] in
                try? await pacing.sleep(WorkspaceClient.pause)
                guard !Task.isCancelled else { return }
                await ask(search)
                tellOfChange(atOnce: true)
            }
            return false
        }
        if isAwaited { await ask(search) }
    }

    /// Asks once more what failed, as often as the loop that sends tries again.
    func lookUpAgain() async {
        if let search = shared.withLock({ $0.failedSearch.take() }) { await ask(search) }
    }

    private func ask(_ search: [ContactSearch]) async {
        do throws(ClientError) {
            let found = try await remote.search(search).contacts
            noteSuccess()
            let now = pacing.now()
            shared.withLock { shared in
                for contact in found {
                    if let key = contact.key { shared.state.note(contact, as: key, at: now) }
                }
                shared.isToldOfChange = false
            }
        } catch {
            shared.withLock { shared in
                if shared.lastSearch == search { shared.failedSearch = search }
            }
            if error.isTrouble, !Task.isCancelled { note(error) }
        }
    }

    /// The matches among what the server answers, what is queued on top.
    func listAtServer(
        _ query: Query, _ order: SortOrder, _ marks: RowSet
    ) async throws(ClientError) -> any ContactListing {
        try await bindWhereInDoubt()
        let isKnown = shared.withLock { $0.binding.isWhole && $0.binding.readAt > 0 }
        let (fetched, isPartial) = try await remote.fetch(query, isKnown: isKnown)
        if shared.withLock({ $0.state.outbox.counts.all > 0 }) { recall() }
        return RemoteListing(
            shared.withLock { $0.state.overlaid(fetched) }, isPartial: isPartial, query: query,
            order: order, marks: marks)
    }
}

extension ContactBackend {
    /// A contact as it stands when everything is sent that is queued for it; in a file, as it is.
    ///
    /// - Throws: `.notFound` where there is none, and none to be made.
    package func standing(_ key: ContactKey) async throws(ClientError) -> Contact {
        guard let workspace else { return try await contact(.key(key)) }
        return try await workspace.overlaid(key).contact
    }
}

extension WorkspaceClient {
    /// A contact as it stands when everything is sent that is queued for it, and how that is.
    ///
    /// - Throws: `.notFound` where there is none, and none to be made.
    package func overlaid(
        _ key: ContactKey
    ) async throws(ClientError) -> (contact: Contact, unsent: UnsentState?) {
        do throws(ClientError) {
            let contact = try await contact(.key(key))
            return overlay(contact, as: key) ?? (contact, nil)
        } catch .notFound(let lookup) {
            guard let queued = overlay(nil, as: key) else { throw .notFound(lookup) }
            return queued
        }
    }

    /// What is queued on top of a contact as the server has just told it; nil where it has none of
    /// that key and nothing is queued for one.
    ///
    /// - Parameter contact: nil where the server has none.
    private func overlay(
        _ contact: Contact?, as key: ContactKey
    ) -> (contact: Contact, unsent: UnsentState?)? {
        guard shared.withLock({ $0.state.outbox.counts.all > 0 }) else {
            return contact.map { ($0, nil) }
        }
        recall()
        return shared.withLock { $0.state.overlaid(contact, as: key) }
    }
}

extension WorkspaceState {
    fileprivate func overlaid(
        _ contact: Contact?, as key: ContactKey
    ) -> (contact: Contact, unsent: UnsentState?)? {
        let queued = outbox.queued(for: contact?.keys(beside: key) ?? [key])
        let standing = contact ?? (queued.isEmpty ? nil : standing(key))
        return queued.laid(over: standing).map { ($0, queued.unsent) }
    }

    /// Contacts as the server has just told them, what is queued on top; at the end those that it
    /// did not tell of and something is queued for.
    fileprivate func overlaid(_ fetched: [Contact]) -> [(Contact, UnsentState?)] {
        guard outbox.counts.all > 0 else { return fetched.map { ($0, nil) } }
        var met: Set<Int> = []
        var contacts = fetched.map { contact -> (Contact, UnsentState?) in
            let queued = outbox.queued(for: contact.keys(beside: nil))
            met.formUnion(queued.map(\.id))
            return (queued.laid(over: contact) ?? contact, queued.unsent)
        }
        for entry in outbox.allUnsent where !met.contains(entry.id) {
            guard let contact = contact(entry.change.key) else { continue }
            let queued = outbox.queued(for: contact.keys(beside: entry.change.key))
            met.formUnion(queued.map(\.id))
            contacts.append((contact, queued.unsent))
        }
        return contacts
    }
}
