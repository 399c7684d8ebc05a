import ContactClient
package import ContactFormats
import ContactModel
import ContactUI

/// What became of an import, in numbers and in words.
package struct ImportReport {
    private let path: String
    private var counts: ImportPlan.Counts
    private let unread: UnreadValues
    private var refused: [(line: Int, words: String)]
    private let sharers: [ImportPlan.Sharer]
    private let repeats: [Int]
    private var breakOff: String?
    /// Contacts of which something waits to be sent.
    private var queued = 0
    /// The exit status where that is all that is wrong.
    private(set) var queueStatus: Int32?
    /// Contacts of which a part was written.
    private var inPart = 0
    /// How large the history may be, where the step is larger.
    var outgrown: Int?
    /// Whether what others changed meanwhile has pushed a part of it out of the history.
    var isForgotten = false
    private static let refusalsTold = 20

    /// The report on a plan of which nothing is written yet.
    package init(path: String, plan: ImportPlan, unread: UnreadValues) {
        self.path = path
        self.unread = unread
        counts = plan.counts
        sharers = plan.sharers
        repeats = plan.repeats
        refused = plan.refusals.map { ($0.line, ImportWording.phrase($0.flaw)) }
    }

    /// Whether everything was taken.
    var isWhole: Bool { counts.refused == 0 && breakOff == nil }

    /// Counts no change as made before it is.
    mutating func begin() {
        counts.added = 0
        counts.updated = 0
    }

    /// Takes what became of some changes; those that were refused or not reached are not counted
    /// as made.
    ///
    /// - Returns: how many contacts were reached.
    mutating func take(
        _ report: BulkReport, _ changes: [PlannedChange], _ title: String
    ) -> Int {
        var failed: [ContactKey: ClientError] = [:]
        for failure in report.failures { failed[failure.change.key] = failure.error }
        var open: [ContactKey: Int] = [:]
        for change in report.notReached + report.unsent { open[change.key, default: 0] += 1 }
        let met = Set(report.met.map(\.key))
        queued += Set(report.unsent.map(\.key)).count
        var reached = 0
        for planned in changes {
            let rest = open[planned.key] ?? 0
            guard rest < planned.changes.count else { continue }
            reached += 1
            if rest > 0 { inPart += 1 }
            if let error = failed[planned.key] {
                counts.refused += 1
                guard refused.count < ImportPlan.refusalsKept else { continue }
                refused.append((planned.line, Wording.failure(error, place: title).line))
            } else if planned.changes.contains(where: \.change.isCreation),
                !met.contains(planned.key)
            {
                counts.added += 1
            } else {
                counts.updated += 1
            }
        }
        return reached
    }

    /// Notes how far it came.
    mutating func stop(after reached: Int, of count: Int, _ error: ClientError?, _ title: String) {
        let cause = error.map { Wording.failure($0, place: title) }
        let part = inPart > 0 ? " (\(inPart) of them in part)" : ""
        if queued > 0, error == nil {
            breakOff =
                "stopped after \(reached) of \(count)\(part); of \(queued) something may be made "
                + "there, whose answers did not come: 'patchbook sync' looks into that"
        } else if queued > 0 {
            if counts.refused == 0 {
                queueStatus = error.map { Wording.status(.queued(because: $0)) } ?? 75
            }
            breakOff =
                "\(queued) of \(count) are queued\(part), not through yet: "
                + (error.map { Wording.delay($0, place: title) } ?? "") + " — "
                + "'patchbook sync' sends them, 'patchbook undo' takes all of it back"
        } else {
            let advice =
                reached > 0 ? "; 'patchbook undo' takes that back, the same import goes on" : ""
            breakOff =
                "stopped after \(reached) of \(count)\(part)"
                + (cause.map { ": " + (reached > 0 ? $0.message : $0.line) } ?? "") + advice
        }
    }

    /// What was refused, by line.
    var refusals: [(line: Int, words: String)] { refused.sorted { $0.line < $1.line } }

    /// The numbers on one line.
    package var summary: String {
        var parts = [
            "\(counts.added) added", "\(counts.updated) updated", "\(counts.unchanged) unchanged",
        ]
        if counts.refused > 0 { parts.append("\(counts.refused) refused") }
        return parts.joined(separator: ", ")
    }

    /// The numbers, and what of the file is left out.
    package var brief: String {
        let names = unread.unknown.first + unread.surplus.first
        guard let first = names.first else { return summary }
        let more = unread.unknown.count + unread.surplus.count - 1
        return summary + ", not imported: \(first)" + (more > 0 ? " and \(more) more" : "")
    }

    /// What was refused, line by line, and what broke it off.
    package var complaints: [String] {
        let told = refused.sorted { $0.line < $1.line }.prefix(ImportReport.refusalsTold)
        var lines = told.map { "\(path), line \($0.line): \($0.words)" }
        let more = counts.refused - told.count
        if more > 0 { lines.append("and \(more) more refused") }
        return lines + (breakOff.map { [$0] } ?? [])
    }

    /// What of the file is left out, and why.
    private var leftOut: [String] {
        var notes: [String] = []
        if unread.unknown.count > 0 {
            let names = ImportReport.list(unread.unknown)
            let them = unread.unknown.count == 1 ? "it" : "them"
            notes.append("not imported: \(names) (--extra-columns metadata keeps \(them))")
        }
        if unread.surplus.count > 0 {
            let names = ImportReport.list(unread.surplus)
            notes.append(
                "not imported, as a contact has one of each: what else stands in \(names) "
                    + "(--extra-columns metadata keeps it)")
        }
        if unread.overruled.count > 0 {
            let names = ImportReport.list(unread.overruled)
            notes.append("not imported, as the metadata beside it say otherwise: \(names)")
        }
        if unread.fixed.count > 0 && counts.added + counts.updated > 0 {
            notes.append("cannot be imported: \(ImportReport.list(unread.fixed))")
        }
        if counts.otherIDs > 0 {
            let them =
                counts.otherIDs == 1 ? "1 new contact gets" : "\(counts.otherIDs) new contacts get"
            notes.append("\(them) another id than the file says")
        }
        if unread.attachments > 0 {
            let count = unread.attachments
            notes.append(
                count == 1
                    ? "left out: 1 picture, sound or key"
                    : "left out: \(count) pictures, sounds or keys")
        }
        if unread.agents > 0 {
            let cards = ImportReport.count(unread.agents, "card")
            notes.append("left out: the card of an agent (AGENT) within \(cards)")
        }
        return notes
    }

    /// Where further records of contacts stand, such as `lines 3, 9, …`.
    private var linesOfRepeats: String {
        let lines =
            Set(repeats).sorted().map(String.init) + (counts.repeated > repeats.count ? ["…"] : [])
        return (lines.count == 1 ? "line " : "lines ") + lines.joined(separator: ", ")
    }

    /// What a person may want to know beside that.
    package func notes(isDone: Bool = true) -> [String] {
        var notes = leftOut
        if let outgrown {
            notes.append(
                "larger than the history may be (\(outgrown / 1_000_000) MB)"
                    + (isForgotten
                        ? ", and others wrote meanwhile: it cannot be taken back"
                        : ": undo takes it back only until something else is changed"))
        }
        for sharer in sharers {
            notes.append(
                "\(path), line \(sharer.line): \(ImportWording.phrase(sharer.kind, sharer.number))")
        }
        if counts.sharers > sharers.count {
            notes.append("and \(counts.sharers - sharers.count) more like these")
        }
        if counts.repeated > 0 {
            let records = ImportReport.count(counts.repeated, "further record")
            notes.append("\(records) of a contact (\(linesOfRepeats)): what stands later counts")
        }
        if counts.kept > 0 {
            notes.append(
                counts.kept == 1
                    ? "1 field is empty here and kept (--empty-clears clears it)"
                    : "\(counts.kept) fields are empty here and kept (--empty-clears clears them)")
        }
        if counts.madeFit > 0 {
            let names = ImportReport.count(counts.madeFit, "name")
            notes.append(
                "\(names) held line ends or other control characters: spaces, or left out")
        }
        if counts.splitTags > 0 {
            let names = ImportReport.count(counts.splitTags, "tag")
            notes.append("\(names) held commas, which no tag can: taken as several")
        }
        if counts.cleared > 0 {
            notes.append(
                ImportReport.count(counts.cleared, "field")
                    + (isDone ? " cleared" : " to be cleared"))
        }
        return notes
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    private static func list(_ names: NotedNames) -> String {
        let told = names.first.joined(separator: ", ")
        let more = names.count - names.first.count
        return more > 0 ? told + " and \(more) more" : told
    }
}
