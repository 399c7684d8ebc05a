import ContactModel
import JSONText

/// Which way steps are taken back.
package enum UndoDirection: Hashable, Sendable {
    /// What was done is undone.
    case undo
    /// What was undone is done again.
    case redo
}

extension StoreState {
    /// A step that takes another one back, and what is told of it.
    struct Reversal {
        let step: Step
        let told: StepUndone
    }

    /// Takes back this user's newest steps, or undoings, that still stand; the lock is held.
    mutating func takeBack(
        _ direction: UndoDirection, _ count: Int
    ) throws(StoreError) -> [StepUndone] {
        _ = try catchUp()
        var working = snapshot
        let reversals = try self.reversals(direction, count, on: &working)
        // One that found every field changed since took nothing back: the step stands.
        let written = reversals.map(\.step).filter { !$0.isEmpty }
        if !written.isEmpty { try append(written) }
        snapshot = working
        return reversals.map(\.told)
    }

    /// The steps that would be written, the first to be written first, carried out on `working`.
    func reversals(
        _ direction: UndoDirection, _ count: Int, on working: inout Snapshot
    ) throws(StoreError) -> [Reversal] {
        let time = Timestamp.now()
        var found: [Reversal] = []
        for step in try candidates(direction, count) {
            var reversal = try working.reversal(of: step, at: time)
            switch direction {
            case .undo: reversal.undoes = step.id
            case .redo: reversal.redoes = step.id
            }
            let restored = Set(reversal.changes.map(\.key.text))
            let skipped = step.changes.map(\.key).filter { !restored.contains($0.text) }
            found.append(
                Reversal(
                    step: reversal,
                    told: StepUndone(
                        what: direction == .undo ? step.summary : reversal.summary,
                        restored: reversal.changes.map(\.key),
                        skipped: skipped)))
        }
        return found
    }

    private func candidates(
        _ direction: UndoDirection, _ count: Int
    ) throws(StoreError) -> [Step] {
        let found =
            switch direction {
            case .undo: StepTrail.undoable(count, of: try newestFirst())
            case .redo: StepTrail.redoable(count, of: try newestFirst())
            }
        guard !found.isEmpty else {
            throw direction == .undo ? .nothingToUndo : .nothingToRedo
        }
        return found
    }

    /// The steps of the journal, then those that were folded.
    private func newestFirst() throws(StoreError) -> AnySequence<Step> {
        let folded = try history.newestFirst()
        let recent = steps
        return AnySequence {
            var recent = recent.reversed().makeIterator()
            var folded = folded.makeIterator()
            return AnyIterator { recent.next() ?? folded.next() }
        }
    }

    /// The newest steps, told.
    func log(limit: Int) throws(StoreError) -> [LogEntry] {
        var trail = StepTrail()
        var entries: [LogEntry] = []
        for step in try newestFirst() {
            if entries.count >= limit { break }
            let isUndone = trail.isUndone(step)
            guard trail.pass(step) else { continue }
            entries.append(
                LogEntry(
                    id: step.id, time: step.time, author: step.author, isMine: step.isMine,
                    what: step.summary, undoes: step.undoes, redoes: step.redoes,
                    isUndone: isUndone, lines: step.planLines))
        }
        return entries
    }
}

extension Step: LoggedStep {
    var isMine: Bool { author == Signature.author }
    var isEmpty: Bool { changes.isEmpty }
}

extension Snapshot {
    /// A step that takes back what can be taken back of another, carried out here.
    fileprivate mutating func reversal(
        of step: Step, at time: String
    ) throws(StoreError) -> Step {
        var changes: [RecordChange] = []
        for written in step.changes.reversed() {
            let change = placed(written)
            let text = try text(of: change.key)
            let present = text.map { StandingRecord(text: $0) }
            guard let undo = change.undoing(on: present)?.stamped(time, present?.contact) else {
                continue
            }
            apply(undo)
            let after = try self.text(of: undo.key)
            changes.append(after.map(undo.resulting) ?? undo)
        }
        return try Step(changes, time: time)
    }
}

extension Snapshot {
    /// The record that a key names; nil where there is none.
    private func text(of key: ContactKey) throws(StoreError) -> RecordText? {
        guard let number = try? number(of: key) else { return nil }
        return RecordText(try bytes(of: number))
    }
}

/// A record as it stands, read once.
private struct StandingRecord {
    let text: RecordText
    let contact: Contact

    init(text: RecordText) {
        self.text = text
        contact = text.contact
    }
}

extension RecordChange {
    /// What takes this back on a record as it stands now; nil where a field that was written
    /// has been changed since.
    fileprivate func undoing(on now: StandingRecord?) -> RecordChange? {
        var undo = RecordChange(key: key, writes: [])
        for write in writes.reversed() {
            if case .member(Field.updatedAt.name, _, _) = write { continue }
            guard let reversed = write.undoing(on: now) else { return nil }
            undo.writes.append(reversed)
        }
        return undo
    }
}

extension RecordChange.Write {
    fileprivate func undoing(on now: StandingRecord?) -> RecordChange.Write? {
        switch self {
        case .create(let text, let spot):
            guard let now, now.isStill(text) else { return nil }
            return .delete(text: String(decoding: now.text.bytes, as: UTF8.self), from: spot)
        case .delete(let text, let spot): return now == nil ? .create(text: text, at: spot) : nil
        case .tags(let retagging):
            guard let now, let undo = retagging.undoing(on: now) else { return nil }
            return .tags(undo)
        case .member(let name, let new, let old):
            guard let now, now.contact.record[name] == new?.value else { return nil }
            return .member(name, new: old?.verbatim, old: now.text.written(name))
        case .metadata(let name, let new, let old, let hole):
            guard let now, now.contact.metadata?[name] == new?.value else { return nil }
            let outer = Field.metadata.name
            return .metadata(
                name, new: old?.verbatim, old: now.text.written(name, in: outer),
                hole: old == nil ? now.text.hole(for: name, in: outer) : hole)
        }
    }
}

extension RecordChange.Retagging {
    /// Adding and removing the other way round, as far as the tags still stand so; to the byte
    /// where nobody else has touched them, and nil where nothing is left to take back.
    fileprivate func undoing(on now: StandingRecord) -> RecordChange.Retagging? {
        let tags = Set(now.contact.tags.texts)
        let undo = RecordChange.Retagging(
            added: removed.filter { !tags.contains($0) }, removed: added.filter(tags.contains),
            was: now.text.text(of: Field.tags.name),
            into: now.text.stands(after: self) ? was : nil)
        return undo.added.isEmpty && undo.removed.isEmpty ? nil : undo
    }
}

extension StandingRecord {
    /// Whether nothing but `updated_at` differs from what `text` holds.
    fileprivate func isStill(_ text: String) -> Bool {
        var (made, now) = (RecordText(Array(text.utf8)).contact.record, contact.record)
        made[Field.updatedAt.name] = nil
        now[Field.updatedAt.name] = nil
        return made == now
    }
}

extension WrittenValue {
    /// The same text whatever surrounds it: a list or an object is not laid out anew.
    fileprivate var verbatim: WrittenValue {
        switch value {
        case .array, .object: text == nil ? WrittenValue(value, text: value.jsonText) : self
        default: self
        }
    }
}
