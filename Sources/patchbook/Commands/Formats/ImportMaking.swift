import ContactClient
import ContactFormats
import ContactModel
import ContactStore
import Glibc

/// Makes the changes of an import: in a file some thousand at a time, as parts of one step, so
/// that never more of them are held.
struct ImportMaking {
    private let planned: ImportRun.Planned
    private let backend: any ContactBackend
    private let progress: ProgressLine
    private var report: ImportReport
    /// How many changes were tried.
    private var reached = 0
    private var step = StepRun()

    /// How many contacts are held at once.
    static let batch = Store.partSize

    init(_ planned: ImportRun.Planned, _ backend: any ContactBackend, isQuiet: Bool) {
        self.planned = planned
        self.backend = backend
        report = planned.report
        report.begin()
        progress = ProgressLine(
            total: planned.count, isShown: !isQuiet && isatty(STDERR_FILENO) == 1)
    }

    /// Makes them.
    ///
    /// - Throws: what kept the first of them from being made; a later failure is in the report.
    consuming func made() async throws -> ImportReport {
        defer { progress.clear() }
        // A workspace sends them one by one: its queue holds them all.
        let size = backend.file == nil ? max(planned.plan.size, 1) : ImportMaking.batch
        for start in stride(from: 0, to: planned.plan.size, by: size) {
            let batch = try planned.plan.changes(start..<start + size)
            do throws(ClientError) {
                let done = try await make(batch)
                reached += report.take(done, batch, backend.place.title)
                guard done.isToTheEnd else { return stopped(done.brokenOff) }
            } catch {
                guard reached > 0 else { throw error }
                return stopped(error)
            }
        }
        return finished()
    }

    private mutating func make(
        _ batch: [PlannedChange]
    ) async throws(ClientError) -> BulkReport {
        let (progress, before) = (progress, reached)
        var changes = batch.flatMap(\.changes)
        if let known = planned.known {
            // What stays in the queue is held against what the import was planned for.
            for index in changes.indices { changes[index].original = known[changes[index].key] }
        }
        let count = changes.count
        let goOn: @Sendable (Int) -> Bool = { done in
            progress.show(before + done * batch.count / max(count, 1))
            return !Interruption.isAsked
        }
        guard let client = backend.file else {
            return try await backend.apply(changes, progress: goOn)
        }
        return try await client.apply(changes, in: &step, progress: goOn)
    }

    private mutating func stopped(_ error: ClientError?) -> ImportReport {
        report.stop(after: reached, of: planned.count, error, backend.place.title)
        return finished()
    }

    private mutating func finished() -> ImportReport {
        if let store = backend.file?.store, step.bytes > store.historyLimit {
            report.outgrown = store.historyLimit
            report.isForgotten = !store.holdsAll(of: step)
        }
        return report
    }
}

extension BulkReport {
    /// Whether all of it was tried.
    fileprivate var isToTheEnd: Bool { notReached.isEmpty && unsent.isEmpty && brokenOff == nil }
}
