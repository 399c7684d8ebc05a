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
            guard !rest.isEmpty, let given = try? entry.given?.applying(rest) else { return false }
            let change = ContactChange(key: entry.change.key, change: .update(rest))
            let lines = [
                OutboxLine.state(
                    id, .again(change, original: change.narrowedOriginal(theirs)))
            ]
            let behind = shared.state.rebasing(behind: entry, on: given)
            return (try? shared.write(lines + behind, syncs: true)) != nil
        }
    }

    /// Takes entries out of the queue that are not under way.
    ///
    /// - Returns: those that were taken out.
    @discardableResult
    package func drop(_ ids: [Int]) -> [OutboxEntry] {
        lookForLines()
        return shared.withLock { [pacing] shared in
            let open = ids.filter { shared.underWay[$0] == nil }
                .compactMap { shared.state.outbox[$0] }.filter(\.isUnsent)
            let ids = EntryNumbers(open.map(\.id))
            let behind = open.flatMap { entry in
                shared.behind(entry, at: pacing.now(), except: ids)
                    + shared.state.rebasing(behind: entry, on: entry.given)
            }
            guard !ids.isEmpty,
                (try? shared.write([.fates(ids, .dropped, at: 0)] + behind, syncs: true)) != nil
            else { return [] }
            return open
        }
    }

    /// Takes entries out of the queue that nobody gave to the network: this process, or the one
    /// that sends for all.
    func dropUntouched(_ ids: [Int]) {
        shared.withLock { shared in
            try? shared.write(syncs: true) { state in
                let dropped = ids.compactMap { state.outbox[$0] }
                    .filter { $0.state == .waiting && !$0.isHanded }
                guard !dropped.isEmpty else { return [] }
                return [.fates(EntryNumbers(dropped.map(\.id)), .dropped, at: 0)]
                    + dropped.flatMap { state.rebasing(behind: $0, on: $0.original) }
            }
        }
    }
}

extension WorkspaceClient.Shared {
    /// Where a creation gives way to the contact that others made, what was queued for the new
    /// contact is in conflict with theirs: it was not made for that one.
    fileprivate func behind(
        _ creation: OutboxEntry, at now: Int, except given: EntryNumbers
    ) -> [OutboxLine] {
        guard case .conflict(let theirs) = creation.state else { return [] }
        return state.outbox.waiting(behind: creation).filter { !given.contains($0) }
            .map { .state($0, .conflict(theirs, at: now)) }
    }
}
