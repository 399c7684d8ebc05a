import ContactModel
import JSONText

/// Checksums by which a record is known that has no name.
struct RecordMark: Hashable, Sendable {
    /// Of its text.
    let text: UInt32
    /// Of what it says, however it is laid out and whenever it was last changed; nil where an
    /// earlier version noted only the text.
    let value: UInt32?

    init(text: UInt32, value: UInt32?) {
        self.text = text
        self.value = value
    }

    init(_ record: RecordText) {
        text = Checksum.of(record.bytes[...])
        value = RecordMark.value(record)
    }

    /// Whether a record says the same, be it laid out otherwise, or changed at another time.
    func isOf(_ record: RecordText) -> Bool {
        isExactly(record) || saysTheSame(as: record)
    }

    func isExactly(_ record: RecordText) -> Bool { Checksum.of(record.bytes[...]) == text }

    func saysTheSame(as record: RecordText) -> Bool {
        value.map { RecordMark.value(record) == $0 } ?? false
    }

    private static func value(_ record: RecordText) -> UInt32 { value(of: record.contact) }

    static func value(of contact: Contact) -> UInt32 {
        Checksum.of(Array(JSONValue.object(contact.timeless).jsonText.utf8)[...])
    }
}

extension Contact {
    /// What it says but for the time of its last change, which each step and each undoing renews.
    var timeless: JSONObject {
        var record = record
        record[Field.updatedAt.name] = nil
        return record
    }
}

/// What a step does to one contact, in absolute terms: doing it twice is the same as once.
struct RecordChange: Hashable, Sendable {
    /// A single write, with what stood there before.
    enum Write: Hashable, Sendable {
        /// A top-level member; nil for absent.
        case member(String, new: WrittenValue?, old: WrittenValue?)
        /// A metadata key; nil for absent. `hole` is left where it is taken away, and filled where
        /// it is put back.
        case metadata(
            String, new: WrittenValue?, old: WrittenValue?, hole: RecordText.Hole? = nil)
        /// Single tags.
        case tags(Retagging)
        /// The record itself made, with its text; at the end of the file where it has no spot.
        case create(text: String, at: Spot? = nil)
        /// The record taken away, with its text and where it stood.
        case delete(text: String, from: Spot? = nil)
        /// The time of change where the record has one; what it was before nothing needs.
        case stamp(String)
    }

    /// Tags put at the end and taken away.
    struct Retagging: Hashable, Sendable {
        var added: [String]
        var removed: [String]
        /// The text of the list before; empty where there was none, nil where it is not known.
        var was: String?
        /// The text of the list where it stands as `was`; nil where it is what adding and
        /// removing make of it.
        var into: String?
    }

    var key: ContactKey
    var writes: [Write]
    /// The record after the writes, where the key is a place: what tells in another reading of the
    /// file whether the place still holds that record.
    var result: RecordMark?
    /// Whether it was about a contact that cannot be found in what another program wrote: it is
    /// there to be looked up, and nothing of it can be taken back.
    var isLost = false

    init(key: ContactKey, writes: [Write], result: RecordMark? = nil) {
        self.key = key
        self.writes = writes
        self.result = result
    }

    /// Whether it makes the contact.
    var creates: Bool { writes.contains { if case .create = $0 { true } else { false } } }

    /// Whether it takes the contact away.
    var deletes: Bool { writes.contains { if case .delete = $0 { true } else { false } } }

    /// The change with the checksum of what it made, where that is needed.
    func resulting(in text: RecordText) -> RecordChange {
        guard key.isPlace else { return self }
        return RecordChange(key: key, writes: writes, result: RecordMark(text))
    }

    /// What makes `old`, which is written as `text`, into `new`: top-level members, metadata key
    /// by key.
    init(key: ContactKey, from old: Contact, writtenAs text: RecordText, to new: Contact) {
        self.key = key
        let isNewObject = old.record[Field.metadata.name]?.object == nil
        // Of a member that stands twice the last one counts.
        writes = new.record.members.filter { old.record[$0.name] != $0.value }
            .filter { new.record[$0.name] == $0.value }
            .filter { isNewObject || $0.name != Field.metadata.name }
            .map { member in
                .member(
                    member.name, new: WrittenValue(member.value), old: text.written(member.name))
            }
        if !isNewObject { addKeys(from: old, text, to: new) }
    }

    private mutating func addKeys(
        from old: Contact, _ text: RecordText, to new: Contact
    ) {
        guard let before = old.record[Field.metadata.name]?.object,
            let after = new.record[Field.metadata.name]?.object, before != after
        else { return }
        let outer = Field.metadata.name
        var rest = text
        for name in before.names where after[name] == nil {
            // Of a name that stands twice the first time took both.
            guard let old = rest.written(name, in: outer) else { continue }
            writes.append(
                .metadata(name, new: nil, old: old, hole: rest.hole(for: name, in: outer)))
            rest.remove(name, in: outer)
        }
        for name in after.names where before[name] != after[name] {
            writes.append(
                .metadata(
                    name, new: after[name].map { WrittenValue($0) },
                    old: text.written(name, in: outer)))
        }
    }
}

