import ContactModel
import ContactStore
import Glibc

extension WorkspaceClient {
    /// The bytes that an outbox may have before what is old and sent is forgotten.
    private static let roomyLength = 8_000_000
    /// As many of the newest steps can be taken back then.
    private static let stepsKept = 100

    /// Writes a large outbox anew, without the old steps of which everything is sent.
    static func forgetOld(
        in log: LineLog, of state: inout WorkspaceState
    ) throws(StoreError) {
        guard log.length > roomyLength, state.outbox.isMostlySent else { return }
        try log.replace { news in
            _ = state.take(news)
            return state.outbox.lines(keeping: stepsKept).map(\.record)
        }
        _ = state.take(LineLog.News(isAnew: true, lines: try log.readAll().lines))
    }
}

extension Outbox {
    /// Whether most of what it holds is history.
    fileprivate var isMostlySent: Bool { entryCount > 4 * counts.all }

    /// What tells the newest steps, and every step with something unsent.
    fileprivate func lines(keeping count: Int) -> [OutboxLine] {
        let newest = Set(steps.keys.sorted().suffix(count))
        let open = Set(allUnsent.map(\.step))
        return steps.values.sorted { $0.number < $1.number }
            .filter { newest.contains($0.number) || open.contains($0.number) }
            .flatMap { step in
                [.step(step.withoutEntries)]
                    + step.entries.compactMap { self[$0] }.flatMap(lines)
            }
    }

    private func lines(of entry: OutboxEntry) -> [OutboxLine] {
        var lines = [OutboxLine.entry(entry)]
        if entry.isHanded { lines.append(.state(entry.id, .handed)) }
        switch entry.state {
        case .waiting: break
        case .failed(let error): lines.append(.state(entry.id, .failed(error)))
        case .conflict(let theirs): lines.append(.state(entry.id, .conflict(theirs)))
        case .done: lines.append(.state(entry.id, .done(entry.write, after: nil, at: 0)))
        case .dropped: lines.append(.state(entry.id, .dropped))
        }
        return lines
    }
}

extension OutboxStep {
    fileprivate var withoutEntries: OutboxStep {
        var step = self
        step.entries = []
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
