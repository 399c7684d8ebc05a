import Glibc
import Synchronization

/// How calls wait for their turn: for the quota, and after failures of the server.
package struct RemotePacing: Sendable {
    /// How long a call that somebody waits for may wait for the quota before it is given up.
    package var patience: Duration
    /// The same for the calls of a run.
    package var bulkPatience = Duration.seconds(900)
    /// How often a call that only reads is made again after a failure of the server (5xx).
    package var repeats = 3
    /// Milliseconds since 1970, as all processes of this machine see them.
    package var now: @Sendable () -> Int
    /// Waits.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A random number from 0 to 1.
    package var random: @Sendable () -> Double
    /// Told how long a call is about to wait for the quota, where that is longer than a moment.
    package var onWait: @Sendable (Duration) -> Void = { _ in }
    /// Told where another process sends what is waited for, and takes its time.
    package var onOthers: @Sendable () -> Void = {}
    /// Told where a single change takes longer than people expect.
    package var onDelay: @Sendable () -> Void = {}
    /// Asked from time to time whether somebody still waits for a change that is to be sent.
    package var isWanted: @Sendable () -> Bool = { true }
    /// Asked where nobody does whether what is not sent yet is given up by that; else it stays
    /// queued, as where the machine goes down.
    package var isGivenUp: @Sendable () -> Bool = { true }

    /// Waits as people bear it, by the system's clock.
    package init(patience: Duration = .seconds(90)) {
        self.patience = patience
        now = {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
        }
        sleep = { try await Task.sleep(for: $0) }
        random = { Double.random(in: 0...1) }
    }

    /// How long to wait after so many failures in a row: twice as long each time, a random half
    /// of it left out so that many clients do not come back at once.
    func pause(afterFailures count: Int) -> Duration {
        let longest = 0.5 * Double(1 << min(count - 1, 6))
        return .milliseconds(Int(longest * (0.5 + random() / 2) * 1000))
    }
}

extension Duration {
    /// In whole seconds, as long at least.
    package var wholeSeconds: Int { Int((self / .seconds(1)).rounded(.up)) }
}

/// Whether somebody waits for a call, or it is one of many in a run.
enum Urgency: Sendable {
    case interactive
    /// Asked from time to time during a wait whether the run is still wanted.
    case bulk(isWanted: @Sendable () -> Bool)

    @TaskLocal static var current = Urgency.interactive

    var isBulk: Bool {
        if case .bulk = self { true } else { false }
    }

    var isWanted: Bool {
        if case .bulk(let isWanted) = self { isWanted() } else { true }
    }

