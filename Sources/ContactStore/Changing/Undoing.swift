import ContactModel
import JSONText

extension StoreState {
    /// A step that takes another one back, and what is told of it.
    struct Reversal {
        /// The step that is taken back.
        let target: Step
        var step: Step
        let told: StepUndone
    }

    /// Takes back some steps; the lock is held.
    mutating func takeBack(
        _ steps: [Step], _ direction: UndoDirection, _ parts: inout PartCounts
    ) throws(StoreError) -> [Reversal] {
        var working = snapshot
        var reversals = try reversals(direction, of: steps, on: &working)
        for index in reversals.indices {
            let target = reversals[index].target
            // One that found every field changed since took nothing back: the step stands.
            guard target.part != nil, !reversals[index].step.isEmpty else { continue }
            let id = reversals[index].step.id
            reversals[index].step.part = parts.next(of: target.wholeID, id: id)
        }
        let written = reversals.map(\.step).filter { !$0.isEmpty }
        let passed = reversals.filter(\.step.isEmpty).map { reversal in
            StepPass(step: reversal.target.id, author: Signature.author)
        }
        if !written.isEmpty || !passed.isEmpty { try append(written, passing: passed) }
        stand(at: working, after: written)
        if direction == .undo, snapshot.conflicts.withdraw(steps) {
            mend { state throws(StoreError) in try state.renewJournal(state.steps) }
        }
        return reversals
    }

    /// The steps that would be written, the first to be written first, carried out on `working`.
    func reversals(
        _ direction: UndoDirection, of steps: some Sequence<Step>, on working: inout Snapshot
    ) throws(StoreError) -> [Reversal] {
        let time = Timestamp.now()
        var found: [Reversal] = []
        for step in steps {
            let taken = try working.takeBack(step, at: time)
            var reversal = taken.reversal
            switch direction {
            case .undo: reversal.undoes = step.id
            case .redo: reversal.redoes = step.id
            }
            // What waits for somebody to choose is taken back by giving it up.
            let givenUp = direction == .undo ? snapshot.conflicts.waiting(of: step) : []
            let keys = reversal.keys + givenUp.map(\.key)
            var known = Set<String>(minimumCapacity: keys.count)
            let restored = keys.filter { known.insert($0.text).inserted }
            // Who is known by place may stand at another one by now.
            let skipped = step.keys.filter {
                $0.isPlace ? taken.left.contains($0) : known.insert($0.text).inserted
            }
            found.append(
                Reversal(
                    target: step, step: reversal,
                    told: StepUndone(
                        what: direction == .undo
                            ? step.without(skipped).summary : reversal.summary,
                        restored: restored,
                        skipped: skipped)))
        }
        return found
    }

    /// The steps that can be taken back, each read when it is asked for.
    func search(
        _ direction: UndoDirection, _ count: Int
    ) throws(StoreError) -> FoundSteps {
        let folded = try history.newestFirst()
        let mine = passes.filter { $0.author == Signature.author }
        let steps = StepSearch(
            direction, count, newestFirst(folded), passingBy: Set(mine.map(\.step)),
            isWhole: { holdsFirstPart(of: $0.wholeID) })
        return FoundSteps(direction, steps, folded)
    }

    /// Whether the first part of a step is still there: others may have filled the history while it
    /// was written part by part, and a rest of it is not taken back for the whole.
    func holdsFirstPart(of whole: String) -> Bool {
        func isFirst(_ part: StepPart?) -> Bool { part?.whole == whole && part?.index == 0 }
        if steps.contains(where: { isFirst($0.part) }) { return true }
        if leaving.contains(where: { isFirst($0.part) }) { return true }
        let lines = try? history.newestFirst()
        return lines?.contains { isFirst(HistoryLines.part(of: $0)) } ?? false
    }

    /// The steps of the journal, then those that were folded.
    func newestFirst(_ folded: HistoryLines?) -> some Sequence<Step> {
        let present = Set(steps.map(\.id))
        let recentFirst = steps.reversed() + leaving.reversed().filter { !present.contains($0.id) }
        let known = Set(recentFirst.map(\.id))
        var recent = recentFirst.makeIterator()
        return AnyIterator {
            if let step = recent.next() { return step }
            while let step = folded?.nextStep() {
                if !known.contains(step.id) { return step }
            }
            return nil
        }
    }

