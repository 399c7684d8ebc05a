import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import Glibc

/// Reads a file record by record, finds out what it would change, and makes the changes as one
/// step.
struct ImportRun {
    let path: String
    let format: ContactFormat
    let rules: ImportRules
    let reading: ReadingOptions
    let place: PlaceOptions
    let isDryRun: Bool

    /// What a file comes to.
    struct Planned {
        let changes: [ContactChange]
        /// The line at which each change begins.
        let lines: [Int]
        var report: ImportReport
    }

    /// Makes the changes and tells what became of them; nil stands for a file that is not made.
    ///
    /// - Throws: `ExitCode` 2 where some of it was not taken.
    func carryOut(_ planned: Planned, on backend: (any ContactBackend)?) async throws {
        var report = planned.report
        if isDryRun {
            for change in planned.changes { Streams.print(PlanLine(change).text) }
        } else if let backend, !planned.changes.isEmpty {
            report.take(
                try await make(planned.changes, on: backend), planned.changes, planned.lines,
                backend.place.title)
        }
        tell(report)
        if !report.isWhole { throw ExitCode(2) }
    }

    private func tell(_ report: ImportReport) {
        for line in report.complaints { Streams.complain(line) }
        guard !place.quiet else { return }
        for line in report.notes() { Streams.complain(line) }
        if isDryRun {
            Streams.complain("dry run: " + report.summary)
        } else {
            Streams.print(report.summary)
        }
    }

    private func make(
        _ changes: [ContactChange], on backend: any ContactBackend
    ) async throws -> BulkReport {
        let progress = ProgressLine(
            total: changes.count, isShown: !place.quiet && isatty(STDERR_FILENO) == 1)
        defer { progress.clear() }
        return try await backend.apply(changes) { done in
            progress.show(done)
            return !Interruption.isAsked
        }
    }

    /// Reads the file and finds out what it would change; nil stands for a file of contacts that
    /// is not made yet.
    ///
    /// - Throws: `ExitCode` 65 where the file cannot be read as a whole, 2 where it was stopped.
    func plan(_ backend: (any ContactBackend)?) async throws -> Planned {
        Interruption.watch()
        var progress: ProgressLine?
        let isShown = !place.quiet && isatty(STDERR_FILENO) == 1
        defer { progress?.clear() }
        do {
            let file = ImportReading(path: path, format: format, rules: rules, options: reading)
            return try await file.planned(backend) { position, size in
                guard !Interruption.isAsked else {
                    Streams.complain("stopped before anything was written")
                    throw ExitCode(2)
                }
                let line =
                    progress
                    ?? ProgressLine(total: size ?? 0, unit: " bytes read", isShown: isShown)
                line.show(position)
                progress = line
            }
        } catch let error as FormatError {
            progress?.clear()
            Streams.complain("\(path): \(ImportWording.phrase(error, format))")
            throw ExitCode(ImportWording.status(error))
        }
    }
}
