import JSONText

/// How many calls a token has left at a server, as far as its answers tell: pure bookkeeping, in
/// milliseconds since 1970.
///
/// A call takes a slot, which is free again a minute after the answer: the server counted it no
/// later than that. Calls that nobody waits for leave a reserve to those that somebody does.
struct RemoteQuota: Hashable, Sendable {
    /// Calls a minute; nil where the server has named no limit.
    private(set) var limit: Int?
    /// How many slots become free when; times are rounded up, so that there are few of them.
    private var slots: [Int: Int] = [:]
    /// Calls of others with this token: what is used at the server beyond our own.
    private var strangers = 0
    private var strangersUntil = 0
    /// Until when the server asked to be left alone.
    private var blockedUntil = 0
    /// Once a burst has used up all but the reserve, the calls of a run go evenly.
    private var isPaced = false
    private var nextBulkAt = 0

    static let window = 60_000
    /// The length of the steps that times are rounded up to.
    private static let grain = 1000
    private static let fullReserve = 10
    /// Where a refusal names no time.
    private static let customaryPause = 10_000

    /// A slot that a call holds, by the time it becomes free if no answer comes.
    struct Ticket: Hashable, Sendable {
        fileprivate let time: Int
    }

    /// Whether a call may go.
    enum Admission: Hashable, Sendable {
        case admitted(Ticket)
        /// Not before so many milliseconds.
        case wait(Int)
    }

    private func reserve(of limit: Int) -> Int { min(RemoteQuota.fullReserve, limit / 4) }

    private func pace(of limit: Int) -> Int {
        RemoteQuota.window / max(1, limit - reserve(of: limit))
    }

    /// Slots that are free at a time; nil without a limit.
    func free(at now: Int) -> Int? {
        limit.map { max(0, $0 - used(at: now)) }
    }

    /// Calls of a run that could go at once, the reserve left out.
    func freeForRuns(at now: Int) -> Int? {
        guard let limit, let free = free(at: now) else { return nil }
        return blockedUntil > now ? 0 : max(0, free - reserve(of: limit))
    }

    private func used(at now: Int) -> Int {
        slots.reduce(0) { $1.key > now ? $0 + $1.value : $0 }
            + (strangersUntil > now ? strangers : 0)
    }

    /// Takes a slot, or says how long to wait before asking again.
    ///
    /// - Parameter deadline: how long the answer may take.
    mutating func admit(isBulk: Bool, at now: Int, deadline: Int) -> Admission {
        forget(before: now, deadline: deadline)
        guard blockedUntil <= now else { return .wait(blockedUntil - now) }
        if let limit {
            let free = limit - used(at: now)
            let kept = isBulk ? reserve(of: limit) : 0
            guard free > kept else { return .wait(max(1, timeOfRelease(kept + 1 - free) - now)) }
            if isBulk {
                if isPaced, nextBulkAt > now { return .wait(nextBulkAt - now) }
                if free - 1 <= kept { isPaced = true }
                nextBulkAt = now + pace(of: limit)
            }
        }
        return .admitted(take(until: now + deadline + RemoteQuota.window))
    }

    private mutating func take(until time: Int) -> Ticket {
        let rounded = (time + RemoteQuota.grain - 1) / RemoteQuota.grain * RemoteQuota.grain
        slots[rounded, default: 0] += 1
        return Ticket(time: rounded)
    }

    private mutating func giveBack(_ ticket: Ticket) {
        guard let count = slots[ticket.time] else { return }
        slots[ticket.time] = count > 1 ? count - 1 : nil
    }

    /// When so many of the slots in use will have become free.
    private func timeOfRelease(_ count: Int) -> Int {
        var left = count
        var releases = slots
        if strangers > 0 { releases[strangersUntil, default: 0] += strangers }
        for (time, released) in releases.sorted(by: { $0.key < $1.key }) {
            left -= released
            if left <= 0 { return time }
        }
        return 0
    }

    /// Lets go of slots that are free; times that no clock which only goes forward could have
    /// written are cut to what they can mean at most.
    private mutating func forget(before now: Int, deadline: Int) {
        let last = now + deadline + RemoteQuota.window + RemoteQuota.grain
        for (time, count) in slots where time <= now || time > last {
            slots[time] = nil
            if time > last { slots[now + RemoteQuota.window, default: 0] += count }
        }
        if strangersUntil > last { strangersUntil = now + RemoteQuota.window }
        if blockedUntil > now + RemoteQuota.longestPause { blockedUntil = now }
        if nextBulkAt + RemoteQuota.window < now { isPaced = false }
        nextBulkAt = min(nextBulkAt, last)
    }

