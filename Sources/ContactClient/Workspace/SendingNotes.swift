import ContactModel
import ContactStore

/// What became of entries that many contacts share, noted for many at once: a note that is lost
/// costs a call, not a change, since tags can be sent again.
struct SendingNotes: Sendable {
    /// Entries that are noted as given to the network and were not yet.
    var ahead: Set<Int> = []
    private var made: [Int] = []
    private var found: [Int] = []
    private var since: ContinuousClock.Instant?
    /// Whom they are about.
    private var keys: Set<ContactKey> = []
    /// When the last of everything was that was noted.
    private var lastTime = 0

    /// So many are noted as given to the network at once: an undo of a run that was killed takes
    /// back what they may have done, so that it is few where calls are counted.
    var reach = SendingNotes.leastReach

    private static let leastReach = 8
    private static let mostReach = 256
    private static let most = 256
    private static let longest = Duration.milliseconds(200)

    mutating func setReach(isCounted: Bool) {
        reach = isCounted ? SendingNotes.leastReach : SendingNotes.mostReach
    }

    /// Whether it is time to write down what became of entries.
    var isDue: Bool {
        guard let since else { return false }
        return made.count + found.count >= SendingNotes.most
            || ContinuousClock.now - since > SendingNotes.longest
    }

    /// - Returns: when that was: not before anything that was noted earlier.
    mutating func add(
        _ id: Int, _ fate: SharedEntries.Fate, of key: ContactKey, at time: Int
    ) -> Int {
        if fate == .made { made.append(id) } else { found.append(id) }
        keys.insert(key)
        since = since ?? .now
        lastTime = max(lastTime, time)
        return lastTime
    }

    /// Whether something about a contact is to be written down.
    func areAbout(_ key: ContactKey) -> Bool { keys.contains(key) }

    /// The time of what the server told after all that was noted, be it in the same millisecond.
    mutating func later(than time: Int) -> Int {
        lastTime = max(time, lastTime + 1)
        return lastTime
    }

    /// What is to be written down.
    var lines: [OutboxLine] {
        [(made, SharedEntries.Fate.made), (found, .found)].filter { !$0.0.isEmpty }.map {
            .fates(EntryNumbers($0.0), $0.1, at: lastTime)
        }
    }

    mutating func forgetLines() {
        (made, found, since, keys) = ([], [], nil, [])
    }
}

extension WorkspaceClient.Shared {
    /// Notes an entry as given to the network, along with those that come next where many are
    /// told of at once.
    ///
    /// - Returns: the entry as it was before; nil where others have sent it meanwhile, given it up,
    ///   or decided about it.
    /// - Throws: where it could not be noted.
    mutating func hand(_ entry: OutboxEntry) throws(StoreError) -> OutboxEntry? {
        if notes.ahead.remove(entry.id) != nil {
            var entry = entry
            entry.isHanded = false
            return entry
        }
        let reach = notes.reach
        var current: OutboxEntry?
        var ids = EntryNumbers()
        try write(syncs: false) { state in
            guard let now = state.outbox[entry.id], now.state == .waiting else { return [] }
            current = now
            guard !now.isHanded else { return [] }
            ids = state.outbox.untouched(from: entry.id, reach)
            return [.fates(ids, .handed, at: 0)]
        }
        notes.ahead.formUnion(ids)
        notes.ahead.remove(entry.id)
        return current
    }

    /// The server has an entry that others share.
    mutating func noteThrough(
        _ id: Int, _ fate: SharedEntries.Fate, at time: Int
    ) throws(StoreError) {
        guard let place = state.outbox.set(of: id) else { return }
        let time = notes.add(id, fate, of: state.outbox.sets[place].key(id), at: time)
        state.take(.fates(EntryNumbers(id...id), fate, at: time))
        isToldOfChange = false
        try noteInTime()
    }

    /// The time of what the server has told of a contact. What became of its shared entries before
    /// is written down first: whoever reads the lines lays one over the other in their order.
    mutating func timeOfNews(about key: ContactKey, _ now: Int) throws(StoreError) -> Int {
        if notes.areAbout(key) { try writeNotes() }
        return notes.later(than: now)
    }

    /// Writes down what became of entries where it is time.
    mutating func noteInTime() throws(StoreError) {
        if notes.isDue { try writeNotes() }
    }

    private mutating func writeNotes() throws(StoreError) {
        let lines = notes.lines
        guard !lines.isEmpty else { return }
        try write(lines, syncs: false)
        notes.forgetLines()
    }

    /// Writes down what is not yet, and that what was never given to the network was not.
    mutating func finishNotes() throws(StoreError) {
        try writeNotes()
        let kept = EntryNumbers(notes.ahead.filter { state.outbox[$0]?.state == .waiting })
        notes.ahead = []
        if !kept.isEmpty { try write([.fates(kept, .waiting, at: 0)], syncs: false) }
    }
}

extension Outbox {
    /// An entry and those after it in its set that were never given to the network.
    fileprivate func untouched(from id: Int, _ most: Int) -> EntryNumbers {
        guard let place = set(of: id) else { return EntryNumbers(id...id) }
        let last = min(sets[place].ids.upperBound, id + most - 1)
        return EntryNumbers(ascending: (id...last).filter { sets[place].fate($0) == .waiting })
    }
}

extension WorkspaceState {
    /// How an answer can be noted along with others; nil where there is more to be told of it.
    func fate(of id: Int, after delivery: Delivery) -> SharedEntries.Fate? {
        guard let place = outbox.set(of: id),
            case .retag(let asked, let remove) = outbox.sets[place].change
        else { return nil }
        let add = asked.subtracting(remove)
        var fate = SharedEntries.Fate.found
        if let write = delivery.write {
            guard case .tags(_, add, remove) = write else { return nil }
            fate = .made
        }
        guard let number = number(id, of: outbox.sets[place]) else { return fate }
        let standing = confirmed.tagList(of: number)
        let wanted = standing.subtracting(remove).appending(add)
        return delivery.after?.tags == wanted ? fate : nil
    }
}
