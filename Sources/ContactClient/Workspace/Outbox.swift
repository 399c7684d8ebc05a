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
    private(set) var order = SendingOrder()
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

    mutating func replaceOrder(_ order: SendingOrder) {
        self.order = order
    }

    private mutating func insert(_ entry: OutboxEntry) {
        entries[entry.id] = entry
        counts.add(entry, 1)
        guard entry.isUnsent else { return }
        unsent[entry.change.key, default: []].append(entry.id)
        if entry.state == .waiting {
            order.add(entry.id, isRun: steps[entry.step]?.isRun ?? false)
        }
    }

    private mutating func remove(_ entry: OutboxEntry) {
        counts.add(entry, -1)
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

    /// All that the server is not known to have.
    package var all: Int { waiting + failed + conflicts }

    mutating func add(_ entry: OutboxEntry, _ number: Int) {
        switch entry.state {
        case .waiting: waiting += number
        case .failed: failed += number
        case .conflict: conflicts += number
        case .done, .dropped: break
        }
    }
}

/// Which entry is sent next: those that somebody waits for before those of runs, each in order.
struct SendingOrder: Sendable {
    private var single = Line()
    private var runs = Line()

    mutating func add(_ id: Int, isRun: Bool) {
        if isRun { runs.add(id) } else { single.add(id) }
    }

    /// The first that may be sent.
    ///
    /// - Parameters:
    ///   - isOpen: whether an entry still waits at all.
    ///   - mayGo: whether it may go now, none of the same contact being under way.
    mutating func next(isOpen: (Int) -> Bool, mayGo: (Int) -> Bool) -> Int? {
        single.next(isOpen: isOpen, mayGo: mayGo) ?? runs.next(isOpen: isOpen, mayGo: mayGo)
    }

    /// Ascending numbers of which those before `head` are through.
    private struct Line: Sendable {
        private var ids: [Int] = []
        private var head = 0

        mutating func add(_ id: Int) {
            guard let last = ids.last, last >= id else {
                ids.append(id)
                return
            }
            let place = ids.partition(first: id)
            if ids[place] != id { ids.insert(id, at: place) }
            head = min(head, place)
        }

        mutating func next(isOpen: (Int) -> Bool, mayGo: (Int) -> Bool) -> Int? {
            while head < ids.count, !isOpen(ids[head]) { head += 1 }
            if head == ids.count { (ids, head) = ([], 0) }
            return ids[head...].first { isOpen($0) && mayGo($0) }
        }
    }
}

extension [Int] {
    /// The place of the first number that is not less, in ascending order.
    fileprivate func partition(first wanted: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
