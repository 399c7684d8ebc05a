import ContactModel
import JSONText

/// Adds and removes the same tags on very many contacts.
///
/// Contacts share few lists of tags: what becomes of a list, in its writing, is worked out on the
/// first contact that bears it, in the way of any other change, and put into the others,
/// whose values are then never decoded.
struct Retagger {
    /// A list of tags as it is written, and what decides how another one will be written there.
    struct Writing: Hashable {
        let tags: [UInt8]
        let colon: [UInt8]
        let comma: [UInt8]
    }

    /// What becomes of a list.
    struct Result {
        let retagging: RecordChange.Retagging
        let text: [UInt8]
        let tags: [String]
    }

    private var change: Change?
    private var results: [Writing: Result] = [:]

    /// What becomes of a list; nil where that is not known yet.
    func result(_ writing: Writing) -> Result? { results[writing] }

    /// Makes ready for a change: what is known of another one is forgotten.
    mutating func prepare(_ change: Change) {
        if self.change != change { results = [:] }
        self.change = change
    }

    /// Keeps what became of a list.
    mutating func keep(_ written: RecordChange, _ writing: Writing, in text: RecordText) {
        for case .tags(let retagging) in written.writes {
            let tags = Array(text.text(of: Field.tags.name).utf8)
            results[writing] = Result(
                retagging: retagging, text: tags, tags: TagColumn.tags(tags, 0..<tags.count))
        }
    }
}

extension Snapshot {
    /// Makes one change of many.
    mutating func perform(
        _ change: ContactChange, at time: String, with retagger: inout Retagger
    ) throws(StoreError) -> Performed {
        guard case .retag = change.change else { return try perform(change, at: time) }
        retagger.prepare(change.change)
        let number = try number(of: change.key)
        let bytes = try bytes(of: number)
        let members = RecordFacts.outline(of: bytes, in: 0..<bytes.count) ?? []
        guard let writing = Retagger.Writing(bytes, members) else {
            return try perform(change, at: time)
        }
        if let result = retagger.result(writing) {
            return put(result, number, change.key, RecordText(bytes, members), at: time)
        }
        let done = try perform(change, at: time)
        if let written = done.written { retagger.keep(written, writing, in: done.text) }
        return done
    }

    private mutating func put(
        _ result: Retagger.Result, _ number: Int32, _ key: ContactKey, _ text: RecordText,
        at time: String
    ) -> Performed {
        var record = RecordChange(key: key, writes: [.tags(result.retagging)])
        var changed = text
        let updated = Field.updatedAt.name
        if let old = changed.written(updated) {
            let new = WrittenValue(.string(time))
            record.writes.append(.member(updated, new: new, old: WrittenValue(old.value)))
            changed.set(updated, to: new)
        }
        changed.replace(Field.tags.name, with: result.text)
        let search =
            self.record(number)?.search ?? FoldedLines(base.columns.lines(of: Int(number)))
        edited[number] = Record(changed.bytes, search: search, tags: result.tags)
        return Performed(
            written: record.resulting(in: changed), text: changed, outcome: .changed)
    }
}

extension Retagger.Writing {
    /// Nil where there is no list of tags, or nothing that shows how the object is laid out.
    fileprivate init?(_ bytes: [UInt8], _ members: [JSONOutline.Member]) {
        let name = Array("\"tags\"".utf8)
        let found = members.filter { bytes[$0.name].elementsEqual(name) }
        guard members.count > 1, found.count == 1, let place = found.first?.value,
            !members.contains(where: { bytes[$0.name].contains(UInt8(ascii: "\\")) })
        else { return nil }
        tags = Array(bytes[place])
        colon = Array(bytes[members[0].name.upperBound..<members[0].value.lowerBound])
        comma = Array(bytes[members[0].value.upperBound..<members[1].name.lowerBound])
    }
}
