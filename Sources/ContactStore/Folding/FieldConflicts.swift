package import ContactModel
import JSONText

/// A field of a contact that a step wrote and another program wrote otherwise before the step was
/// part of the file, or whose contact it took away: the file stands until somebody chooses.
package struct OpenConflict: Hashable, Sendable {
    /// What it is called by when somebody chooses: the same in every process, and another one when
    /// the file's value is another one, which whoever chose has not seen.
    package let id: Int
    /// The contact's number in the snapshot that tells of it; nil where the file does not hold it
    /// by now, or holds it more than once.
    package let number: Int32?
    /// What writes once more what the step had written.
    package let change: ContactChange
    /// The contact as it stood before either wrote, as far as the field goes.
    package let original: Contact
    /// The contact as it stands, with the other program's value; nil where there is none such.
    package let theirs: Contact?
}

/// The same as it is kept in the journal: what the step wrote, with what had stood there before.
struct FieldConflict: Hashable, Sendable {
    let key: ContactKey
    let mine: RecordChange.Write
    /// The step that wrote it; nil where an earlier version did not note that.
    let step: String?

    /// A hash of the contact and the field, in as many bits as any reader of numbers keeps.
    var id: Int {
        FieldConflict.id(key, mine.field)
    }

    static func id(_ key: ContactKey, _ field: String) -> Int {
        Int(truncatingIfNeeded: (key.text + "\n" + field).utf8.stableHash >> 12)
    }

    /// A hash of that and of what stands in the field.
    fileprivate func id(beside present: Contact?) -> Int {
        let value = present?.record[mine.member] ?? present.map { .object($0.record) }
        let text = [key.text, mine.field, value?.jsonText ?? ""].joined(separator: "\n")
        return Int(truncatingIfNeeded: text.utf8.stableHash >> 12)
    }

    /// What writes it once more; nil where no change can say it, or nothing was changed at all.
    var change: ContactChange? {
        mine.isChange ? RecordChange(key: key, writes: [mine]).planChanges.first : nil
    }
}

/// The conflicts of a journal, one for each field of a contact.
struct FieldConflicts: Sendable {
    private(set) var all: [FieldConflict] = []
    private var places: [Int: Int] = [:]

    var isEmpty: Bool { all.isEmpty }

    /// Takes in what a later step had written to a field in the place of what an earlier one had.
    mutating func add(_ conflict: FieldConflict) {
        if let place = places[conflict.id] {
            all[place] = FieldConflict(
                key: conflict.key, mine: conflict.mine.after(all[place].mine),
                step: conflict.step)
        } else {
            places[conflict.id] = all.count
            all.append(conflict)
        }
    }

    /// What a step had written and waits, which is over when the step is taken back.
    func waiting(of step: Step) -> [FieldConflict] {
        guard !isEmpty else { return [] }
        var written: [Int: [RecordChange.Write]] = [:]
        for (key, writes) in step.writes {
            for write in writes {
                written[FieldConflict.id(key, write.field), default: []].append(write)
            }
        }
        return all.filter { conflict in
            conflict.step == step.id
                || (written[conflict.id] ?? []).contains { $0.asks(thatOf: conflict.mine) }
        }
    }

    /// Forgets what some steps had written, which are taken back.
    ///
    /// - Returns: whether any of it waited.
    mutating func withdraw(_ steps: [Step]) -> Bool {
        let over = Set(steps.flatMap(waiting).map(\.id))
        keep { !over.contains($0.id) }
        return !over.isEmpty
    }

    /// Keeps those that meet a condition.
    mutating func keep(where isKept: (FieldConflict) -> Bool) {
        guard !isEmpty else { return }
        let kept = all.filter(isKept)
        self = FieldConflicts()
        for conflict in kept { add(conflict) }
    }
}

extension Snapshot {
    /// What waits for somebody to choose. What other programs write meanwhile chooses nothing,
    /// unless it is what the step had written.
    package var openConflicts: [OpenConflict] { conflicts.all.compactMap(open) }

    /// Forgets the conflicts that are over.
    mutating func dropClosedConflicts() {
        let now = self
        conflicts.keep { now.open($0) != nil }
    }

    /// Forgets those of which some steps wrote the field, or took the contact away: that was the
    /// choice, and what undoes them is another one.
    mutating func dropConflicts(closedBy steps: [Step]) {
        guard !conflicts.isEmpty else { return }
        var written: Set<Int> = []
        for step in steps {
            for (key, writes) in step.writes {
                for write in writes { written.insert(FieldConflict.id(key, write.field)) }
            }
        }
        conflicts.keep { conflict in
            !written.contains(conflict.id)
                && !written.contains(FieldConflict.id(conflict.key, RecordChange.Write.whole))
        }
    }

