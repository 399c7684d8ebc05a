package import ContactModel
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
    package func recalled(_ key: ContactKey) -> Contact? {
        recall()
        return known(key)
    }

    /// Every tag among what is known here, without asking; nil where nothing was ever read.
    package func recalledTags() -> [TagCount]? {
        recall()
        return shared.withLock { $0.binding.readAt > 0 ? $0.state.shown.tagCounts : nil }
    }

    /// Every tag among the contacts of a workspace as they were read last; none where they never
    /// were. Nothing is opened for writing, and what is queued is left out.
    ///
    /// - Parameters:
    ///   - title: the profile's name.
    ///   - mirrors: the folder that holds a folder for each workspace.
    package static func knownTags(of title: String, mirrors: String) -> [TagCount] {
        let path = MirrorFolder.contacts(in: mirrors, title: title)
        return (try? Snapshot(reading: path))?.tagCounts ?? []
    }

    /// The matches among what is known here, without asking; nil where nothing was ever read.
    package func recalled(_ query: Query, order: SortOrder) -> (any ContactListing)? {
        recall()
        return shared.withLock { shared in
            guard shared.binding.readAt > 0 else { return nil }
            return WorkspaceListing(
                shared.state, query, order, RowSet(), isPartial: !shared.binding.isWhole)
        }
    }

    /// What the next attempt of a step finds at the server counts as known: only what stays in
    /// the queue is held against what was known here.
    func attemptAtOnce(_ step: Int) {
        shared.withLock { _ = $0.atOnce.insert(step) }
    }
}
