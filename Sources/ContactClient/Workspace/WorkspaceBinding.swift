import ContactModel
import ContactStore
import Synchronization

/// What is known here belongs to one workspace of the service. A token that belongs to another
/// one must not write there what was meant for this one.
extension WorkspaceClient {
    /// Whether another token asks than the one that was found to belong to what is known here.
    var isAskedByAnother: Bool {
        guard let mark = mark() else { return false }
        return shared.withLock { shared in
            !shared.isBound && shared.binding.workspace != nil && shared.binding.mark != mark
        }
    }

    /// Makes sure, once, that the token still belongs to the workspace that is mirrored here.
    ///
    /// Where it belongs to another one, and nothing is queued for this one, that one takes its
    /// place; a command, which may have been meant for this one, ends with that.
    ///
    /// - Throws: `.otherWorkspace` where something is queued for another one; nothing is sent.
    ///   `.moved` to a command.
    func bind() async throws(ClientError) {
        if shared.withLock(\.isBound) { return }
        let account = try await remote.account()
        let found =
            account.workspace ?? Account.Workspace(id: "account " + account.id, name: account.id)
        let former = try shared.withLock {
            [folder, origin, mark] shared throws(ClientError) -> String? in
            let bound = shared.binding.workspace
            let isMoved = bound.map { $0.id != found.id } ?? (shared.binding.origin != origin)
            if isMoved {
                guard shared.state.outbox.counts.all == 0 else {
                    throw .otherWorkspace(
                        bound: bound?.name ?? shared.binding.origin, found: found.name)
                }
                try shared.forgetEverything(folder)
            }
            let before = shared.binding
            shared.binding.workspace = found
            shared.binding.origin = origin
            shared.binding.mark = mark()
            if shared.binding != before { folder.write(shared.binding, syncs: true) }
            shared.isBound = true
            return isMoved ? bound?.name : nil
        }
        if let former, manner == .unattended { throw .moved(from: former, to: found.name) }
    }

    /// Makes sure, for a command that reads, that it is told of the workspace it means, where
    /// that is in doubt.
    func bindWhereInDoubt() async throws(ClientError) {
        let isDue = manner == .unattended && (hadUnsent || isAskedByAnother)
        if isDue { try await bind() }
    }

    /// Takes out of the queue what a command has put there for a workspace that the token does
    /// not belong to: it may have been thought of for either.
    ///
    /// - Throws: `.otherWorkspace` or `.moved`, where that is in the way.
    func withdraw(_ ids: [Int], for trouble: ClientError?) async throws(ClientError) {
        guard let trouble, case .otherWorkspace = trouble else { return }
        drop(ids)
        try await bind()
        throw trouble
    }
}

extension WorkspaceClient.Shared {
    /// Lets go of the mirror of a workspace that the token does not belong to any more.
    fileprivate mutating func forgetEverything(_ folder: MirrorFolder) throws(ClientError) {
        do throws(StoreError) {
            try log.replace { _ in [] }
            state = WorkspaceState(mirror: try Snapshot.empty(), readAt: 0)
        } catch {
            throw .store(error)
        }
        binding = MirrorBinding(origin: binding.origin)
        folder.removeContacts()
    }
}
