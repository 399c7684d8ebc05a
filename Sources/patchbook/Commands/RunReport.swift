import ContactClient
import ContactModel
import ContactUI
import JSONText

/// What became of a run of many changes, for people and as JSON.
struct RunReport {
    private let run: BulkRun
    private let report: BulkReport
    private let count: Int
    private let unchanged: Int
    private static let told = 20

    /// The report on a run of these changes.
    init(_ run: BulkRun, _ report: BulkReport, of plan: BulkPlan) {
        self.run = run
        self.report = report
        count = plan.count
        unchanged = plan.effect.staying + report.unchanged
    }

    /// Says it in lines: what was done on standard output, what was not on standard error.
    func tell() {
        if !run.place.quiet {
            let already = unchanged > 0 ? ", \(unchanged) already so" : ""
            Streams.print("\(report.changed) \(run.participle)\(already)")
        }
        for (index, failure) in report.failures.prefix(RunReport.told).enumerated() {
            let key = failure.change.key
            let name = run.subjects.name(key, at: index).map { "\($0) (\(key.text))" } ?? key.text
            Streams.complain("\(name): \(words(failure.error))")
        }
        if report.failures.count > RunReport.told {
            Streams.complain("and \(report.failures.count - RunReport.told) more refused")
        }
        run.obstacles.tell()
        if report.queued > 0, report.brokenOff == nil {
            Streams.complain(
                "\(report.queued) of \(count) may be made there, whose answers did not come: "
                    + "'patchbook sync' looks into that")
        } else if report.queued > 0 {
            let cause = report.brokenOff.map { Wording.delay($0, place: run.title) }
            Streams.complain(
                "\(report.queued) of \(count) are queued, not through yet: \(cause ?? "") — "
                    + "'patchbook sync' sends them, 'patchbook undo' takes all of it back")
            return
        }
        guard !report.notReached.isEmpty || report.brokenOff != nil else { return }
        let cause = report.brokenOff.map { ": " + words($0) } ?? ""
        let (left, reached) = (report.notReached.count, count - report.notReached.count)
        let rest = left > 0 ? "; the other \(left) stand as they did" : ""
        Streams.complain("stopped after \(reached - report.queued) of \(count)\(cause)\(rest)")
    }

    /// Everything, each contact that was left out among it.
    var record: JSONValue {
        let failures = report.failures.enumerated().map { index, failure in
            RunReport.refused(
                failure.change.key.text, run.subjects.name(failure.change.key, at: index),
                words(failure.error))
        }
        let obstacles = run.obstacles.map {
            RunReport.refused(nil, $0.subject, FlawWording.sentence($0.reason))
        }
        var record: JSONObject = [
            "changed": .number(JSONNumber(report.changed)),
            "unchanged": .number(JSONNumber(unchanged)),
            "refused": .array(failures + obstacles),
            "queued": .number(JSONNumber(report.queued)),
            "not_reached": .array(report.notReached.map { .string($0.key.text) }),
        ]
        if let cause = report.brokenOff { record["cause"] = .string(words(cause)) }
        return .object(record)
    }

    private static func refused(_ key: String?, _ name: String?, _ reason: String) -> JSONValue {
        .object([
            "contact": key.map(JSONValue.string) ?? .null,
            "name": name.map(JSONValue.string) ?? .null, "reason": .string(reason),
        ])
    }

    private func words(_ error: ClientError) -> String {
        if case .outcomeUnknown = error, run.participle == "deleted" {
            return Wording.failure(error, place: run.title).message
                + "; it may be deleted, which the same command once more tells"
        }
        return Wording.failure(error, place: run.title).line
    }
}

extension [BulkEffect.Obstacle] {
    private static let told = 20

    /// Names the first contacts that cannot be written on standard error, and counts the rest.
    func tell() {
        for obstacle in prefix(Self.told) {
            Streams.complain("\(obstacle.subject): \(FlawWording.sentence(obstacle.reason))")
        }
        if count > Self.told { Streams.complain("and \(count - Self.told) more like these") }
    }
}
