import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import Glibc
import JSONText

/// Reads a file record by record, finds out what it would change, and makes the changes as one
/// step.
struct ImportRun {
    let path: String
    let format: ContactFormat
    let rules: ImportRules
    let reading: ReadingOptions
    let encoding: ImportCommand.Encoding
    let place: PlaceOptions
    let isDryRun: Bool

    /// What a file comes to.
    struct Planned {
        let plan: ImportPlan
        var report: ImportReport
        /// The contacts that it was planned for, where they were all read.
        var known: KnownContacts?

        /// How many changes there are to make.
        var count: Int { plan.counts.added + plan.counts.updated }
    }

    /// Makes the changes and tells what became of them; nil stands for a file that is not made.
    ///
    /// - Throws: `ExitCode` 2 where some of it was not taken.
    func carryOut(_ planned: Planned, on backend: (any ContactBackend)?) async throws {
        var report = planned.report
        do {
            if isDryRun {
                try printLines(of: planned.plan)
            } else if let backend, planned.count > 0 {
                report = try await ImportMaking(planned, backend, isQuiet: place.quiet).made()
            }
        } catch let error as FormatError {
            throw failure(error)
        }
        tell(report)
        if let status = report.queueStatus { throw ExitCode(status) }
        if !report.isWhole { throw ExitCode(2) }
        if !isDryRun, let backend, planned.count == 0 { try await place.sendEarlier(backend) }
    }

    private func printLines(of plan: ImportPlan) throws(FormatError) {
        var unnamed = 0
        for start in stride(from: 0, to: plan.size, by: ImportMaking.batch) {
            for planned in try plan.changes(start..<start + ImportMaking.batch) {
                guard !planned.key.members.isEmpty else {
                    unnamed += 1
                    continue
                }
                for change in planned.changes { Streams.print(PlanLine(change).text) }
            }
        }
        if unnamed > 0 { place.note("\(unnamed) more that neither id nor phone number names") }
    }

    private func tell(_ report: ImportReport) {
        for line in report.complaints { Streams.complain(line) }
        guard !place.quiet else { return }
        for line in report.notes(isDone: !isDryRun) { Streams.complain(line) }
        if isDryRun {
            Streams.complain("dry run: " + report.summary)
        } else {
            Streams.print(report.summary)
        }
    }

    /// Reads the file and finds out what it would change; nil stands for a file of contacts that
    /// is not made yet.
    ///
    /// - Throws: `ExitCode` 65 where the file cannot be read as a whole, 2 where it was stopped.
    func plan(_ backend: (any ContactBackend)?) async throws -> Planned {
        var progress: ProgressLine?
        let isShown = !place.quiet && isatty(STDERR_FILENO) == 1
        defer { progress?.clear() }
        var known: KnownContacts?
        if let backend { known = try await place.everybody(in: backend) }
        Interruption.watch()
        do {
            let file = ImportReading(
                path: path, format: format, rules: rules, options: reading, encoding: encoding)
            return try await file.planned(backend, known: known) { position, size in
                try Interruption.check()
                let line =
                    progress
                    ?? ProgressLine(total: size ?? 0, unit: " bytes read", isShown: isShown)
                line.show(position)
                progress = line
            }
        } catch let error as FormatError {
            progress?.clear()
            throw failure(error)
        }
    }

    private func failure(_ error: FormatError) -> ExitCode {
        Streams.complain("\(path): \(ImportWording.phrase(error, format))")
        return ExitCode(ImportWording.status(error))
    }
}
