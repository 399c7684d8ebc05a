import ContactModel
import JSONText

/// Changes that wait for their way to the server, and the newest of those that went it: values
/// only, made of the lines of a log.
struct Outbox: Sendable {
    /// What a line changed for whoever shows contacts.
    enum Happening {
        /// Something is queued for this contact, or no longer, or otherwise.
        case overlay(ContactKey)
        /// The server has a change of this contact and told how it stands since this time.
        case confirmed(ContactKey, Contact?, at: Int)
        /// The server has taken this contact away, at this time.
        case gone(ContactKey, at: Int)
        /// The same is queued for many contacts: the number of the first entry.
        case shared(Int)
        /// An entry that others share is queued no longer, or the server has it.
        case fate(Int)
    }

    private(set) var steps: [Int: OutboxStep] = [:]
    private var entries: [Int: OutboxEntry] = [:]
    /// Entries that are told of many contacts at once, in the order of their numbers.
    private(set) var sets: [SharedEntries] = []
    /// The places of those sets of which some wait.
    private(set) var openSets: [Int] = []
    /// The entries of each contact that are not sent, the oldest first; shared ones left out.
    private var unsent: [ContactKey: [Int]] = [:]
    /// What is not sent and does not wait: refused, or in conflict.
    private var stuck: Set<Int> = []
    /// For how many contacts something is queued under their number.
    private(set) var numberCount = 0
    private(set) var counts = OutboxCounts()
    /// How many entries of each step wait, where there are any.
    private var waiting: [Int: Int] = [:]
    private var order = SendingOrder()
    private var lastID = 0

    /// How many entries there are, sent ones too.
    var entryCount: Int { entries.count + sets.reduce(0) { $0 + $1.count } }

    /// An entry by its number.
    subscript(id: Int) -> OutboxEntry? {
        entries[id] ?? place(of: id).flatMap { sets[$0].entry(id) }
    }

    /// Every contact that something is queued for, by the keys it was queued under; those of
    /// shared entries left out.
    var keys: some Sequence<ContactKey> { unsent.keys }

    /// Whether something is queued under a key that is not shared with others.
    func holds(_ key: ContactKey) -> Bool { unsent[key] != nil }

    /// A number that no line has yet, and the given count of others behind it.
    mutating func nextID(_ count: Int = 1) -> Int {
        lastID += count
        return lastID - count + 1
    }

    /// What is queued under any of these keys, the oldest first.
    func queued(for keys: [ContactKey]) -> [OutboxEntry] {
        queuedIDs(for: keys).compactMap { self[$0] }
    }

    /// Whose tags a step wrote in part before the rest of it.
    func keysWritten(by queued: QueuedStep) -> Set<ContactKey> {
        guard let step = steps[queued.step], step.entries.count > queued.ids.count
        else { return [] }
        let own = Set(queued.ids)
        let parts = step.entries.lazy.filter { !own.contains($0) }.compactMap { entries[$0] }
        return Set(parts.filter { $0.write != nil }.map(\.change.key))
    }

    private func queuedIDs(for keys: [ContactKey]) -> [Int] {
        var ids = keys.flatMap { unsent[$0] ?? [] }
        for place in openSets {
            ids += keys.compactMap { sets[place].id(of: $0) }.filter { sets[place].isOpen($0) }
        }
        return ids.sorted()
    }

    /// Those not sent that stand alone, the oldest first.
    var allAlone: [OutboxEntry] {
        unsent.values.flatMap(\.self).sorted().compactMap { entries[$0] }
    }

    /// Everything that is not sent, the oldest first.
    var allUnsent: [OutboxEntry] { unsentIDs.compactMap { self[$0] } }

    /// The numbers of everything that is not sent, in order.
    var unsentIDs: [Int] {
        let shared = openSets.flatMap { place in
            sets[place].ids.filter { sets[place].isOpen($0) }
        }
        return (unsent.values.flatMap(\.self) + shared).sorted()
    }