    /// Tells once that there are lines of the history that cannot be read, where some were met.
    mutating func tell(_ folded: HistoryLines?) throws(StoreError) {
        guard folded?.hasMetDamage == true, !hasToldHistory else { return }
        hasToldHistory = true
        notices.append(.damagedHistory(lines: try history.damagedLines()))
    }
}

extension Step: LoggedStep {
    var isMine: Bool { author == Signature.author }
    var isEmpty: Bool { changes.isEmpty && shared.isEmpty }

    /// What it did to others than these.
    func without(_ keys: [ContactKey]) -> Step {
        guard !keys.isEmpty else { return self }
        let left = Set(keys.map(\.text))
        var rest = self
        rest.changes.removeAll { left.contains($0.key.text) }
        rest.shared = shared.map { change in
            var names = ContactNames(change.names.kind)
            for index in 0..<change.names.count
            where change.names.key(index).map({ !left.contains($0.text) }) ?? false {
                names.append(index, of: change.names)
            }
            return SharedChange(writes: change.writes, names: names)
        }
        return rest
    }

    /// Whom the step is about.
    var keys: [ContactKey] { changes.map(\.key) + shared.flatMap(\.names.keys) }
}

extension Snapshot {
    /// A step that takes back what can be taken back of another, and whom it leaves alone.
    fileprivate typealias TakenBack = (reversal: Step, left: Set<ContactKey>)

    /// Takes back what can be taken back of a step, carried out here; to a contact of which
    /// anything was changed since nothing is done, whatever else the step wrote to it.
    fileprivate mutating func takeBack(
        _ step: Step, at time: String
    ) throws(StoreError) -> TakenBack {
        let keys = step.changes.lazy.map(\.key)
        guard Set(keys).count < keys.count else {
            return try takeBack(step, leaving: [], at: time)
        }
        var left: Set<ContactKey> = []
        while true {
            var attempt = self
            let taken = try attempt.takeBack(step, leaving: left, at: time)
            guard taken.left.isSubset(of: left) else {
                left.formUnion(taken.left)
                continue
            }
            self = attempt
            return taken
        }
    }

    private mutating func takeBack(
        _ step: Step, leaving left: Set<ContactKey>, at time: String
    ) throws(StoreError) -> TakenBack {
        var left = left
        var changes: [RecordChange] = []
        var displacement = Displacement()
        for written in step.changes.reversed() where !left.contains(written.key) {
            if let undo = try takeBack(written, at: time, &displacement) {
                changes.append(undo)
            } else {
                left.insert(written.key)
            }
        }
        let undo = try takeBack(step.shared, at: time, &displacement)
        var reversal = try Step(changes + undo.singles, time: time)
        reversal.shared = undo.shared
        return (reversal, left)
    }

    /// Takes back one change where it still stands.
    private mutating func takeBack(
        _ written: RecordChange, at time: String, _ displacement: inout Displacement
    ) throws(StoreError) -> RecordChange? {
        let change = placed(written, by: &displacement)
        // Who was deleted is not brought back beside others of the same key, nor twice.
        guard !written.isLost, change.key.isPlace || everyRecord(change.key).count(where: holds) < 2
        else { return nil }
        let text = try text(of: change.key)
        let present = text.map { StandingRecord(text: $0) }
        guard let undo = change.undoing(on: present)?.stamped(time, present?.contact) else {
            return nil
        }
        let end = limit
        apply(undo)
        if undo.key.isPlace, limit > end {
            // Put back at the end: that is its place from here on.
            let key = ContactKey.place(end, reading: reading)
            return RecordChange(key: key, writes: undo.writes)
                .resulting(in: RecordText(try bytes(of: end)))
        }
        let after = try self.text(of: undo.key)
        return after.map(undo.resulting) ?? undo
    }

