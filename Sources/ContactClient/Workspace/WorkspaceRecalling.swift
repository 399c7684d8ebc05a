import ContactModel
import ContactStore
import Synchronization

extension WorkspaceClient {
    /// Takes over, once, what was read of the workspace: a command that asks the server needs it
    /// only for what it leaves in the queue.
    func recall() {
        guard manner == .unattended else { return }
        shared.withLock { [folder] shared in
            guard !shared.isRecalled else { return }
            shared.isRecalled = true
            guard let mirror = try? folder.readContacts() else { return }
            shared.state.replaceMirror(mirror, readAt: shared.binding.readAt)
        }
    }

    /// A contact as it is known here without asking; nil where it is not.
    func recalled(_ key: ContactKey) -> Contact? {
        recall()
        return known(key)
    }

    /// What the next attempt finds at the server counts as known: only what stays in the queue
    /// is held against what was known here.
    func attemptAtOnce(_ ids: [Int]) {
        shared.withLock { $0.atOnce.formUnion(ids) }
    }
}
