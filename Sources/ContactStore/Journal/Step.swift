import ContactModel
import JSONText

/// One commit: what it did to which contacts, by whom and when.
struct Step: Hashable, Sendable {
    /// Random, so that two writers never mean the same.
    let id: String
    /// When, in UTC.
    let time: String
    /// Login name and host.
    let author: String
    /// The step that this one took back.
    var undoes: String?
    /// The undoing that this one took back.
    var redoes: String?
    /// Its place in a step that was written in several.
    var part: StepPart?
    var changes: [RecordChange]
    /// What it did to very many contacts alike; to no contact twice, and to none of those above.
    var shared: [SharedChange] = []
}

/// One line of a journal.
enum JournalEntry: Hashable, Sendable {
    /// The first line: the base that the steps are for.
    case header(ContentMark)
    case step(Step)
    /// Written before a new base takes the place of the old one; so many of the steps are in it,
    /// or all that the journal holds.
    case folding(from: ContentMark, to: ContentMark, steps: Int?)
    /// What a step wrote and another program overwrote.
    case conflict(FieldConflict)
    /// A step of which nothing was left to take back.
    case pass(StepPass)
}

/// A step that its user wanted to take back and that everything was changed of since: the next
/// undo goes by it, until that user makes another step.
struct StepPass: Hashable, Sendable {
    let step: String
    let author: String
}

extension JournalEntry {
    /// Appends the entry as JSON.
    func write(to line: inout PiecedText) {
        switch self {
        case .header(let base):
            JSONValue.object(["patchbook": .number(JSONNumber(1)), "base": base.value])
                .write(to: &line.tail)
        case .folding(let from, let to, let steps):
            var record: JSONObject = ["folding": from.value, "into": to.value]
            if let steps { record["steps"] = .number(JSONNumber(steps)) }
            JSONValue.object(record).write(to: &line.tail)
        case .step(let step): step.write(to: &line)
        case .conflict(let conflict): JSONValue.object(conflict.record).write(to: &line.tail)
        case .pass(let pass):
            JSONValue.object(["passed": .string(pass.step), "by": .string(pass.author)])
                .write(to: &line.tail)
        }
    }

    /// Reads what `write` wrote; nil for anything else.
    init?(record: JSONObject) {
        if let base = ContentMark(record["base"]) {
            // What another version wrote may mean something else.
            guard record["patchbook"]?.int32 == 1 else { return nil }
            self = .header(base)
        } else if let from = ContentMark(record["folding"]), let to = ContentMark(record["into"]) {
            self = .folding(from: from, to: to, steps: record["steps"]?.int32.map(Int.init))
        } else if let step = Step(record: record) {
            self = .step(step)
        } else if let conflict = FieldConflict(record: record) {
            self = .conflict(conflict)
        } else if let step = record["passed"]?.text, let author = record["by"]?.text {
            self = .pass(StepPass(step: step, author: author))
        } else {
            return nil
        }
    }
}

extension ContentMark {
    fileprivate var value: JSONValue {
        .object([
            "size": .number(JSONNumber(size)), "crc32c": .string(Checksum.digits(checksum)),
        ])
    }

    fileprivate init?(_ value: JSONValue?) {
        guard let object = value?.object, case .number(let number) = object["size"],
            let size = number.integerValue,
            let checksum = object["crc32c"]?.text.flatMap({ UInt32($0, radix: 16) })
        else { return nil }
        self.init(size: size, checksum: checksum)
    }
}

extension Step {
    /// Change by change: the changes may be very many.
    fileprivate func write(to line: inout PiecedText) {
        var record: JSONObject = ["step": .string(id)]
        if let part {
            record["whole"] = .string(part.whole)
            record["part"] = .number(JSONNumber(part.index))
        }
        record["at"] = .string(time)
        record["by"] = .string(author)
        if let undoes { record["undoes"] = .string(undoes) }
        if let redoes { record["redoes"] = .string(redoes) }
        JSONValue.object(record).write(to: &line.tail)
        line.tail.removeLast()
        if !shared.isEmpty {
            Step.write("sets", shared, to: &line) { $0.write(to: &$1) }
        }
        // Whoever knows of no sets must not take the step for one that did only the rest.
        Step.write(shared.isEmpty ? "changes" : "others", changes, to: &line) { change, line in
            JSONValue.object(change.record).write(to: &line.tail)
        }
        line.tail.append(UInt8(ascii: "}"))
    }

