import ContactModel
import ContactStore
import JSONText
import Synchronization

/// What became of an entry that was given to the network.
private struct Sent: Sendable {
    let entry: OutboxEntry
    let result: Result<Delivery, ClientError>
    /// Whether the server may have some of it.
    let isBegun: Bool
    /// The contact as it was read before it was to be written.
    var seen: Contact?
    /// How far the changes of its tags came.
    var tagged = TagProgress()
}

extension WorkspaceClient {
    /// How long a new entry may wait for one of the calls under way before it gets its turn.
    private static let turn = Duration.milliseconds(100)

    /// Sends until nothing waits any more, or something is in the way.
    ///
    /// One process sends for all that have the outbox open.
    ///
    /// - Parameter step: nothing more is begun when nothing of this one waits; nil for all.
    /// - Returns: what is in the way; nil also where somebody else is sending.
    func sendAll(until step: Int? = nil) async -> ClientError? {
        let mayBegin = shared.withLock { shared in
            let isDue = shared.state.outbox.counts.waiting > 0 && !shared.isAtRest
            guard isDue, !shared.isSending, shared.log.takeOver(.sending) else { return false }
            shared.isSending = true
            return true
        }
        guard mayBegin else { return nil }
        defer {
            shared.withLock { shared in
                shared.isSending = false
                shared.log.giveBack(.sending)
            }
        }
        // What others have sent until now is not sent again.
        lookForLines()
        do throws(ClientError) {
            if manner == .attended || hadUnsent || isAskedByAnother { try await bind() }
        } catch {
            return error
        }
        let isCounted = remote.outlook.limit != nil
        shared.withLock { $0.notes.setReach(isCounted: isCounted) }
        return await remote.nearby { await sendEach(until: step) }
    }

    private func sendEach(until step: Int?) async -> ClientError? {
        await withTaskGroup(of: Sent?.self) { group in
            var trouble: ClientError?
            var hasClock = false
            while true {
                var heldBack: Duration?
                while trouble == nil, step.map({ waiting(of: $0) > 0 }) ?? true,
                    let (entry, slot) = begin(&heldBack)
                {
                    group.addTask { [self] in await send(entry, slot) }
                }
                let isIdle = shared.withLock(\.underWay.isEmpty)
                if isIdle {
                    guard let wait = heldBack else { break }
                    guard wait <= pacing.bulkPatience else {
                        trouble = .throttled(retryAfter: wait.wholeSeconds)
                        break
                    }
                }
                if !hasClock {
                    group.addTask { [self] in await takeTurn(isIdle: isIdle) }
                    hasClock = true
                }
                guard let sent = await group.next() else { break }
                guard let sent else {
                    hasClock = false
                    // What others queue meanwhile may go before what waits here.
                    lookForLines()
                    trouble = trouble ?? noteInTime()
                    continue
                }
                if let found = settle(sent) { trouble = trouble ?? found }
                tellOfChange()
            }
            group.cancelAll()
            do throws(StoreError) {
                try shared.withLock { shared throws(StoreError) in try shared.finishNotes() }
            } catch {
                trouble = trouble ?? .store(error)
            }
            return trouble
        }
    }

    /// - Parameter isIdle: whether nothing is waited for but the quota, which has its own clock.
    private func takeTurn(isIdle: Bool) async -> Sent? {
        try? await isIdle
            ? pacing.sleep(WorkspaceClient.turn) : Task.sleep(for: WorkspaceClient.turn)
        return nil
    }

    /// Writes down what became of entries where it is time, though no other answer comes.
    private func noteInTime() -> ClientError? {
        defer { tellOfChange() }
        do throws(StoreError) {
            try shared.withLock { shared throws(StoreError) in try shared.noteInTime() }
            return nil
        } catch {
            return .store(error)
        }
    }

    /// The entry that goes next, noted as given to the network, with a slot where it is of a run.
    ///
    /// - Parameter wait: set to how long a run has to wait for the quota, where it has to.
    private func begin(_ wait: inout Duration?) -> (OutboxEntry, HeldSlot?)? {
        shared.withLock { [width, remote] shared in
            while !shared.isAtRest, let next = shared.nextToSend(width) {
                var slot: HeldSlot?
                if shared.isForNobody(next) {
                    switch remote.hold(for: next) {
                    case .held(let held): slot = held
                    case .wait(let time):
                        wait = time
                        return nil
                    }
                }
                do throws(StoreError) {
                    if let handed = try shared.hand(next) {
                        shared.underWay[next.id] = handed.change.key
                        return (handed, slot)
                    }
                    slot?.letGo()
                } catch {
                    slot?.letGo()
                    return nil
                }
            }
            return nil
        }
    }

