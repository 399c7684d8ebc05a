import ContactModel
import JSONText

extension Outbox {
    /// What some changes will write, counted.
    func summary(of changes: [ContactChange]) -> StepSummary {
        StepSummary(
            of: changes.compactMap { change in
                RemoteWrite.planned(change).map { (change.key, $0) }
            })
    }

    /// What a step wrote, or will write, counted.
    ///
    /// - Parameter left: entries that are not counted.
    func summary(of step: OutboxStep, without left: Set<Int> = []) -> StepSummary {
        var shared: [Int: Int] = [:]
        var alone: [(key: ContactKey, write: RemoteWrite)] = []
        let ids = unrefused(step.entries) + (step.isReversal ? [] : Array(step.dropped))
        for id in ids where !left.contains(id) {
            if let place = set(of: id) {
                if sets[place].fate(id) != .found { shared[place, default: 0] += 1 }
            } else if let entry = self[id] {
                let write = entry.state == .done ? entry.write : .planned(entry.change)
                if let write { alone.append((entry.change.key, write)) }
            }
        }
        var summary = StepSummary(of: alone + (step.isReversal ? givenUp(by: step) : []))
        for (place, count) in shared.sorted(by: { $0.key < $1.key }) {
            summary.add(sets[place].change, times: count)
        }
        return summary
    }

    /// What a step takes back by giving up what was not sent, of whomever it takes back nothing
    /// else.
    private func givenUp(by step: OutboxStep) -> [(key: ContactKey, write: RemoteWrite)] {
        givenUpAlone(by: step).compactMap { entry in
            RemoteWrite.planned(entry.change.withTagsExchanged).map { (entry.change.key, $0) }
        }
    }

    private func givenUpAlone(by step: OutboxStep) -> some Sequence<OutboxEntry> {
        let written = step.dropped.isEmpty ? [] : Set(step.entries.compactMap { key(of: $0) })
        let isOnlyRefused = step.entries.isEmpty && step.refused == step.dropped
        let refused = isOnlyRefused ? [] : Set(step.refused)
        return step.dropped.lazy.filter { !refused.contains($0) }.compactMap { self[$0] }
            .filter { !written.contains($0.change.key) }
    }

    /// Those that were not refused and are in no conflict; all where that leaves none.
    private func unrefused(_ ids: EntryNumbers) -> [Int] {
        let taken = ids.filter { !isRefused($0) }
        return taken.isEmpty ? Array(ids) : taken
    }

    /// The changes that would write once more what a step wrote: of what it gave up those that
    /// take it back.
    private func changes(of step: OutboxStep) -> some Sequence<ContactChange> {
        let queued = unrefused(step.entries).lazy.compactMap { self[$0]?.change }
        let givenUp =
            step.isReversal
            ? AnySequence(givenUpAlone(by: step).lazy.compactMap(\.reversal))
            : AnySequence(step.dropped.lazy.compactMap { self[$0]?.change })
        return [AnySequence(queued), givenUp].lazy.joined()
    }

    private func key(of id: Int) -> ContactKey? {
        set(of: id).map { sets[$0].key(id) } ?? self[id]?.change.key
    }

    /// The newest steps as the log tells them.
    func log(limit: Int, author: String) -> [LogEntry] {
        var trail = StepTrail()
        let all = newestFirst
        let undone = Set(all.compactMap(\.undoneStep))
        let told = all.filter { step in
            !step.isEmpty || step.undoneStep != nil || undone.contains(step.number)
        }
        return told.prefix(limit).map { step in
            let isUndone = trail.isUndone(step)
            trail.pass(step)
            // What was taken back, or given up, before it was sent still tells what it was.
            let step = step.isEmpty ? steps[step.number] ?? step : step
            return LogEntry(
                id: step.id, time: step.time, author: author, isMine: true,
                what: summary(of: step), undoes: step.undoes, redoes: step.redoes,
                isUndone: isUndone, lines: changes(of: step).lazy.map { PlanLine($0).object })
        }
    }
}

extension StepSummary {
    /// Counts a change of tags, made to so many contacts.
    fileprivate mutating func add(_ change: Change, times: Int) {
        guard case .retag(let add, let remove) = change else { return }
        addContacts(times)
        for tag in add.texts { self.add(tag: tag, times: times) }
        for tag in remove.texts { self.remove(tag: tag, times: times) }
    }
}

extension OutboxEntry {
    /// What takes back what was not sent; nil where it is not known, or nothing takes it back.
    fileprivate var reversal: ContactChange? {
        switch change.change {
        case .retag: return change.withTagsExchanged
        case .create: return ContactChange(key: change.key, change: .delete)
        case .update(let patch):
            guard let inverse = original.map({ patch.inverse(on: $0).patch }), !inverse.isEmpty
            else { return nil }
            return ContactChange(key: change.key, change: .update(inverse))
        case .removeMetadata, .delete: return nil
        }
    }
}

extension ContactChange {
    /// With the tags taken away that it adds, and the other way round.
    var withTagsExchanged: ContactChange {
        guard case .retag(let add, let remove) = change else { return self }
        return ContactChange(key: key, change: .retag(add: remove, remove: add))
    }
}

extension RemoteWrite {
    /// A change that may not have been made yet, as something to be counted.
    fileprivate static func planned(_ change: ContactChange) -> RemoteWrite? {
        switch change.change {
        case .update(let patch):
            let nobody = Contact(record: [:])
            return .update(change.key, patch, before: nobody, after: nobody)
        case .retag(let add, let remove):
            return .tags(change.key, added: add, removed: remove)
        case .create: return .create(change.key, change)
        case .removeMetadata, .delete: return nil
        }
    }
}