    private static func write<Element>(
        _ name: String, _ elements: [Element], to line: inout PiecedText,
        with body: (Element, inout PiecedText) -> Void
    ) {
        line.tail += ",\"\(name)\":[".utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { line.tail.append(UInt8(ascii: ",")) }
            body(element, &line)
        }
        line.tail.append(UInt8(ascii: "]"))
    }

    fileprivate init?(record: JSONObject) {
        guard let id = record["step"]?.text, let time = record["at"]?.text,
            let author = record["by"]?.text,
            let values = record[record["sets"] == nil ? "changes" : "others"]?.array
        else { return nil }
        let sets = record["sets"]?.array ?? []
        let shared = sets.compactMap { $0.object.flatMap(SharedChange.init(record:)) }
        let changes = values.compactMap { $0.object.flatMap(RecordChange.init(record:)) }
        guard changes.count == values.count, shared.count == sets.count else { return nil }
        self.init(
            id: id, time: time, author: author, undoes: record["undoes"]?.text,
            redoes: record["redoes"]?.text, part: StepPart(record), changes: changes,
            shared: shared)
    }
}

extension StepPart {
    init?(_ record: JSONObject) {
        guard let whole = record["whole"]?.text, let index = record["part"]?.int32 else {
            return nil
        }
        self.init(of: whole, index: Int(index))
    }
}

extension Step {
    /// Whether it names a contact by its place.
    var hasPlaces: Bool { changes.contains { $0.key.isPlace } }

    /// The step of a journal whose base is this reading of the file: places then mean its
    /// records.
    func placed(in reading: Int) -> Step {
        guard hasPlaces else { return self }
        var step = self
        for index in changes.indices {
            guard case .place(let number, _) = changes[index].key else { continue }
            step.changes[index].key = .place(number, reading: reading)
        }
        return step
    }
}

extension ContactKey {
    /// Whether it names a contact by its place in the file.
    var isPlace: Bool {
        if case .place = self { true } else { false }
    }
}

extension FieldConflict {
    fileprivate var record: JSONObject {
        var record = RecordChange.record(of: key)
        record["conflict"] = .object(mine.record)
        if let step { record["step"] = .string(step) }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let mine = record["conflict"]?.object, let key = RecordChange.key(in: record),
            let mine = RecordChange.Write(record: mine)
        else { return nil }
        self.init(key: key, mine: mine, step: record["step"]?.text)
    }
}

extension RecordChange {
    /// No reading has this number: a place that was read from a journal means nothing until it
    /// is known that the journal belongs to the file.
    private static let noReading = 0

    fileprivate var record: JSONObject {
        var record = RecordChange.record(of: key)
        if let result {
            record["crc32c"] = .string(Checksum.digits(result.text))
            if let value = result.value { record["json32c"] = .string(Checksum.digits(value)) }
        }
        if isLost { record["lost"] = .bool(true) }
        record["writes"] = .array(writes.map { .object($0.record) })
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let key = RecordChange.key(in: record) else { return nil }
        let values = record["writes"]?.array ?? []
        let writes = values.compactMap { $0.object.flatMap(Write.init(record:)) }
        guard writes.count == values.count else { return nil }
        func checksum(_ name: String) -> UInt32? {
            record[name]?.text.flatMap { UInt32($0, radix: 16) }
        }
        let result = checksum("crc32c").map { RecordMark(text: $0, value: checksum("json32c")) }
        self.init(key: key, writes: writes, result: result)
        isLost = record["lost"] == .bool(true)
    }

    fileprivate static func record(of key: ContactKey) -> JSONObject {
        guard case .place(let number, _) = key else { return key.identity }
        return ["place": .number(JSONNumber(Int(number)))]
    }

    fileprivate static func key(in record: JSONObject) -> ContactKey? {
        if let key = ContactKey(identity: record) { return key }
        return record["place"]?.int32.map { .place($0, reading: noReading) }
    }
}

