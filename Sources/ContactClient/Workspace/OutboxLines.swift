import ContactModel
import JSONText

/// A line of the outbox's log.
enum OutboxLine: Sendable {
    case step(OutboxStep)
    case entry(OutboxEntry)
    case shared(SharedEntries)
    /// News of an entry.
    case state(Int, Progress)
    /// The same news of many, at a time in milliseconds since 1970.
    case fates(EntryNumbers, SharedEntries.Fate, at: Int)

    /// What becomes of an entry.
    enum Progress: Sendable {
        /// It is given to the network now.
        case handed
        /// The server cannot have it after all: nothing left this machine.
        case kept
        /// The server has it: what it wrote, and the contact as the server told it, at a time in
        /// milliseconds since 1970.
        case done(RemoteWrite?, after: Contact?, at: Int)
        case failed(ClientError)
        /// The contact as it stands there, and when the server told it.
        case conflict(Contact, at: Int)
        case dropped
        /// It is to be sent after all, perhaps changed.
        case again(ContactChange, original: Contact?)
    }
}

extension OutboxLine {
    var record: JSONObject {
        switch self {
        case .step(let step): step.record
        case .entry(let entry): entry.record
        case .shared(let set): set.record
        case .fates(let ids, let fate, let time): fate.record(of: ids, at: time)
        case .state(let id, let progress): progress.record(of: id)
        }
    }

    /// Reads what `record` wrote; nil for anything else.
    ///
    /// - Parameter entry: finds the entry that news are about.
    init?(record: JSONObject, entry: (Int) -> OutboxEntry?) {
        if let step = OutboxStep(record: record) {
            self = .step(step)
        } else if let entry = OutboxEntry(record: record) {
            self = .entry(entry)
        } else if let set = SharedEntries(record: record) {
            self = .shared(set)
        } else if let fate = SharedEntries.Fate(record: record),
            let ids = EntryNumbers(record["about"])
        {
            self = .fates(ids, fate, at: record["ms"]?.integer ?? 0)
        } else if let id = record["about"]?.integer, let entry = entry(id),
            let progress = Progress(record: record, about: entry)
        {
            self = .state(id, progress)
        } else {
            return nil
        }
    }
}

extension OutboxStep {
    fileprivate var record: JSONObject {
        var record: JSONObject = ["step": .whole(number), "at": .string(time)]
        if isRun { record["run"] = .bool(true) }
        if let undoneStep { record["undoes"] = .whole(undoneStep) }
        if let redoneStep { record["redoes"] = .whole(redoneStep) }
        if let passedStep { record["passes"] = .whole(passedStep) }
        for (name, ids) in [("dropped", dropped), ("refused", refused), ("doubtful", doubtful)]
        where !ids.isEmpty {
            record[name] = ids.list
        }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let number = record["step"]?.integer, let time = record["at"]?.text else {
            return nil
        }
        self.init(
            number: number, time: time, isRun: record["run"] == .bool(true),
            undoneStep: record["undoes"]?.integer, redoneStep: record["redoes"]?.integer,
            passedStep: record["passes"]?.integer,
            dropped: EntryNumbers(record["dropped"]) ?? EntryNumbers(),
            refused: EntryNumbers(record["refused"]) ?? EntryNumbers(),
            doubtful: EntryNumbers(record["doubtful"]) ?? EntryNumbers())
    }
}

extension OutboxEntry {
    fileprivate var record: JSONObject {
        var record: JSONObject = [
            "entry": .whole(id), "of": .whole(step), "change": .object(PlanLine(change).object),
        ]
        if let original { record["original"] = .object(original.record) }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let id = record["entry"]?.integer, let step = record["of"]?.integer,
            let change = ContactChange(planned: record["change"])
        else { return nil }
        self.init(
            id: id, step: step, change: change,
            original: record["original"]?.object.map { Contact(record: $0) })
    }
}

extension SharedEntries.Fate {
    private static let words: [String: SharedEntries.Fate] = [
        "handed": .handed, "kept": .waiting, "made": .made, "found": .found, "dropped": .dropped,
    ]

    fileprivate func record(of ids: EntryNumbers, at time: Int) -> JSONObject {
        let word = SharedEntries.Fate.words.first { $0.value == self }?.key ?? ""
        var record: JSONObject = ["about": ids.value, "is": .string(word)]
        if isDone { record["ms"] = .whole(time) }
        return record
    }

