import ContactClient
import ContactModel
import ContactUI
import Glibc
import JSONText

/// What waits in the queue of a workspace, what it costs and what is known of the workspace.
struct SyncStatus {
    private let workspace: WorkspaceClient

    init(_ workspace: WorkspaceClient) {
        self.workspace = workspace
    }

    /// A line for each change: its sign, the change as `apply` takes it, and why it was refused;
    /// one for all contacts of whom the same is asked.
    var lines: [String] {
        workspace.queue().map { item in
            let entry = item.entry
            let sign = entry.unsent?.sign ?? " "
            if item.count > 1 {
                let line = Streams.neutral(JSONValue.object(PlanLine(entry.change).asked).jsonText)
                return "\(sign) \(line)  \(item.count) contacts"
            }
            let line = Streams.neutral(PlanLine(entry.change).text)
            let isWaiting = entry.state == .waiting
            let reason = isWaiting ? "" : "  " + SyncStatus.sentence(entry, in: workspace)
            return "\(sign) \(line)\(Streams.neutral(reason))"
        }
    }

    /// The numbers in words.
    var notes: [String] {
        var notes = [SyncStatus.summary(workspace.status.counts)]
        if let quota { notes.append(quota) }
        if let reading = workspace.reading {
            notes.append("\(reading.known) of \(reading.total) contacts read; sync goes on")
        }
        if let mirror = workspace.mirrored {
            let age = QuotaWording.age(mirror.at)
            let more = mirror.isWhole ? "" : "+"
            notes.append("\(mirror.count)\(more) contacts are known here, read \(age) ago")
        }
        return notes
    }

    /// What the quota leaves, and how long it makes the queue wait; nil where none was told.
    var quota: String? {
        guard let limit = workspace.outlook.limit, let left = workspace.outlook.callsLeft else {
            return nil
        }
        let calls = workspace.status.counts.calls
        let seconds = workspace.seconds()
        let time = seconds > 0 ? "about \(QuotaWording.time(seconds))" : "no waiting"
        let cost = calls > 0 ? "up to \(calls) calls, \(time); " : ""
        return "\(cost)\(left) of \(limit) calls a minute left"
    }

    /// Such as `2 waiting ~, 1 refused !`.
    static func summary(_ counts: OutboxCounts) -> String {
        guard counts.all > 0 else { return "everything is sent" }
        var parts: [String] = []
        if counts.waiting > 0 { parts.append("\(counts.waiting) waiting ~") }
        if counts.failed > 0 { parts.append("\(counts.failed) refused !") }
        if counts.conflicts > 0 { parts.append("\(counts.conflicts) in conflict ?") }
        return parts.joined(separator: ", ")
    }

    /// Whom a change is about that waits for a decision, and why.
    ///
    /// - Parameter naming: whether it says what the change would write.
    static func sentence(
        _ entry: OutboxEntry, naming: Bool = false, in workspace: WorkspaceClient
    ) -> String {
        let words = naming ? OutboxLines.words(entry.change.change) : ""
        let what = words.count > 60 ? words.prefix(59) + "…" : words[...]
        let subject = workspace.subject(of: entry) + (what.isEmpty ? "" : ", \(what)")
        return "\(subject): \(workspace.reason(of: entry) ?? "it waits")"
    }

    /// All of it for programs.
    var record: JSONValue {
        let counts = workspace.status.counts
        let outlook = workspace.outlook
        var record: JSONObject = [
            "waiting": .number(JSONNumber(counts.waiting)),
            "refused": .number(JSONNumber(counts.failed)),
            "in_conflict": .number(JSONNumber(counts.conflicts)),
            "calls": .number(JSONNumber(counts.calls)),
            "seconds": .number(JSONNumber(workspace.seconds())),
            "quota": .null, "known": .null,
            "changes": .array(workspace.queue().map(record)),
        ]
        if let limit = outlook.limit, let left = outlook.callsLeft {
            record["quota"] = .object([
                "limit": .number(JSONNumber(limit)), "left": .number(JSONNumber(left)),
            ])
        }
        if let mirror = workspace.mirrored {
            record["known"] = .object([
                "contacts": .number(JSONNumber(mirror.count)), "all": .bool(mirror.isWhole),
                "age_seconds": .number(JSONNumber(max(0, time(nil) - mirror.at / 1000))),
            ])
        }
        return .object(record)
    }

    private func record(_ item: QueuedItem) -> JSONValue {
        let entry = item.entry
        let state =
            switch entry.unsent {
            case .failed: "refused"
            case .conflict: "in_conflict"
            case .waiting, nil: "waiting"
            }
        let line = PlanLine(entry.change)
        let isOne = item.count == 1
        return .object([
            "state": .string(state), "contacts": .number(JSONNumber(item.count)),
            "contact": isOne ? .string(workspace.subject(of: entry)) : .null,
            "change": .object(isOne ? line.object : line.asked),
            "reason": workspace.reason(of: entry).map(JSONValue.string) ?? .null,
            "held": .bool(item.isHeld),
        ])
    }
}