extension RecordChange.Write {
    var record: JSONObject {
        switch self {
        case .member(let name, let new, let old):
            return RecordChange.Write.pair("set", name, new, old)
        case .metadata(let name, let new, let old, let hole):
            var record = RecordChange.Write.pair("key", name, new, old)
            hole?.note(in: &record)
            return record
        case .tags(let retagging): return retagging.record
        case .create(let text, let spot):
            var record: JSONObject = ["create": .string(text)]
            spot?.note(in: &record)
            return record
        case .delete(let text, let spot):
            var record: JSONObject = ["delete": .string(text)]
            spot?.note(in: &record)
            return record
        case .stamp(let time): return ["stamp": .string(time)]
        }
    }

    private static func pair(
        _ kind: String, _ name: String, _ new: WrittenValue?, _ old: WrittenValue?
    ) -> JSONObject {
        var record: JSONObject = [kind: .string(name)]
        for (side, written) in [("to", new), ("was", old)] {
            guard let written else { continue }
            record[side] = written.value
            if let text = written.text { record[side + "_text"] = .string(text) }
        }
        return record
    }

    private static func side(_ side: String, of record: JSONObject) -> WrittenValue? {
        record[side].map { WrittenValue($0, text: record[side + "_text"]?.text) }
    }

    init?(record: JSONObject) {
        let (new, old) = (Self.side("to", of: record), Self.side("was", of: record))
        if let name = record["set"]?.text {
            self = .member(name, new: new, old: old)
        } else if let name = record["key"]?.text {
            self = .metadata(name, new: new, old: old, hole: RecordText.Hole(record: record))
        } else if let retagging = RecordChange.Retagging(record: record) {
            self = .tags(retagging)
        } else if let text = record["create"]?.text {
            self = .create(text: text, at: RecordChange.Spot(record: record))
        } else if let text = record["delete"]?.text {
            self = .delete(text: text, from: RecordChange.Spot(record: record))
        } else if let time = record["stamp"]?.text {
            self = .stamp(time)
        } else {
            return nil
        }
    }
}

extension RecordChange.Spot {
    fileprivate init?(record: JSONObject) {
        guard let gap = record["gap"]?.text else { return nil }
        self.init(
            previous: record["behind"]?.object.flatMap(RecordChange.key),
            next: record["before"]?.object.flatMap(RecordChange.key), gap: gap,
            isFirst: record["first"] == .bool(true))
    }

    fileprivate func note(in record: inout JSONObject) {
        if let previous { record["behind"] = .object(RecordChange.record(of: previous)) }
        if let next { record["before"] = .object(RecordChange.record(of: next)) }
        record["gap"] = .string(gap)
        if isFirst { record["first"] = .bool(true) }
    }
}

extension RecordChange.Retagging {
    fileprivate var record: JSONObject {
        var record: JSONObject = [
            "add": .array(added.map(JSONValue.string)),
            "remove": .array(removed.map(JSONValue.string)),
        ]
        if let was { record["was"] = .string(was) }
        if let into { record["into"] = .string(into) }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let added = record["add"]?.array, let removed = record["remove"]?.array else {
            return nil
        }
        self.init(
            added: added.compactMap(\.text), removed: removed.compactMap(\.text),
            was: record["was"]?.text, into: record["into"]?.text)
    }
}

extension JSONValue {
    /// A number that fits into 32 bits and is not negative.
    fileprivate var int32: Int32? {
        guard case .number(let number) = self, let value = number.integerValue, value >= 0 else {
            return nil
        }
        return Int32(exactly: value)
    }
}

extension RecordText.Hole {
    fileprivate func note(in record: inout JSONObject) {
        guard index != RecordText.Hole.wholeObject else {
            record["object"] = .string(text)
            return
        }
        record["index"] = .number(JSONNumber(index))
        record["cut"] = .string(text)
    }

    fileprivate init?(record: JSONObject) {
        if let text = record["object"]?.text {
            self.init(index: RecordText.Hole.wholeObject, text: text)
        } else if let index = record["index"]?.int32, let text = record["cut"]?.text {
            self.init(index: Int(index), text: text)
        } else {
            return nil
        }
    }
}