    /// The set that an entry is one of, by its place; nil where it stands alone.
    func set(of id: Int) -> Int? {
        place(of: id).flatMap { sets[$0].fate(id) == .own ? nil : $0 }
    }

    private func place(of id: Int) -> Int? {
        var (low, high) = (0, sets.count)
        while low < high {
            let middle = (low + high) / 2
            if sets[middle].first <= id { low = middle + 1 } else { high = middle }
        }
        return low > 0 && sets[low - 1].ids.contains(id) ? low - 1 : nil
    }

    /// How many entries wait: of a step, or of all where it is nil.
    func waiting(of step: Int?) -> Int {
        step.map { waiting[$0] ?? 0 } ?? counts.waiting
    }

    /// Whether an entry is one of many that nobody waits for singly.
    func isOfRun(_ id: Int) -> Bool {
        let step = entries[id]?.step ?? place(of: id).map { sets[$0].step }
        return step.map(isRun) ?? false
    }

    /// Whether a change that somebody waits for comes after an entry of the same contact.
    func isFollowed(_ entry: OutboxEntry) -> Bool {
        unsent[entry.change.key]?.contains { id in
            id > entry.id && isWaiting(id) && !isOfRun(id)
                && entries[id].map { entry.change.change.meets($0.change.change) } ?? false
        } ?? false
    }

    /// Whether nobody waits for the single changes of a step.
    func isRun(_ step: Int) -> Bool { steps[step]?.isRun ?? false }

    /// Whether an entry was refused, or is in conflict.
    func isRefused(_ id: Int) -> Bool { stuck.contains(id) }

    private func isWaiting(_ id: Int) -> Bool {
        entries[id].map { $0.state == .waiting } ?? set(of: id).map { sets[$0].isOpen(id) } ?? false
    }

    /// The entry that may be sent next, the first of those that write its fields; of a run only
    /// where `runs`, or where one that somebody waits for comes after it.
    mutating func next(
        runs: Bool, isUnderWay: (Int) -> Bool, _ mayGo: (OutboxEntry) -> Bool
    ) -> OutboxEntry? {
        var order = order
        self.order = SendingOrder()
        defer { self.order = order }
        var older: OutboxEntry?
        let id = order.next(runs: runs, isOpen: { isWaiting($0) }) { id in
            guard !isUnderWay(id), let entry = self[id], decision(before: entry) == nil else {
                return false
            }
            guard let before = waiting(before: entry) else { return mayGo(entry) }
            older = decision(before: before) == nil && mayGo(before) ? before : nil
            return older != nil
        }
        return older ?? id.flatMap { self[$0] }
    }

    /// What waits to be sent before an entry, which would overtake it.
    private func waiting(before entry: OutboxEntry) -> OutboxEntry? {
        queuedIDs(for: [entry.change.key]).lazy.filter { $0 < entry.id && isWaiting($0) }
            .compactMap { self[$0] }.first { comesBefore(entry, $0) }
    }

    /// Whether an entry must not be overtaken by a later one for the same contact: it writes the
    /// same fields, or both are parts of an undoing, which leaves a contact alone as a whole.
    private func comesBefore(_ entry: OutboxEntry, _ earlier: OutboxEntry) -> Bool {
        if earlier.change.change.meets(entry.change.change) { return true }
        return earlier.step == entry.step && steps[entry.step]?.isReversal == true
    }

    /// Whether an entry waits behind another one of its step that somebody has to decide about.
    func isHeldBackByItsStep(_ id: Int) -> Bool {
        guard isWaiting(id), let entry = self[id] else { return false }
        return decision(before: entry)?.step == entry.step
    }

