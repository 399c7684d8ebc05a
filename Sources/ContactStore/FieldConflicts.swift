package import ContactModel
import JSONText

/// A field of a contact that a step wrote and another program wrote otherwise before the step was
/// part of the file: the file's value stands until somebody chooses.
package struct OpenConflict: Hashable, Sendable {
    /// What it is called by when somebody chooses; the same in every process.
    package let id: Int
    /// The contact's number in the snapshot that tells of it.
    package let number: Int32
    /// What writes once more what the step had written.
    package let change: ContactChange
    /// The contact as it stood before either wrote, as far as the field goes.
    package let original: Contact
    /// The contact as it stands, with the other program's value.
    package let theirs: Contact
}

/// The same as it is kept in the journal: two writes to one field, each with what stood there
/// before both.
struct FieldConflict: Hashable, Sendable {
    let key: ContactKey
    let mine: RecordChange.Write
    let theirs: RecordChange.Write

    /// A hash of the contact and the field, in as many bits as any reader of numbers keeps.
    var id: Int {
        Int(truncatingIfNeeded: (key.text + "\n" + mine.field).utf8.stableHash >> 12)
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
                theirs: conflict.theirs)
        } else {
            places[conflict.id] = all.count
            all.append(conflict)
        }
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
    /// What waits for somebody to choose: where the other program's value was changed since,
    /// somebody has.
    package var openConflicts: [OpenConflict] { conflicts.all.compactMap(open) }

    /// Forgets the conflicts in which somebody has chosen.
    mutating func dropClosedConflicts() {
        let now = self
        conflicts.keep { now.open($0) != nil }
    }

    /// Forgets those in which some steps were the choice: what undoes them is another one.
    mutating func dropConflicts(closedBy steps: [Step]) {
        guard !conflicts.isEmpty else { return }
        let written = Set(steps.flatMap(\.keys).map(\.text))
        let now = self
        conflicts.keep { !written.contains($0.key.text) || now.open($0) != nil }
    }

    private func open(_ conflict: FieldConflict) -> OpenConflict? {
        guard let number = try? number(of: conflict.key),
            let present = try? standingContact(number), conflict.theirs.stands(in: present),
            let change = conflict.change
        else { return nil }
        return OpenConflict(
            id: conflict.id, number: number, change: change,
            original: conflict.mine.before(in: present), theirs: present)
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
        case .create, .delete: "contact"
        }
    }

    /// The write that left what stands in a record now; nil where nobody can choose between both.
    func theirs(in text: RecordText) -> RecordChange.Write? {
        switch self {
        case .member(let name, _, let old):
            .member(name, new: text.written(name), old: old)
        case .metadata(let name, _, let old, _):
            .metadata(name, new: text.written(name, in: Field.metadata.name), old: old)
        case .delete: .create(text: String(decoding: text.bytes, as: UTF8.self))
        case .tags, .stamp, .create: nil
        }
    }

    fileprivate var isChange: Bool {
        switch self {
        case .member(_, let new, let old), .metadata(_, let new, let old, _):
            new?.value != old?.value
        default: true
        }
    }

    /// Both writes as one.
    fileprivate func after(_ earlier: RecordChange.Write) -> RecordChange.Write {
        switch (self, earlier) {
        case (.member(let name, let new, _), .member(_, _, let old)):
            .member(name, new: new, old: old)
        case (.metadata(let name, let new, _, _), .metadata(_, _, let old, _)):
            .metadata(name, new: new, old: old)
        default: self
        }
    }

    /// Whether a contact holds what was written.
    fileprivate func stands(in present: Contact) -> Bool {
        switch self {
        case .member(let name, let new, _): present.record[name] == new?.value
        case .metadata(let name, let new, _, _): present.metadata?[name] == new?.value
        case .create(let text, _):
            RecordText(Array(text.utf8)).contact.record == present.record
        case .tags, .stamp, .delete: false
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
        case .tags, .stamp, .create: break
        }
        return Contact(record: record)
    }
}