    private func send(_ entry: OutboxEntry, _ slot: HeldSlot?) async -> Sent {
        defer { slot?.letGo() }
        return await HeldSlot.$current.withValue(slot) { await send(entry) }
    }

    private func send(_ entry: OutboxEntry) async -> Sent {
        let (isRun, isAtOnce) = shared.withLock { shared in
            // What the server may have is held against what was read before it was sent.
            (
                shared.isForNobody(entry),
                shared.atOnce.contains(entry.step) && !entry.isHanded
            )
        }
        let urgency =
            isRun
            ? Urgency.bulk { [self] in shared.withLock { !$0.isAtRest } }
            : .interactive
        return await Urgency.$current.withValue(urgency) {
            var isBegun = false
            var seen: Contact?
            var tagged = TagProgress()
            do throws(ClientError) {
                let delivery = try await remote.deliver(
                    isAtOnce ? entry.writingOverAll : entry, &isBegun, seen: &seen,
                    tagged: &tagged)
                return Sent(entry: entry, result: .success(delivery), isBegun: true)
            } catch {
                return Sent(
                    entry: entry, result: .failure(error), isBegun: isBegun, seen: seen,
                    tagged: tagged)
            }
        }
    }

    /// Notes what became of an entry.
    ///
    /// - Returns: what is in the way of the others.
    private func settle(_ sent: Sent) -> ClientError? {
        let (trouble, refused) = shared.withLock {
            [pacing] shared -> (ClientError?, OutboxEntry?) in
            shared.underWay[sent.entry.id] = nil
            do throws(StoreError) {
                return (try shared.settle(sent, at: pacing.now()), shared.refused(sent.entry.id))
            } catch {
                return (.store(error), nil)
            }
        }
        if let refused { tell(.refused(refused)) }
        return trouble
    }
}

extension WorkspaceClient.Shared {
    /// Whether nothing more is to be sent.
    fileprivate var isAtRest: Bool {
        isClosed || isHeld || heedsOthers && log.isAskedForRest
    }

    /// Notes what became of an entry.
    ///
    /// - Returns: what is in the way of the others.
    fileprivate mutating func settle(
        _ sent: Sent, at now: Int
    ) throws(StoreError) -> ClientError? {
        let sent = try dividing(sent, at: now)
        let id = sent.entry.id
        switch sent.result {
        case .success(let delivery):
            trouble = nil
            sentHere += 1
            noteTaken(id)
            if awaited.contains(id) { receipts[id] = sent.receipt }
            if let fate = state.fate(of: id, after: delivery) {
                try noteThrough(id, fate, at: now)
            } else {
                let time = try timeOfNews(about: sent.entry.change.key, now)
                let progress = OutboxLine.Progress.done(
                    delivery.write, after: delivery.after, at: time)
                try write([.state(id, progress)], syncs: false)
            }
        case .failure(.conflict(let theirs)), .failure(.exists(let theirs)):
            trouble = nil
            let time = try timeOfNews(about: sent.entry.change.key, now)
            try write([.state(id, .conflict(theirs, at: time))], syncs: false)
        case .failure(let error) where error.isTrouble && !isRefused(id, by: error):
            try keep(sent)
            return isInTheWay(error) ? error : nil
        case .failure(let error):
            trouble = nil
            try refuse(sent.entry, error, at: now)
        }
        return nil
    }

    /// Notes what an entry that was not taken is held against when it is sent later: what was read
    /// now, where nothing was known of its contact, or it wrote over whatever was.
    private mutating func keep(_ sent: Sent) throws(StoreError) {
        let (id, change) = (sent.entry.id, sent.entry.change)
        let isFirst = !sent.entry.isHanded
        let wroteOver = sent.isBegun && isFirst && atOnce.contains(sent.entry.step)
        var lines: [OutboxLine] = []
        if let seen = sent.seen, wroteOver || state.outbox[id]?.original == nil {
            let original = change.narrowedOriginal(seen)
            lines.append(.state(id, .again(change, original: original)))
        }
        if !sent.isBegun && isFirst { lines.append(.state(id, .kept)) }
        if !lines.isEmpty { try write(lines, syncs: false) }
    }

