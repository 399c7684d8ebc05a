import ContactModel
import JSONText

/// Changes that wait for their way to the server, and the newest of those that went it: values
/// only, made of the lines of a log.
struct Outbox: Sendable {
    /// What a line changed for whoever shows contacts.
    enum Happening {
        case nothing
        /// Something is queued for this contact, or no longer, or otherwise.
        case overlay(ContactKey)
        /// The server has a change of this contact and told how it stands since this time.
        case confirmed(ContactKey, Contact?, at: Int)
    }

    private(set) var steps: [Int: OutboxStep] = [:]
    private var entries: [Int: OutboxEntry] = [:]
    /// The entries of each contact that are not sent, the oldest first.
    private var unsent: [ContactKey: [Int]] = [:]
    private(set) var counts = OutboxCounts()
    /// How many entries of each step wait, where there are any.
    private var waiting: [Int: Int] = [:]
    private var order = SendingOrder()
    private var lastID = 0

    /// How many entries there are, sent ones too.
    var entryCount: Int { entries.count }

    /// An entry by its number.
    subscript(id: Int) -> OutboxEntry? { entries[id] }

    /// Every contact that something is queued for, by the keys it was queued under.
    var keys: some Sequence<ContactKey> { unsent.keys }

    /// A number that no line has yet.
    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    /// What is queued under any of these keys, the oldest first.
    func queued(for keys: [ContactKey]) -> [OutboxEntry] {
        keys.flatMap { unsent[$0] ?? [] }.sorted().compactMap { entries[$0] }
    }

    /// Everything that is not sent, the oldest first.
    var allUnsent: [OutboxEntry] {
        unsent.values.flatMap(\.self).sorted().compactMap { entries[$0] }
    }

    /// Takes a line in; what makes no sense is passed over.
    mutating func take(_ record: JSONObject) -> Happening {
        guard let line = OutboxLine(record: record, entry: { entries[$0] }) else {
            return .nothing
        }
        return take(line)
    }

    /// Takes a line in.
    mutating func take(_ line: OutboxLine) -> Happening {
        switch line {
        case .step(let step):
            lastID = max(lastID, step.number)
            steps[step.number] = step
            return .nothing
        case .entry(let entry):
            lastID = max(lastID, entry.id)
            steps[entry.step]?.entries.append(entry.id)
            insert(entry)
            return .overlay(entry.change.key)
        case .state(let id, let progress):
            guard var entry = entries[id] else { return .nothing }
            remove(entry)
            let happening = entry.take(progress)
            insert(entry)
            return happening
        }
    }

    /// How many entries wait: of a step, or of all where it is nil.
    func waiting(of step: Int?) -> Int {
        step.map { waiting[$0] ?? 0 } ?? counts.waiting
    }

    /// Whether an entry is one of many that nobody waits for singly.
    func isOfRun(_ id: Int) -> Bool {
        entries[id].map { isRun($0.step) } ?? false
    }

    /// Whether nobody waits for the single changes of a step.
    func isRun(_ step: Int) -> Bool { steps[step]?.isRun ?? false }

    /// The entry that may be sent next; of a run only where `runs`.
    ///
    /// - Parameter mayGo: told also whether it is the first of those that wait for its contact.
    mutating func next(
        runs: Bool, _ mayGo: (_ entry: OutboxEntry, _ isFirst: Bool) -> Bool
    ) -> OutboxEntry? {
        let (entries, unsent) = (entries, unsent)
        func isWaiting(_ id: Int) -> Bool { entries[id]?.state == .waiting }
        let id = order.next(runs: runs, isOpen: isWaiting) { id in
            guard let entry = entries[id] else { return false }
            let others = unsent[entry.change.key] ?? []
            return mayGo(entry, !others.contains { $0 < id && isWaiting($0) })
        }
        return id.flatMap { entries[$0] }
    }

    private mutating func insert(_ entry: OutboxEntry) {
        entries[entry.id] = entry
        counts.add(entry, 1)
        guard entry.isUnsent else { return }
        unsent[entry.change.key, default: []].append(entry.id)
        if entry.state == .waiting {
            waiting[entry.step, default: 0] += 1
            order.add(entry.id, isRun: steps[entry.step]?.isRun ?? false)
        }
    }

    private mutating func remove(_ entry: OutboxEntry) {
        counts.add(entry, -1)
        if entry.state == .waiting, let count = waiting[entry.step] {
            waiting[entry.step] = count > 1 ? count - 1 : nil
        }
        let key = entry.change.key
        unsent[key]?.removeAll { $0 == entry.id }
        if unsent[key]?.isEmpty == true { unsent[key] = nil }
    }
}

extension OutboxEntry {
    fileprivate mutating func take(_ progress: OutboxLine.Progress) -> Outbox.Happening {
        switch progress {
        case .handed:
            isHanded = true
            return .nothing
        case .kept:
            isHanded = false
            return .nothing
        case .failed(let error): state = .failed(error)
        case .conflict(let theirs):
            state = .conflict(theirs)
            return .confirmed(change.key, theirs, at: .max)
        case .dropped: state = .dropped
        case .again(let change, let original):
            state = .waiting
            self.change = change
            self.original = original
        case .done(let write, let after, let time):
            state = .done
            self.write = write
            original = nil
            return .confirmed(change.key, after, at: time)
        }
        return .overlay(change.key)
    }
}

/// How many changes stand how.
package struct OutboxCounts: Hashable, Sendable {
    /// Not sent yet, and nothing against it.
    package private(set) var waiting = 0
    /// Refused.
    package private(set) var failed = 0
    /// In conflict with what someone else wrote.
    package private(set) var conflicts = 0
    /// Calls of the API that those which wait take at most.
    package private(set) var calls = 0

    /// All that the server is not known to have.
    package var all: Int { waiting + failed + conflicts }

    mutating func add(_ entry: OutboxEntry, _ number: Int) {
        switch entry.state {
        case .waiting:
            waiting += number
            calls += number * entry.change.callCount
        case .failed: failed += number
        case .conflict: conflicts += number
        case .done, .dropped: break
        }
    }
}