    /// An hour: whoever counts calls by the minute has no reason to ask for more.
    private static let longestPause = 3_600_000

    /// Somebody wants to try in spite of what the server asked for.
    mutating func unblock() {
        blockedUntil = 0
    }

    /// Nothing left this machine: the slot is free again.
    mutating func notSent(_ ticket: Ticket) {
        giveBack(ticket)
    }

    /// No answer came, but the server may have counted the call.
    mutating func unanswered(_ ticket: Ticket, at now: Int) {
        giveBack(ticket)
        _ = take(until: now + RemoteQuota.window)
    }

    /// The server answered, and perhaps told its limit and what is left of it.
    mutating func answered(_ ticket: Ticket, limit told: Int?, left: Int?, at now: Int) {
        unanswered(ticket, at: now)
        guard let told, told > 0 else { return }
        limit = told
        guard let left, (0...told).contains(left) else { return }
        let own = slots.reduce(0) { $1.key > now ? $0 + $1.value : $0 }
        strangers = max(0, told - left - own)
        strangersUntil = now + RemoteQuota.window
    }

    /// The server answered a success and named no limit: it has none.
    mutating func answeredWithoutLimit(_ ticket: Ticket, at now: Int) {
        limit = nil
        unanswered(ticket, at: now)
    }

    /// The server took the call for one too many, and did not count it.
    mutating func refused(_ ticket: Ticket, retryAfter seconds: Int?, at now: Int) {
        giveBack(ticket)
        let asked = seconds.map { max(1, $0) * 1000 } ?? RemoteQuota.customaryPause
        let pause = min(asked, RemoteQuota.longestPause)
        blockedUntil = max(blockedUntil, now + pause)
        // Whatever is free after the pause is found out evenly.
        isPaced = true
    }

    /// How long a run of so many calls will take, in milliseconds: 0 where all go at once.
    func time(for calls: Int, at now: Int) -> Int {
        let pause = max(0, blockedUntil - now)
        guard let limit else { return pause }
        let beyond = calls - max(0, limit - used(at: now) - reserve(of: limit))
        guard beyond > 0 else { return pause }
        let inUse = used(at: now)
        guard beyond > inUse else { return max(pause, timeOfRelease(beyond) - now) }
        let first = max(pause, timeOfRelease(inUse) - now, 0)
        return first + (beyond - inUse) * pace(of: limit)
    }
}

extension RemoteQuota {
    /// What a file holds; an empty ledger where it holds anything else.
    init(record: JSONObject) {
        limit = record["limit"].flatMap(RemoteQuota.integer)
        for member in record["slots"]?.object?.members ?? [] {
            guard let time = Int(member.name), let count = RemoteQuota.integer(member.value),
                (1...1_000_000).contains(count)
            else { continue }
            slots[time] = count
        }
        strangers = record["strangers"].flatMap(RemoteQuota.integer) ?? 0
        strangersUntil = record["strangers_until"].flatMap(RemoteQuota.integer) ?? 0
        blockedUntil = record["blocked_until"].flatMap(RemoteQuota.integer) ?? 0
        nextBulkAt = record["next_bulk_at"].flatMap(RemoteQuota.integer) ?? 0
        isPaced = nextBulkAt > 0 && record["paced"] == .bool(true)
    }

    private static func integer(_ value: JSONValue) -> Int? {
        guard case .number(let number) = value, let integer = number.integerValue,
            (0...1 << 52).contains(integer)
        else { return nil }
        return integer
    }

    var record: JSONObject {
        func number(_ integer: Int) -> JSONValue { .number(JSONNumber(integer)) }
        var record: JSONObject = [:]
        if let limit { record["limit"] = number(limit) }
        let members = slots.sorted { $0.key < $1.key }.map {
            JSONObject.Member(name: String($0.key), value: number($0.value))
        }
        record["slots"] = .object(JSONObject(members))
        record["strangers"] = number(strangers)
        record["strangers_until"] = number(strangersUntil)
        record["blocked_until"] = number(blockedUntil)
        record["next_bulk_at"] = number(nextBulkAt)
        record["paced"] = .bool(isPaced)
        return record
    }
}
