import ContactModel
import JSONText

/// What a step does to one contact, in absolute terms: doing it twice is the same as once.
struct RecordChange: Hashable, Sendable {
    /// A single write, with what stood there before.
    enum Write: Hashable, Sendable {
        /// A top-level member; nil before where it was absent.
        case member(String, new: JSONValue, old: JSONValue?)
        /// A metadata key; nil for absent.
        case metadata(String, new: JSONValue?, old: JSONValue?)
        /// Tags put at the end and taken away.
        case tags(added: [String], removed: [String])
        /// The record itself made, with its text.
        case create(text: String)
        /// The record taken away, with its text.
        case delete(text: String)
    }

    let key: ContactKey
    var writes: [Write]

    /// The members that the changes of a step to one contact write.
    init(key: ContactKey, writes: [Write]) {
        self.key = key
        self.writes = writes
    }

    /// What makes `old` into `new`: top-level members, metadata key by key.
    init(key: ContactKey, from old: Contact, to new: Contact) {
        self.key = key
        writes = []
        for member in new.record.members where old.record[member.name] != member.value {
            if member.name == Field.metadata.name { continue }
            writes.append(
                .member(member.name, new: member.value, old: old.record[member.name]))
        }
        let before = old.record[Field.metadata.name]?.object ?? [:]
        let after = new.record[Field.metadata.name]?.object ?? [:]
        for name in after.names where before[name] != after[name] {
            writes.append(.metadata(name, new: after[name], old: before[name]))
        }
        for name in before.names where after[name] == nil {
            writes.append(.metadata(name, new: nil, old: before[name]))
        }
    }

    /// What takes this back on a contact as it stands now; nil where a field that was written
    /// has been changed since.
    func undoing(on now: Contact?) -> RecordChange? {
        var undo = RecordChange(key: key, writes: [])
        for write in writes.reversed() {
            switch write {
            case .create:
                guard now != nil else { return nil }
                undo.writes.append(.delete(text: ""))
            case .delete(let text):
                guard now == nil else { return nil }
                undo.writes.append(.create(text: text))
            case .tags(let added, let removed):
                undo.writes.append(.tags(added: removed, removed: added))
            case .member(Field.updatedAt.name, _, _): continue
            case .member(let name, let new, let old):
                guard now?.record[name] == new else { return nil }
                undo.writes.append(.member(name, new: old ?? .null, old: new))
            case .metadata(let name, let new, let old):
                guard now?.metadata?[name] == new else { return nil }
                undo.writes.append(.metadata(name, new: old, old: new))
            }
        }
        return undo
    }
}

extension RecordText {
    /// Carries out writes to members; creating and deleting are the snapshot's.
    mutating func apply(_ writes: [RecordChange.Write]) {
        for write in writes {
            switch write {
            case .member(let name, let new, _): set(name, to: new)
            case .metadata(let name, let new?, _): set(name, in: Field.metadata.name, to: new)
            case .metadata(let name, nil, _): remove(name, in: Field.metadata.name)
            case .tags(let added, let removed): retag(added, removed)
            case .create, .delete: break
            }
        }
    }

    private mutating func retag(_ added: [String], _ removed: [String]) {
        let value = try? JSONValue(parsing: bytes, loneSurrogates: .replace)
        let present = Contact(record: value?.object ?? [:]).tags
        let wanted = present.subtracting(TagList(stored: removed))
            .appending(TagList(stored: added))
        guard wanted != present else { return }
        set(Field.tags.name, to: .array(wanted.texts.map(JSONValue.string)))
    }
}

extension Snapshot {
    /// The snapshot after a step; contacts that are not there any more are passed over.
    mutating func apply(_ changes: [RecordChange]) {
        for change in changes { apply(change) }
    }

    private mutating func apply(_ change: RecordChange) {
        for write in change.writes {
            if case .create(let text) = write {
                if (try? number(of: change.key)) == nil { append(Array(text.utf8)) }
            }
        }
        guard let number = try? number(of: change.key) else { return }
        if change.writes.contains(where: { if case .delete = $0 { true } else { false } }) {
            deleted.insert(number)
            return
        }
        var text = RecordText(bytes(of: number))
        text.apply(change.writes)
        edited[number] = Record(text.bytes)
    }

    private mutating func append(_ bytes: [UInt8]) {
        let record = Record(bytes)
        addedKeys.add(record.facts, at: Int32(base.spans.count + added.count))
        added.append(record)
    }
}