    /// Lets what the server has of several changes of tags be an entry of its own, which is done:
    /// only the rest is refused, or waits in its place, and undo takes back what was done.
    private mutating func dividing(_ sent: Sent, at now: Int) throws(StoreError) -> Sent {
        guard case .failure = sent.result, !sent.tagged.isNothing else { return sent }
        let (entry, key) = (sent.entry, sent.entry.change.key)
        var rest = entry
        rest.change = ContactChange(key: key, change: sent.tagged.rest(of: entry.change.change))
        rest.isHanded = true
        let time = try timeOfNews(about: key, now)
        try write(syncs: false) { state in
            let done = OutboxEntry(
                id: state.nextID(), step: entry.step,
                change: ContactChange(key: key, change: sent.tagged.change),
                original: entry.original)
            let progress = OutboxLine.Progress.done(
                sent.tagged.write(key), after: sent.tagged.after(key), at: time)
            return [
                .entry(done), .state(done.id, progress),
                .state(entry.id, .again(rest.change, original: rest.original)),
                .state(entry.id, .handed),
            ]
        }
        return Sent(entry: rest, result: sent.result, isBegun: sent.isBegun)
    }

    /// Notes that the server refused an entry.
    private mutating func refuse(
        _ entry: OutboxEntry, _ error: ClientError, at now: Int
    ) throws(StoreError) {
        let (id, change) = (entry.id, entry.change)
        // What comes after it waits, and is made upon it if it is taken after all.
        var lines = [OutboxLine.state(id, .failed(error))]
        if state.outbox[id]?.original == nil, case .retag = change.change {
            // From here on it is to tell whom it is about.
            let known = change.narrowedOriginal(state.contact(change.key))
            lines.insert(.state(id, .again(change, original: known)), at: 0)
        }
        guard case .notFound(.key(change.key)) = error, case .update = change.change,
            let gone = state.standing(change.key)
        else { return try write(lines, syncs: false) }
        // All that was known of it is kept, so that it can be made anew.
        lines.insert(.state(id, .again(change, original: gone)), at: 0)
        try write(lines, syncs: false)
        state.note(nil, as: change.key, at: now)
    }

    /// An entry that was sent, where the server refused it.
    fileprivate func refused(_ id: Int) -> OutboxEntry? {
        guard state.outbox.set(of: id) == nil, let entry = state.outbox[id], entry.isUnsent,
            entry.state != .waiting
        else { return nil }
        return entry
    }

    /// Appends lines, after what others appended meanwhile; then they count.
    mutating func write(_ lines: [OutboxLine], syncs: Bool) throws(StoreError) {
        try write(syncs: syncs) { _ in lines }
    }

    /// Appends the lines that `make` answers to the state with others' lines in it.
    mutating func write(
        syncs: Bool, _ make: (inout WorkspaceState) -> [OutboxLine]
    ) throws(StoreError) {
        var lines: [OutboxLine] = []
        try log.append(syncs: syncs) { news in
            _ = state.take(news)
            lines = make(&state)
            return lines.map(\.record)
        }
        for line in lines { state.take(line) }
        isToldOfChange = false
    }

    /// The entry that goes next. Those that somebody waits for find room beside a run; those
    /// that the server failed over come after others, which show whether it is there at all.
    fileprivate mutating func nextToSend(_ width: Int) -> OutboxEntry? {
        let (busy, misses, taken) = (underWay, misses, taken)
        guard busy.count < 2 * width else { return nil }
        let runs = busy.keys.count { state.outbox.isOfRun($0) } < width
        let isUnderWay = { busy[$0] != nil }
        let next = state.nextToSend(runs: runs, isUnderWay: isUnderWay) { entry in
            guard busy[entry.id] == nil, !busy.values.contains(entry.change.key) else {
                return false
            }
            return misses[entry.id].map { $0.isWorthATry(at: taken) } ?? true
        }
        guard next == nil, busy.isEmpty, !misses.isEmpty else { return next }
        return state.nextToSend(runs: runs, isUnderWay: isUnderWay) { _ in true }
    }

    /// Whether nobody waits for an entry, nor for one of the same contact that comes after it.
    fileprivate func isForNobody(_ entry: OutboxEntry) -> Bool {
        state.outbox.isOfRun(entry.id) && !state.outbox.isFollowed(entry)
    }

    /// The server took something, be it an entry.
    mutating func noteTaken(_ id: Int?) {
        taken += 1
        if let id { misses[id] = nil }
    }
}

extension Sent {
    /// The answer to whoever waits for the entry.
    fileprivate var receipt: Receipt? {
        guard case .success(let delivery) = result, let contact = delivery.after else {
            return nil
        }
        switch delivery.write {
        case nil: return Receipt(contact: contact, outcome: .unchanged)
        case .create: return Receipt(contact: contact, outcome: .created)
        default: return Receipt(contact: contact, outcome: .changed)
        }
    }
}