    fileprivate init?(record: JSONObject) {
        guard let word = record["is"]?.text, let fate = SharedEntries.Fate.words[word] else {
            return nil
        }
        self = fate
    }
}

extension ContactChange {
    fileprivate init?(planned value: JSONValue?) {
        guard let object = value?.object, let line = try? PlanLine(reading: object) else {
            return nil
        }
        self = line.change
    }
}

extension OutboxLine.Progress {
    fileprivate func record(of id: Int) -> JSONObject {
        var record: JSONObject = ["about": .whole(id)]
        switch self {
        case .handed: record["is"] = .string("handed")
        case .kept: record["is"] = .string("kept")
        case .dropped: record["is"] = .string("dropped")
        case .failed(let error):
            record["is"] = .string("failed")
            record["why"] = .object(KeptFailure.record(of: error))
        case .conflict(let theirs, let time):
            record["is"] = .string("conflict")
            record["ms"] = .whole(time)
            record["theirs"] = .object(theirs.record)
        case .again(let change, let original):
            record["is"] = .string("again")
            record["change"] = .object(PlanLine(change).object)
            if let original { record["original"] = .object(original.record) }
        case .done(let write, let after, let time):
            record["is"] = .string("done")
            record["ms"] = .whole(time)
            if let after { record["after"] = .object(after.record) }
            write?.add(to: &record)
        }
        return record
    }

    fileprivate init?(record: JSONObject, about entry: OutboxEntry) {
        switch record["is"]?.text {
        case "handed": self = .handed
        case "kept": self = .kept
        case "dropped": self = .dropped
        case "failed":
            self = .failed(
                KeptFailure.error(in: record["why"]?.object ?? [:], about: entry.change.key))
        case "conflict":
            self = .conflict(
                Contact(record: record["theirs"]?.object ?? [:]),
                at: record["ms"]?.integer ?? 0)
        case "again":
            guard let change = ContactChange(planned: record["change"]) else { return nil }
            self = .again(
                change, original: record["original"]?.object.map { Contact(record: $0) })
        case "done":
            let after = record["after"]?.object.map {
                Contact(record: $0, isComplete: $0[Field.metadata.name] != nil)
            }
            self = .done(
                RemoteWrite(record: record, of: entry.change), after: after,
                at: record["ms"]?.integer ?? 0)
        default: return nil
        }
    }
}

extension RemoteWrite {
    /// What the change itself does not say.
    fileprivate func add(to record: inout JSONObject) {
        switch self {
        case .update(_, let patch, let before, _):
            record["before"] = .object(before.narrowed(to: patch).record)
        case .tags(_, let added, let removed):
            record["added"] = .array(added.texts.map(JSONValue.string))
            record["removed"] = .array(removed.texts.map(JSONValue.string))
        case .create: record["created"] = .bool(true)
        case .delete: record["deleted"] = .bool(true)
        }
    }

    fileprivate init?(record: JSONObject, of change: ContactChange) {
        func tags(_ name: String) -> TagList {
            TagList(stored: (record[name]?.array ?? []).compactMap(\.text))
        }
        if record["created"] == .bool(true) {
            self = .create(change.key, change)
        } else if record["deleted"] == .bool(true) {
            self = .delete(change.key)
        } else if record["added"] != nil || record["removed"] != nil {
            self = .tags(change.key, added: tags("added"), removed: tags("removed"))
        } else if let before = record["before"]?.object, let patch = change.change.patch {
            let before = Contact(record: before)
            guard let after = try? before.applying(patch) else { return nil }
            self = .update(change.key, patch, before: before, after: after)
        } else {
            return nil
        }
    }
}

extension Change {
    /// What of it is an update-contact patch.
    var patch: ContactPatch? {
        switch self {
        case .update(let patch), .create(let patch, _): patch
        case .retag, .removeMetadata, .delete: nil
        }
    }
}

extension JSONValue {
    static func whole(_ number: Int) -> JSONValue { .number(JSONNumber(number)) }

    /// A whole number; nil for anything else.
    var integer: Int? {
        guard case .number(let number) = self else { return nil }
        return number.integerValue
    }
}
