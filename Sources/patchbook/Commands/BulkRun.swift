import ArgumentParser
import ContactClient
import ContactModel
import ContactUI
import Glibc
import JSONText
import Synchronization

/// Whose contacts a command changes: those that match, or on purpose all.
struct ScopeOptions: ParsableArguments {
    @Argument(
        help: "Which contacts; a query that begins with - stands after --.",
        completion: WordCompletion.query)
    var query: [String] = []

    @Flag(help: "All contacts: without it an empty query is refused.")
    var all = false

    /// The query; nothing written means everybody only where that was said.
    func parsed() throws -> Query {
        let query = try QueryArgument.query(query)
        guard (query == .all) != all else { return query }
        throw ValidationError(
            all
                ? "give a query or --all, not both"
                : "an empty query would mean every contact: say --all if that is meant, and put "
                    + "a query that begins with - after --")
    }
}

/// The contacts that an edit of many would change, and how.
struct BulkSelection {
    let matched: Int
    let plan: BulkPlan
    let isPartial: Bool
    /// How many contacts cannot be told from those that match, as their metadata is not known.
    let unknown: Int
    let subjects: Subjects

    init(_ edit: BulkEdit, of query: Query, in backend: any ContactBackend) async throws {
        let listing = try await backend.list(query, order: SortOrder())
        try self.init(edit, of: listing)
    }

    /// - Throws: `ExitCode` 2 where it is stopped.
    init(_ edit: BulkEdit, of listing: any ContactListing) throws {
        let plan = listing.plan(edit, for: nil, naming: .max) { !Interruption.isAsked }
        guard let plan else { throw Interruption.stop }
        self.plan = plan
        matched = listing.count
        isPartial = listing.isPartial
        unknown = listing.unknown
        subjects = Subjects(listing)
    }
}

/// How a run of many changes tells what became of them.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Tell what became of it as JSON, with every contact that was left out and why.")
    var json = false
}

/// Makes many changes, shows how far it is, and tells what became of them.
struct BulkRun {
    let place: PlaceOptions
    let title: String
    var participle = "changed"
    var isJSON = false
    /// Contacts that match and cannot be written.
    var obstacles: [BulkEffect.Obstacle] = []
    var subjects = Subjects(nil)

    /// Makes the changes.
    ///
    /// - Throws: `ExitCode` 2 where only a part was done, or the status of the one reason why
    ///   nothing was.
    func perform(_ plan: BulkPlan, on backend: any ContactBackend) async throws {
        let progress = ProgressLine(
            total: plan.count, isShown: !place.quiet && isatty(STDERR_FILENO) == 1)
        foretell(plan, on: backend)
        Interruption.watch()
        let workspace = backend.workspace
        let report: BulkReport
        do throws(ClientError) {
            report = try await backend.apply(plan) { done in
                progress.show(done, seconds: { workspace?.seconds() ?? 0 })
                return !Interruption.isAsked
            }
        } catch {
            if isJSON, case .queued(let cause, _) = error { printQueued(plan, cause) }
            throw error
        }
        progress.clear()
        let telling = RunReport(self, report, of: plan)
        if isJSON { Streams.print(telling.record.prettyText) } else { telling.tell() }
        if report.isComplete && obstacles.isEmpty {
            return report.changed > 0 ? () : try await place.sendEarlier(backend)
        }
        if report.failures.isEmpty && report.notReached.isEmpty && obstacles.isEmpty {
            throw ExitCode(report.brokenOff.map { Wording.status(.queued(because: $0)) } ?? 75)
        }
        let isNothingDone = report.changed + report.unchanged == 0
        if let only = report.failures.first, isNothingDone, plan.count == 1 {
            throw ExitCode(Wording.status(only.error))
        }
        throw ExitCode(2)
    }

    /// The report on a run of which nothing is sent yet.
    private func printQueued(_ plan: BulkPlan, _ cause: ClientError) {
        var report = BulkReport()
        report.queued = plan.count
        report.brokenOff = cause
        Streams.print(RunReport(self, report, of: plan).record.prettyText)
    }

    /// Says how long the quota of a workspace will make the run wait, where it will.
    private func foretell(_ plan: BulkPlan, on backend: any ContactBackend) {
        guard let client = backend.workspace, plan.count > 1 else { return }
        let calls = plan.changes.reduce(0) { $0 + $1.change.callCount }
        let seconds = client.seconds(for: calls)
        guard let limit = client.outlook.limit, seconds > 0 else { return }
        let waiting = client.status.counts.waiting
        let queue = waiting > 0 ? ", \(waiting) queued before" : ""
        let time = QuotaWording.time(seconds)
        place.note("up to \(calls) calls at \(limit) a minute\(queue): about \(time)")
    }
}

/// A line on the terminal that tells how far a long run is.
final class ProgressLine: Sendable {
    private let total: Int
    private let unit: String
    private let isShown: Bool
    private let lastShown = Mutex(-1)

    init(total: Int, unit: String = "", isShown: Bool) {
        self.total = total
        self.unit = unit
        self.isShown = isShown && total > 1
    }

    /// - Parameter seconds: how long the rest will wait for a quota.
    func show(_ done: Int, seconds: () -> Int = { 0 }) {
        guard isShown else { return }
        let percent = done * 100 / total
        let isNew = lastShown.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let rest = seconds()
        let time = rest > 0 ? " · about \(QuotaWording.time(rest))" : ""
        Streams.note("\r\u{1B}[K\(done) of \(total)\(unit)\(time) · Ctrl-C stops")
    }

    func clear() {
        if isShown { Streams.note("\r\u{1B}[K") }
    }
}

/// Ctrl-C during a command: the first time asks it to stop between two contacts, the second time
/// ends the program as always.
enum Interruption {
    /// The signal that asked; 0 where none did.
    private static let asked = Atomic<Int32>(0)

    static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

    /// Whether it was not a person who asked, but the machine that goes down, or a service manager.
    static var isTermination: Bool { asked.load(ordering: .relaxed) == SIGTERM }

    static func watch() {
        guard !isAsked else { return }
        for number in signals {
            signal(number) { number in
                Interruption.asked.store(number, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    /// Lets what was asked of something that has ended by that count no longer.
    static func forget() {
        asked.store(0, ordering: .relaxed)
        rest()
    }

    /// Ctrl-C, and how service managers and `timeout` ask a program to end.
    private static let signals = [SIGINT, SIGTERM]

    /// Lets Ctrl-C end the program while a question waits for its answer.
    static func rest() { for number in signals { signal(number, SIG_DFL) } }

    /// Ends a command that was asked to stop before it wrote anything.
    static func check() throws {
        if isAsked { throw stop }
    }

    /// Says so, for a command that ends there.
    static var stop: ExitCode {
        Streams.complain("stopped before anything was written")
        return ExitCode(2)
    }
}
