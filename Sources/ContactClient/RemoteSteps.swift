import ContactModel
import ContactStore
import JSONText
import Synchronization

/// One write that this process made at the server, with what taking it back needs.
enum RemoteWrite: Sendable {
    /// An update-contact call, and the contact around it.
    case update(ContactKey, ContactPatch, before: Contact, after: Contact)
    /// Single tags, of which only those are named that really changed.
    case tags(ContactKey, added: TagList, removed: TagList)
    /// A contact that was made, by the key it got and the change that made it.
    case create(ContactKey, ContactChange)

    /// What changed between two states of the tags; nil where nothing did.
    static func retag(_ key: ContactKey, from old: Contact, to new: Contact) -> RemoteWrite? {
        guard old.tags != new.tags else { return nil }
        return .tags(
            key, added: new.tags.subtracting(old.tags), removed: old.tags.subtracting(new.tags))
    }

    var key: ContactKey {
        switch self {
        case .update(let key, _, _, _), .tags(let key, _, _), .create(let key, _): key
        }
    }

    /// The write as a change that would make it again.
    var change: ContactChange {
        switch self {
        case .update(let key, let patch, _, _):
            ContactChange(key: key, change: .update(patch))
        case .tags(let key, let added, let removed):
            ContactChange(key: key, change: .retag(add: added, remove: removed))
        case .create(_, let change): change
        }
    }
}

/// What was done at one go: one change, or the many of a bulk edit.
struct RemoteStep: LoggedStep, Sendable {
    let id: String
    let time: String
    var undoes: String?
    var redoes: String?
    var writes: [RemoteWrite]

    var isMine: Bool { true }
    var isEmpty: Bool { writes.isEmpty }

    var summary: StepSummary {
        var summary = StepSummary()
        for write in writes {
            summary.addContact()
            switch write {
            case .create: summary.addCreated()
            case .update(_, let patch, _, _):
                for field in patch.fields where field != .metadata {
                    summary.add(field: field.name)
                }
                for member in patch.metadata.members { summary.add(field: "meta." + member.name) }
            case .tags(_, let added, let removed):
                for tag in added.texts { summary.add(tag: tag) }
                for tag in removed.texts { summary.remove(tag: tag) }
            }
        }
        return summary
    }
}

/// The steps of this process, newest last; as many as people take back.
final class RemoteSteps: Sendable {
    private struct State {
        var steps: [RemoteStep] = []
        var lastID = 0
    }

    private static let limit = 100
    private let state = Mutex(State())

    /// Adds writes as the newest step and forgets the oldest beyond the limit.
    func append(_ writes: [RemoteWrite]) {
        guard !writes.isEmpty else { return }
        add { RemoteStep(id: $0, time: Timestamp.now(), writes: writes) }
    }

    private func add(_ make: (_ id: String) -> RemoteStep) {
        state.withLock { state in
            state.lastID += 1
            state.steps.append(make(String(state.lastID)))
            if state.steps.count > RemoteSteps.limit { state.steps.removeFirst() }
        }
    }

    /// The newest steps that can be taken back that way.
    func candidates(_ direction: UndoDirection, _ count: Int) -> [RemoteStep] {
        let newestFirst = state.withLock { $0.steps }.reversed()
        return switch direction {
        case .undo: StepTrail.undoable(count, of: newestFirst)
        case .redo: StepTrail.redoable(count, of: newestFirst)
        }
    }

    /// Notes that a step was taken back, or such of its writes as `rest` does not hold; those
    /// stay a step of their own.
    func note(
        _ step: RemoteStep, takenBackBy writes: [RemoteWrite], _ direction: UndoDirection,
        rest: [RemoteWrite] = []
    ) {
        var target = step.id
        if !rest.isEmpty { target = split(step, rest: rest) }
        add { id in
            var reversal = RemoteStep(id: id, time: Timestamp.now(), writes: writes)
            if direction == .undo { reversal.undoes = target } else { reversal.redoes = target }
            return reversal
        }
    }

    /// Cuts a step in two.
    ///
    /// - Returns: the id of the part that is not the rest.
    private func split(_ step: RemoteStep, rest: [RemoteWrite]) -> String {
        state.withLock { state in
            state.lastID += 1
            guard let index = state.steps.firstIndex(where: { $0.id == step.id }) else {
                return step.id
            }
            let part = RemoteStep(
                id: String(state.lastID), time: step.time, undoes: step.undoes,
                redoes: step.redoes, writes: Array(step.writes.dropFirst(rest.count)))
            state.steps[index].writes = rest
            state.steps.insert(part, at: index + 1)
            return part.id
        }
    }

    /// The newest steps as the log tells them.
    func log(limit: Int, author: String) -> [LogEntry] {
        var trail = StepTrail()
        return state.withLock { $0.steps }.reversed().prefix(limit).map { step in
            let isUndone = trail.isUndone(step)
            trail.pass(step)
            return LogEntry(
                id: step.id, time: step.time, author: author, isMine: true, what: step.summary,
                undoes: step.undoes, redoes: step.redoes, isUndone: isUndone,
                lines: step.writes.lazy.map { PlanLine($0.change).object })
        }
    }
}
