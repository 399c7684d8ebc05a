import ContactModel
import ContactStore
import Synchronization

extension WorkspaceClient {
    /// Gives up what a person decided against. Of a change in conflict that is what someone else
    /// wrote otherwise: its other fields were in no question, and are sent.
    package func giveUp(_ ids: [Int]) {
        let kept = ids.filter { !keepRest(of: $0) }
        drop(kept)
        bell.ring()
    }

    /// - Returns: whether something of the entry is left to be sent.
    private func keepRest(of id: Int) -> Bool {
        shared.withLock { shared in
            guard let entry = shared.state.outbox[id], case .conflict(let theirs) = entry.state,
                case .update(let patch) = entry.change.change, let original = entry.original
            else { return false }
            let rest = patch.withoutClashes(original: original, present: theirs)
            guard !rest.isEmpty, let given = try? theirs.applying(rest) else { return false }
            let change = ContactChange(key: entry.change.key, change: .update(rest))
            let lines = [
                OutboxLine.state(
                    id, .again(change, original: change.narrowedOriginal(theirs)))
            ]
            let behind = shared.state.rebasing(behind: entry, on: given)
            return (try? shared.write(lines + behind, syncs: true)) != nil
        }
    }
}