extension RecordText {
    /// Carries out writes to members; creating and deleting are the snapshot's.
    mutating func apply(_ writes: [RecordChange.Write]) {
        let metadata = Field.metadata.name
        for write in writes {
            switch write {
            case .member(let name, let new, _): set(name, to: new)
            case .metadata(let name, let new?, _, let hole):
                set(name, in: metadata, to: new, filling: hole)
            case .metadata(let name, nil, _, _): remove(name, in: metadata)
            case .tags(let retagging): apply(retagging)
            case .stamp(let time): stamp(time)
            case .create, .delete: break
            }
        }
    }

    /// Sets the time of change where there is one.
    mutating func stamp(_ time: String) {
        let name = Field.updatedAt.name
        guard let old = written(name), Field.updatedAt.accepts(old.value) else { return }
        set(name, to: .string(time))
    }

    private mutating func apply(_ retagging: RecordChange.Retagging) {
        if let into = retagging.into, let was = retagging.was, hasTags(was) {
            setTags(into)
        } else {
            retag(retagging.added, retagging.removed)
        }
    }

    /// Puts a list of tags there in the very text that it was written in; no text takes it away.
    mutating func setTags(_ text: String) {
        let value = try? JSONValue(parsing: Array(text.utf8), loneSurrogates: .replace)
        set(Field.tags.name, to: value.map { WrittenValue($0, text: text) })
    }

    private mutating func retag(_ added: [String], _ removed: [String]) {
        let value = written(Field.tags.name)?.value
        // Another program may have put something else there that nobody here has seen.
        guard value == nil || value == .null || value?.array != nil else { return }
        let present = TagList(stored: (value?.array ?? []).compactMap(\.text))
        let wanted = present.subtracting(TagList(stored: removed))
            .appending(TagList(stored: added))
        guard wanted != present else { return }
        let gone = TagList(stored: removed)
        let new = wanted.subtracting(present.subtracting(gone))
        let isKept = { (text: String) in
            !TagList(stored: text).tags.contains(where: gone.contains)
        }
        if edit(list: Field.tags.name, keeping: isKept, appending: new.texts) { return }
        set(Field.tags.name, to: .array(wanted.texts.map(JSONValue.string)))
    }

    /// Whether the tags are what a retagging made of those before it, to the byte.
    func stands(after retagging: RecordChange.Retagging) -> Bool {
        if let into = retagging.into { return hasTags(into) }
        guard let was = retagging.was else { return false }
        var trial = self
        trial.setTags(was)
        trial.retag(retagging.added, retagging.removed)
        return hasTags(trial.text(of: Field.tags.name))
    }

    private func hasTags(_ text: String) -> Bool {
        self.text(of: Field.tags.name).hasSameUTF8(as: text)
    }
}

extension Snapshot {
    /// The snapshot after a step; contacts that are not there any more are passed over.
    mutating func apply(_ step: Step) {
        for change in step.changes { apply(change) }
        apply(step.shared)
    }

    mutating func apply(_ change: RecordChange) {
        for case .create(let text, let spot) in change.writes {
            if (try? number(of: change.key)) == nil {
                restore(Array(text.utf8), as: change.key, at: spot)
            }
        }
        guard let number = try? number(of: change.key) else { return }
        if change.deletes {
            deleted.insert(number)
            return
        }
        // Where it cannot be read the file is another one by now, and everything is read anew.
        guard let bytes = try? bytes(of: number) else { return }
        var text = RecordText(bytes)
        text.apply(change.writes)
        put(Record(text), at: number)
    }

    /// Lets a record stand as a text of its own.
    mutating func put(_ record: Record, at number: Int32) {
        edited[number] = record
        shared.remove(number)
    }

    /// The change with its place in this reading of the file, where a record stands there or near
    /// it that is as the change left it.
    func placed(
        _ change: RecordChange, by displacement: inout Displacement
    ) -> RecordChange {
        guard case .place(_, let reading) = change.key, reading != self.reading,
            let number = displacement.number(after: change, in: self)
        else { return change }
        return RecordChange(
            key: .place(number, reading: self.reading), writes: change.writes,
            result: change.result)
    }

    /// Puts a record where it stood before it was deleted; a new one at the end.
    private mutating func restore(
        _ bytes: [UInt8], as key: ContactKey, at spot: RecordChange.Spot?
    ) {
        let number = everyRecord(key).first { number in
            deleted.contains(number) && (try? self.bytes(of: number)) == bytes
        }
        if let number {
            deleted.remove(number)
            return
        }
        let record = Record(RecordText(bytes))
        if let berth = berth(spot) { berths[Int32(added.count)] = berth }
        addedKeys.add(record.facts, at: Int32(base.spans.count + added.count))
        added.append(record)
    }
}