    /// Makes calls with this urgency.
    func during<T: Sendable>(
        _ body: () async throws(ClientError) -> T
    ) async throws(ClientError) -> T {
        let result = await Urgency.$current.withValue(self) {
            do throws(ClientError) {
                return Result<T, ClientError>.success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// What a quota allows, as far as is known without asking.
package struct QuotaOutlook: Hashable, Sendable {
    private let quota: RemoteQuota
    private let now: Int

    init(_ quota: RemoteQuota, at now: Int) {
        self.quota = quota
        self.now = now
    }

    /// Calls a minute; nil where the server has named no limit yet.
    package var limit: Int? { quota.limit }

    /// Calls that nobody made yet in this minute, those of our other processes and those that
    /// the server told of counted; nil without a limit.
    package var callsLeft: Int? { quota.free(at: now) }

    /// Of those, how many a bulk run may make at once: a few are kept for edits meanwhile.
    package var callsForRuns: Int? { quota.freeForRuns(at: now) }

    /// Whole seconds that a run of so many calls waits for the quota; 0 where all go at once.
    package func seconds(for calls: Int) -> Int {
        (quota.time(for: calls, at: now) + 999) / 1000
    }
}

/// Sends calls when the quota allows it, and reads again where the server failed.
final class RemoteGate: Sendable {
    private let exchange: HTTPExchange
    private let ledger: RemoteLedger
    private let pacing: RemotePacing

    init(_ exchange: HTTPExchange, _ ledger: RemoteLedger, _ pacing: RemotePacing) {
        self.exchange = exchange
        self.ledger = ledger
        self.pacing = pacing
    }

    var outlook: QuotaOutlook { QuotaOutlook(ledger.quota, at: pacing.now()) }

    /// Somebody wants to try in spite of what the server asked for.
    func unblock() { ledger.unblock() }

    /// Takes a slot for a call of a run before it begins, or says how long to wait.
    func hold() -> Holding {
        switch ledger.admit(isBulk: true, at: pacing.now()) {
        case .admitted(let ticket): .held(HeldSlot(ticket, of: self))
        case .wait(let time): .wait(.milliseconds(time))
        }
    }

    fileprivate func giveBack(_ ticket: RemoteQuota.Ticket?) { ledger.notSent(ticket) }

    /// One call and its whole answer.
    ///
    /// - Throws: `.throttled` where the quota would take longer than there is patience, and what
    ///   the exchange throws.
    func send(_ call: APICall) async throws(ClientError) -> Answer {
        var failures = 0
        var isRepeated = false
        var turn = Turn(Urgency.current, pacing)
        while true {
            let answer: Answer
            do throws(ClientError) {
                answer = try await sendOnce(call, &turn)
            } catch .outcomeUnknown(.brokenOff) where call.isRead && !isRepeated {
                // A server ends connections that rest; that is seen only when one is used again.
                isRepeated = true
                continue
            }
            if answer.status == 429, turn.hasPatience(answer.retryAfter) {
                guard await turn.waitLonger(than: answer.retryAfter, pacing) else { return answer }
                continue
            }
            guard answer.status >= 500, call.isRead, failures < pacing.repeats,
                turn.urgency.isWanted
            else { return answer }
            failures += 1
            do {
                try await pacing.sleep(pacing.pause(afterFailures: failures))
            } catch {
                return answer
            }
        }
    }

    private func sendOnce(
        _ call: APICall, _ turn: inout Turn
    ) async throws(ClientError) -> Answer {
        let ticket = try await admission(&turn)
        do throws(ClientError) {
            let answer = try await exchange.send(call)
            ledger.answered(ticket, with: answer, at: pacing.now())
            return answer
        } catch .notSent(let cause) {
            ledger.notSent(ticket)
            throw .notSent(cause)
        } catch {
            ledger.unanswered(ticket, at: pacing.now())
            throw error
        }
    }

    private func admission(
        _ turn: inout Turn
    ) async throws(ClientError) -> RemoteQuota.Ticket? {
        if let slot = HeldSlot.current?.take(for: self) { return slot.ticket }
        while true {
            switch ledger.admit(isBulk: turn.urgency.isBulk, at: pacing.now()) {
            case .admitted(let ticket): return ticket
            case .wait(let milliseconds):
                guard turn.urgency.isWanted,
                    await turn.wait(.milliseconds(milliseconds), pacing)
                else {
                    let time = Duration.milliseconds(milliseconds)
                    throw .throttled(retryAfter: time.wholeSeconds)
                }
            }
        }
    }
}

/// Whether a call of a run may begin.
enum Holding: Sendable {
    case held(HeldSlot)
    /// Not before so long.
    case wait(Duration)
}

/// A slot of the quota that a call of a run holds from before it begins: what would only wait
/// does not begin, since a contact is nobody else's while a call about it is under way.
final class HeldSlot: Sendable {
    @TaskLocal static var current: HeldSlot?

    /// The slot; a nil ticket costs nothing.
    struct Slot: Sendable {
        let ticket: RemoteQuota.Ticket?
    }

    private let gate: RemoteGate
    private let slot: Mutex<Slot?>

    init(_ ticket: RemoteQuota.Ticket?, of gate: RemoteGate) {
        self.gate = gate
        slot = Mutex(Slot(ticket: ticket))
    }

    /// The slot, once, where it is one of this gate.
    func take(for gate: RemoteGate) -> Slot? {
        guard gate === self.gate else { return nil }
        return slot.withLock { $0.take() }
    }

    /// Gives back what was not taken.
    func letGo() {
        guard let rest = slot.withLock({ $0.take() }) else { return }
        gate.giveBack(rest.ticket)
    }
}

/// One call's waiting for the quota.
private struct Turn {
    let urgency: Urgency
    private var left: Duration
    private var isTold = false
    private var refusals = 0

    /// So that a stop is heard soon, and a slot that another process gave back is found.
    private static let slice = Duration.milliseconds(500)
    private static let moment = Duration.seconds(2)

    init(_ urgency: Urgency, _ pacing: RemotePacing) {
        self.urgency = urgency
        left = urgency.isBulk ? pacing.bulkPatience : pacing.patience
    }

    func hasPatience(_ retryAfter: Int?) -> Bool {
        .seconds(max(1, retryAfter ?? 10)) <= left && urgency.isWanted
    }

    /// Waits twice as long for each refusal in a row, where the server asks for less: it needs
    /// more than it says.
    ///
    /// - Returns: false where patience would not last for all of it.
    mutating func waitLonger(than asked: Int?, _ pacing: RemotePacing) async -> Bool {
        refusals += 1
        isTold = false
        var rest = Duration.seconds(1 << min(refusals - 1, 6))
        guard rest > .seconds(max(1, asked ?? 10)) else { return true }
        while rest > .zero {
            guard await wait(rest, pacing), urgency.isWanted else { return false }
            rest -= Turn.slice
        }
        return true
    }

    /// Waits a part of the time.
    ///
    /// - Returns: false where patience would not last for all of it.
    mutating func wait(_ time: Duration, _ pacing: RemotePacing) async -> Bool {
        guard time <= left else { return false }
        if time > Turn.moment, !isTold {
            isTold = true
            pacing.onWait(time)
        }
        let part = min(time, Turn.slice)
        left -= part
        do {
            try await pacing.sleep(part)
        } catch {
            return false
        }
        return true
    }
}