    /// Takes back changes of very many, on all that stand alike at once.
    private mutating func takeBack(
        _ written: [SharedChange], at time: String, _ displacement: inout Displacement
    ) throws(StoreError) -> (shared: [SharedChange], singles: [RecordChange]) {
        var undone: [SharedChange] = []
        var singles: [RecordChange] = []
        guard !written.isEmpty else { return (undone, singles) }
        var named = NamedContacts(written.map(\.names), of: self)
        let areOfTags = written.map { $0.retagging != nil }
        // What takes it back, and how those stand then; nothing where nothing is left of it.
        var groups = ListedGrounds<(group: Int, standing: Int)?>(lists: written.count)
        for claim in named.claims {
            let (list, index) = (Int(claim.list), Int(claim.index))
            switch named.meaning(of: claim, in: self) {
            case .nobody: continue
            case .standing(let ground) where areOfTags[list]:
                let found = groups.value(claim.list, ground) {
                    let standing = named.standing(on: ground, in: self)
                    guard let writes = written[list].undoing(on: standing, at: time) else {
                        return nil
                    }
                    let names = ContactNames(written[list].names.kind)
                    undone.append(SharedChange(writes: writes, names: names))
                    return (undone.count - 1, shared.add(standing.after(writes)))
                }
                guard let found else { continue }
                undone[found.group].names.append(index, of: written[list].names)
                shared.put(found.standing, at: claim.number)
            case .standing, .alone:
                guard let single = written[list].change(index),
                    let undo = try takeBack(single, at: time, &displacement)
                else { continue }
                singles.append(undo)
            }
        }
        return (undone, singles)
    }
}

extension SharedChange {
    /// What takes this back where contacts stand so by now; nil where nothing is left to take
    /// back.
    fileprivate func undoing(
        on standing: SharedLayer.Standing, at time: String
    ) -> [RecordChange.Write]? {
        let undo = retagging?.undoing(on: StandingRecord(text: standing.writing.model))
        return undo.map { [.tags($0), .stamp(time)] }
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
            if write.isOnlyTime { continue }
            guard let reversed = write.undoing(on: now) else { return nil }
            undo.writes.append(reversed)
        }
        return undo
    }
}

extension RecordChange.Write {
    /// Whether it writes nothing but the time of change, which no undo brings back.
    fileprivate var isOnlyTime: Bool {
        switch self {
        case .stamp, .member(Field.updatedAt.name, _, _): true
        default: false
        }
    }

    fileprivate func undoing(on now: StandingRecord?) -> RecordChange.Write? {
        switch self {
        case .create(let text, let spot):
            guard let now, now.isStill(text) else { return nil }
            return .delete(text: String(decoding: now.text.bytes, as: UTF8.self), from: spot)
        case .delete(let text, let spot): return now == nil ? .create(text: text, at: spot) : nil
        case .stamp: return nil
        case .tags(let retagging):
            guard let now, let undo = retagging.undoing(on: now) else { return nil }
            return .tags(undo)
        case .member(let name, let new, let old):
            guard let now, now.contact.record[name] == new?.value else { return nil }
            return .member(name, new: old?.verbatim, old: now.text.written(name))
        case .metadata(let name, let new, let old, let hole):
            guard let now, now.contact.metadata?[name] == new?.value, now.contact.canBearMetadata
            else { return nil }
            let outer = Field.metadata.name
            return .metadata(
                name, new: old?.verbatim, old: now.text.written(name, in: outer),
                hole: old == nil ? now.text.hole(for: name, in: outer) : hole)
        }
    }
}

extension RecordChange.Retagging {
    /// Adding and removing the other way round; to the byte where nobody else has touched the
    /// tags, and nil where one of those that were written does not stand so any more.
    fileprivate func undoing(on now: StandingRecord) -> RecordChange.Retagging? {
        guard now.contact.canBearTags else { return nil }
        let tags = now.contact.tags
        let (came, went) = (TagList(stored: added), TagList(stored: removed))
        guard came.subtracting(tags).isEmpty, went.subtracting(tags) == went else { return nil }
        return RecordChange.Retagging(
            added: went.texts, removed: came.texts, was: now.text.text(of: Field.tags.name),
            into: now.text.stands(after: self) ? was : nil)
    }
}

extension StandingRecord {
    /// Whether nothing but `updated_at` differs from what `text` holds.
    fileprivate func isStill(_ text: String) -> Bool {
        RecordText(Array(text.utf8)).contact.timeless == contact.timeless
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