    /// What somebody has to decide about before an entry can be sent: an earlier change of the
    /// same fields of its contact, which it would overtake, or the creation of the contact, as the
    /// one that others made under its number meanwhile is not the one that it was made for.
    func decision(before entry: OutboxEntry) -> OutboxEntry? {
        guard !stuck.isEmpty, let all = unsent[entry.change.key] else { return nil }
        return all.lazy.filter { $0 < entry.id && stuck.contains($0) }
            .compactMap { entries[$0] }.first { comesBefore(entry, $0) }
    }

    /// What was refused of a contact, and what waits behind it, that writes no other fields than a
    /// patch does; nothing where something else of these fields is queued between.
    func refused(_ key: ContactKey, within patch: ContactPatch) -> [OutboxEntry] {
        guard !stuck.isEmpty else { return [] }
        let all = queuedIDs(for: [key]).compactMap { self[$0] }
            .filter { $0.change.change.meets(.update(patch)) }
        let isWithin = all.allSatisfy { entry in
            guard case .update(let refused) = entry.change.change else { return false }
            return refused.fields.allSatisfy(patch.fields.contains)
                && refused.metadata.names.allSatisfy { patch.metadata[$0] != nil }
        }
        guard isWithin, case .failed? = all.first?.state else { return [] }
        return all.contains { if case .conflict = $0.state { true } else { false } } ? [] : all
    }

    /// What somebody has to decide about before anything that still waits can be sent; nil where
    /// something can, or nothing waits.
    ///
    /// - Parameter step: whose entries are asked about; nil for all.
    func decision(for step: Int?) -> OutboxEntry? {
        guard !stuck.isEmpty else { return nil }
        var first: OutboxEntry?
        for id in unsentIDs where isWaiting(id) {
            guard let entry = self[id], step == nil || entry.step == step else { continue }
            guard let found = decision(before: entry) else { return nil }
            first = first ?? found
        }
        return first
    }

    /// The entries that wait behind the creation of their contact.
    func waiting(behind creation: OutboxEntry) -> [Int] {
        guard creation.change.change.isCreation else { return [] }
        return queuedIDs(for: [creation.change.key]).filter { $0 > creation.id && isWaiting($0) }
    }

    /// Takes a line in; what makes no sense is passed over.
    mutating func take(_ record: JSONObject) -> [Happening] {
        OutboxLine(record: record, entry: { self[$0] }).map { take($0) } ?? []
    }

    /// Takes a line in.
    mutating func take(_ line: OutboxLine) -> [Happening] {
        switch line {
        case .step(let step):
            lastID = max(lastID, step.number)
            steps[step.number] = step
            return []
        case .entry(let entry):
            lastID = max(lastID, entry.id)
            steps[entry.step]?.entries.append(entry.id)
            insert(entry)
            return [.overlay(entry.change.key)]
        case .shared(let set): return insert(set) ? [.shared(set.first)] : []
        case .state(let id, let progress): return take(progress, of: id)
        case .fates(let ids, let fate, let time):
            return ids.flatMap { take(fate, of: $0, at: time) }
        }
    }

    private mutating func take(_ progress: OutboxLine.Progress, of id: Int) -> [Happening] {
        if let place = set(of: id) {
            if let fate = progress.fate { return take(fate, of: id, at: 0) }
            guard let entry = sets[place].entry(id) else { return [] }
            setFate(.own, of: id, in: place, at: 0)
            insert(entry)
        }
        guard var entry = entries[id] else { return [] }
        remove(entry)
        let happening = entry.take(progress)
        insert(entry)
        return happening.map { [$0] } ?? []
    }

    private mutating func take(
        _ fate: SharedEntries.Fate, of id: Int, at time: Int
    ) -> [Happening] {
        if let place = set(of: id) {
            return setFate(fate, of: id, in: place, at: time) && fate != .handed ? [.fate(id)] : []
        }
        guard let entry = entries[id], let progress = fate.progress(of: entry, at: time) else {
            return []
        }
        return take(progress, of: id)
    }

