import ContactModel
import ContactStore
import Glibc

extension WorkspaceClient {
    /// The bytes that an outbox may have before what is old and sent is forgotten.
    private static let roomyLength = 8_000_000
    /// As many of the newest steps can be taken back then.
    private static let stepsKept = 100
    /// And no more of them than have so many entries, but for the newest.
    private static let entriesKept = 200_000

    /// Writes a large outbox anew, without the old steps of which everything is sent.
    static func forgetOld(
        in log: LineLog, of state: inout WorkspaceState
    ) throws(StoreError) {
        guard log.length > roomyLength, state.outbox.isMostlySent else { return }
        try log.replace { news in
            _ = state.take(news)
            return state.outbox.lines(keeping: stepsKept, entries: entriesKept).map(\.record)
        }
        _ = state.take(LineLog.News(isAnew: true, lines: try log.readAll().lines))
    }
}

extension Outbox {
    /// Whether most of what it holds is history.
    fileprivate var isMostlySent: Bool { entryCount > 4 * counts.all }

    /// What tells the newest steps, and every step with something unsent.
    fileprivate func lines(keeping count: Int, entries most: Int) -> [OutboxLine] {
        var (newest, entries): (Set<Int>, Int) = ([], 0)
        for number in steps.keys.sorted().suffix(count).reversed() {
            entries += steps[number]?.entries.count ?? 0
            if newest.isEmpty || entries <= most { newest.insert(number) } else { break }
        }
        let open = Set(allAlone.map(\.step) + openSets.map { sets[$0].step })
        return steps.values.sorted { $0.number < $1.number }
            .filter { newest.contains($0.number) || open.contains($0.number) }
            .flatMap { [.step($0.withoutEntries)] + lines(of: $0) }
    }

    private func lines(of step: OutboxStep) -> [OutboxLine] {
        let own = sets.filter { $0.step == step.number }
        let alone = step.entries.filter { id in !own.contains { $0.ids.contains(id) } }
        return own.flatMap { lines(of: $0) }
            + alone.compactMap { self[$0] }.flatMap { [.entry($0)] + lines(of: $0) }
    }

    private func lines(of set: SharedEntries) -> [OutboxLine] {
        var lines = [OutboxLine.shared(set.untouched)]
        for fate in [SharedEntries.Fate.handed, .made, .found, .dropped] {
            let ids = EntryNumbers(set.ids.filter { set.fate($0) == fate })
            if !ids.isEmpty { lines.append(.fates(ids, fate, at: 0)) }
        }
        for id in set.ids where set.fate(id) == .own {
            guard let entry = self[id] else { continue }
            lines.append(.state(id, .again(entry.change, original: entry.original)))
            lines += self.lines(of: entry)
        }
        return lines
    }

    private func lines(of entry: OutboxEntry) -> [OutboxLine] {
        var lines: [OutboxLine] = []
        if entry.isHanded { lines.append(.state(entry.id, .handed)) }
        switch entry.state {
        case .waiting: break
        case .failed(let error): lines.append(.state(entry.id, .failed(error)))
        case .conflict(let theirs):
            lines.append(.state(entry.id, .conflict(theirs, at: entry.toldAt)))
        case .done: lines.append(.state(entry.id, .done(entry.write, after: nil, at: 0)))
        case .dropped: lines.append(.state(entry.id, .dropped))
        }
        return lines
    }
}

extension OutboxStep {
    fileprivate var withoutEntries: OutboxStep {
        var step = self
        step.entries = EntryNumbers()
        return step
    }
}

extension MirrorFolder {
    /// Removes the mirror; what is bound and queued stays.
    func removeContacts() {
        unlink(contacts)
        unlink(part)
    }
}