    /// How a conflict stands; nil where it is over.
    func open(_ conflict: FieldConflict) -> OpenConflict? {
        guard let change = conflict.change else { return nil }
        let found = everyRecord(conflict.key).filter(holds)
        if found.isEmpty, change.change == .delete { return nil }
        let number = found.count == 1 ? found[0] : nil
        // Where it cannot be read the file is another one by now, and everything is read anew.
        let present = number.flatMap { try? standingContact($0) }
        if let present, conflict.mine.stands(in: present) { return nil }
        return OpenConflict(
            id: conflict.id(beside: present), number: number, change: change,
            original: conflict.mine.before(in: present ?? Contact(record: [:])), theirs: present)
    }
}

extension Step {
    /// Whom it wrote to, and what.
    fileprivate var writes: some Sequence<(ContactKey, [RecordChange.Write])> {
        let alike = shared.lazy.flatMap { change in
            change.names.keys.lazy.map { ($0, change.writes) }
        }
        return [AnySequence(changes.lazy.map { ($0.key, $0.writes) }), AnySequence(alike)]
            .joined()
    }
}

extension RecordChange.Write {
    /// The name of what is written: a field, `metadata.` and a key, or `contact` for all of it.
    var field: String {
        switch self {
        case .member(let name, _, _): name
        case .metadata(let name, _, _, _): "metadata.\(name)"
        case .tags: Field.tags.name
        case .stamp: Field.updatedAt.name
        case .create, .delete: RecordChange.Write.whole
        }
    }

    /// The member that the field is, or is in.
    fileprivate var member: String {
        if case .metadata = self { Field.metadata.name } else { field }
    }

    /// The field that stands for all of a contact.
    static let whole = "contact"

    /// Whether somebody may have to choose between it and what another program wrote.
    var canConflict: Bool {
        switch self {
        case .member(let name, _, _): name != Field.updatedAt.name
        case .metadata, .tags, .delete: true
        case .stamp, .create: false
        }
    }

    fileprivate var isChange: Bool {
        switch self {
        case .member(_, let new, let old), .metadata(_, let new, let old, _):
            new?.value != old?.value
        case .tags(let retagging): !retagging.added.isEmpty || !retagging.removed.isEmpty
        default: true
        }
    }

    /// Whether both come to the same, whatever stood there before.
    fileprivate func asks(thatOf other: RecordChange.Write) -> Bool {
        switch (self, other) {
        case (.member(_, let new, _), .member(_, let same, _)),
            (.metadata(_, let new, _, _), .metadata(_, let same, _, _)):
            new?.value == same?.value
        case (.tags(let one), .tags(let same)):
            one.added == same.added && one.removed == same.removed
        case (.delete, .delete): true
        default: false
        }
    }

    /// Both writes as one.
    fileprivate func after(_ earlier: RecordChange.Write) -> RecordChange.Write {
        switch (self, earlier) {
        case (.member(let name, let new, _), .member(_, _, let old)):
            .member(name, new: new, old: old)
        case (.metadata(let name, let new, _, _), .metadata(_, _, let old, _)):
            .metadata(name, new: new, old: old)
        case (.tags(let later), .tags(let sooner)): .tags(later.after(sooner))
        default: self
        }
    }

    /// Whether a contact holds what was written.
    fileprivate func stands(in present: Contact) -> Bool {
        switch self {
        case .member(let name, let new, _): present.record[name] == new?.value
        case .metadata(let name, let new, _, _): present.metadata?[name] == new?.value
        case .tags(let retagging):
            TagList(stored: retagging.added).tags.allSatisfy(present.tags.contains)
                && !TagList(stored: retagging.removed).tags.contains(where: present.tags.contains)
        case .create, .stamp, .delete: false
        }
    }

    /// A contact with what stood there before the write.
    fileprivate func before(in present: Contact) -> Contact {
        var record = present.record
        switch self {
        case .member(let name, _, let old): record[name] = old?.value
        case .metadata(let name, _, let old, _):
            var metadata = present.metadata ?? [:]
            metadata[name] = old?.value
            record[Field.metadata.name] = .object(metadata)
        case .delete(let text, _): return RecordText(Array(text.utf8)).contact
        case .tags(let retagging):
            record[Field.tags.name] = retagging.was.flatMap { try? JSONValue(parsing: $0) }
        case .stamp, .create: break
        }
        return Contact(record: record)
    }
}

extension RecordChange.Retagging {
    /// What one and an earlier one came to together.
    fileprivate func after(_ earlier: RecordChange.Retagging) -> RecordChange.Retagging {
        let (added, removed) = (TagList(stored: added), TagList(stored: removed))
        return RecordChange.Retagging(
            added: TagList(stored: earlier.added).subtracting(removed).appending(added).texts,
            removed: TagList(stored: earlier.removed).subtracting(added).appending(removed).texts,
            was: earlier.was)
    }
}