    @discardableResult
    private mutating func setFate(
        _ fate: SharedEntries.Fate, of id: Int, in place: Int, at time: Int
    ) -> Bool {
        let wasOpen = sets[place].isOpen(id)
        guard sets[place].set(fate, of: id, at: time) else { return false }
        let isOpen = sets[place].isOpen(id)
        guard isOpen != wasOpen else { return true }
        count(isOpen ? 1 : -1, in: place)
        if isOpen { order.add(id, isRun: isRun(sets[place].step)) }
        if sets[place].openCount == 0 { openSets.removeAll { $0 == place } }
        return true
    }

    private mutating func count(_ number: Int, in place: Int) {
        counts.add(waiting: number, callsEach: sets[place].calls)
        let left = (waiting[sets[place].step] ?? 0) + number
        waiting[sets[place].step] = left > 0 ? left : nil
    }

    /// - Returns: false where its numbers are those of others.
    private mutating func insert(_ set: SharedEntries) -> Bool {
        guard sets.last.map({ $0.ids.upperBound < set.first }) ?? true else { return false }
        lastID = max(lastID, set.ids.upperBound)
        steps[set.step]?.entries.append(set.ids)
        sets.append(set)
        openSets.append(sets.count - 1)
        count(set.count, in: sets.count - 1)
        let isRun = isRun(set.step)
        for id in set.ids { order.add(id, isRun: isRun) }
        return true
    }

    private mutating func insert(_ entry: OutboxEntry) {
        entries[entry.id] = entry
        counts.add(entry, 1)
        guard entry.isUnsent else { return }
        if entry.change.key.isNumber, unsent[entry.change.key] == nil { numberCount += 1 }
        unsent[entry.change.key, default: []].append(entry.id)
        if entry.state != .waiting { stuck.insert(entry.id) }
        if entry.state == .waiting {
            waiting[entry.step, default: 0] += 1
            order.add(entry.id, isRun: steps[entry.step]?.isRun ?? false)
        }
    }

    private mutating func remove(_ entry: OutboxEntry) {
        counts.add(entry, -1)
        stuck.remove(entry.id)
        if entry.state == .waiting, let count = waiting[entry.step] {
            waiting[entry.step] = count > 1 ? count - 1 : nil
        }
        let key = entry.change.key
        unsent[key]?.removeAll { $0 == entry.id }
        guard unsent[key]?.isEmpty == true else { return }
        unsent[key] = nil
        if key.isNumber { numberCount -= 1 }
    }
}

extension OutboxLine.Progress {
    /// The same for an entry that is told along with others; nil for what takes more words.
    fileprivate var fate: SharedEntries.Fate? {
        switch self {
        case .handed: .handed
        case .kept: .waiting
        case .dropped: .dropped
        case .done, .failed, .conflict, .again: nil
        }
    }
}

extension SharedEntries.Fate {
    /// The same for an entry that stands alone.
    fileprivate func progress(of entry: OutboxEntry, at time: Int) -> OutboxLine.Progress? {
        switch self {
        case .handed: .handed
        case .waiting: .kept
        case .dropped: .dropped
        case .made: .done(entry.askedWrite, after: nil, at: time)
        case .found: .done(nil, after: nil, at: time)
        case .own: nil
        }
    }
}

extension OutboxEntry {
    fileprivate mutating func take(_ progress: OutboxLine.Progress) -> Outbox.Happening? {
        switch progress {
        case .handed:
            isHanded = true
            return nil
        case .kept:
            isHanded = false
            return nil
        case .failed(let error): state = .failed(error)
        case .conflict(let theirs, let time):
            state = .conflict(theirs)
            toldAt = time
            return .confirmed(change.key, theirs, at: time)
        case .dropped: state = .dropped
        case .again(let change, let original):
            state = .waiting
            self.change = change
            self.original = original
        case .done(let write, let after, let time):
            state = .done
            self.write = write
            original = nil
            if case .delete = write { return .gone(change.key, at: time) }
            return .confirmed(change.key, after, at: time)
        }
        return .overlay(change.key)
    }
}
