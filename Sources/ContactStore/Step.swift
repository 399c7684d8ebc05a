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
    let changes: [RecordChange]
}

/// One line of a journal.
enum JournalEntry: Hashable, Sendable {
    /// The first line: the base that the steps are for.
    case header(ContentMark)
    case step(Step)
    /// Written before a new base takes the place of the old one.
    case folding(from: ContentMark, to: ContentMark)
}

extension JournalEntry {
    /// The entry as JSON.
    var record: JSONObject {
        switch self {
        case .header(let base): ["patchbook": .number(JSONNumber(1)), "base": base.value]
        case .folding(let from, let to): ["folding": from.value, "into": to.value]
        case .step(let step): step.record
        }
    }

    /// Reads what `record` wrote; nil for anything else.
    init?(record: JSONObject) {
        if let base = ContentMark(record["base"]) {
            self = .header(base)
        } else if let from = ContentMark(record["folding"]), let to = ContentMark(record["into"]) {
            self = .folding(from: from, to: to)
        } else if let step = Step(record: record) {
            self = .step(step)
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
    fileprivate var record: JSONObject {
        var record: JSONObject = [
            "step": .string(id), "at": .string(time), "by": .string(author),
        ]
        if let undoes { record["undoes"] = .string(undoes) }
        record["changes"] = .array(changes.map { .object($0.record) })
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let id = record["step"]?.text, let time = record["at"]?.text,
            let author = record["by"]?.text, let values = record["changes"]?.array
        else { return nil }
        let changes = values.compactMap { $0.object.flatMap(RecordChange.init(record:)) }
        guard changes.count == values.count else { return nil }
        self.init(
            id: id, time: time, author: author, undoes: record["undoes"]?.text, changes: changes)
    }
}

extension RecordChange {
    fileprivate var record: JSONObject {
        var record: JSONObject =
            switch key {
            case .id(let id): ["id": .string(id)]
            case .phone(let phone): ["phone": .string(phone.e164)]
            }
        record["writes"] = .array(writes.map { .object($0.record) })
        return record
    }

    fileprivate init?(record: JSONObject) {
        if let id = record["id"]?.text {
            key = .id(id)
        } else if let text = record["phone"]?.text, let phone = try? PhoneNumber(parsing: text) {
            key = .phone(phone)
        } else {
            return nil
        }
        let values = record["writes"]?.array ?? []
        writes = values.compactMap { $0.object.flatMap(Write.init(record:)) }
        guard writes.count == values.count else { return nil }
    }
}

extension RecordChange.Write {
    fileprivate var record: JSONObject {
        switch self {
        case .member(let name, let new, let old):
            return RecordChange.Write.pair("set", name, new, old)
        case .metadata(let name, let new, let old):
            return RecordChange.Write.pair("key", name, new, old)
        case .tags(let added, let removed):
            return [
                "add": .array(added.map(JSONValue.string)),
                "remove": .array(removed.map(JSONValue.string)),
            ]
        case .create(let text): return ["create": .string(text)]
        case .delete(let text): return ["delete": .string(text)]
        }
    }

    private static func pair(
        _ kind: String, _ name: String, _ new: JSONValue?, _ old: JSONValue?
    ) -> JSONObject {
        var record: JSONObject = [kind: .string(name)]
        if let new { record["to"] = new }
        if let old { record["was"] = old }
        return record
    }

    fileprivate init?(record: JSONObject) {
        if let name = record["set"]?.text, let new = record["to"] {
            self = .member(name, new: new, old: record["was"])
        } else if let name = record["key"]?.text {
            self = .metadata(name, new: record["to"], old: record["was"])
        } else if let added = record["add"]?.array, let removed = record["remove"]?.array {
            self = .tags(added: added.compactMap(\.text), removed: removed.compactMap(\.text))
        } else if let text = record["create"]?.text {
            self = .create(text: text)
        } else if let text = record["delete"]?.text {
            self = .delete(text: text)
        } else {
            return nil
        }
    }
}
