package import JSONText

/// One step of the log: a commit, whatever number of contacts it wrote.
package struct LogEntry: Hashable, Sendable {
    /// The most plan lines an entry holds.
    package static let lineLimit = 100

    /// What undoings name the step by.
    package let id: String
    /// When, in UTC, as the API writes times.
    package let time: String
    /// Login name and host, or the profile.
    package let author: String
    /// Whether this user made it.
    package let isMine: Bool
    /// What it wrote, counted.
    package let what: StepSummary
    /// The step that it took back.
    package let undoes: String?
    /// The undoing that it took back.
    package let redoes: String?
    /// Whether it was taken back since.
    package let isUndone: Bool
    /// The first of its plan lines.
    package let lines: [JSONObject]

    /// How many contacts it wrote.
    package var contacts: Int { what.contacts }

    /// An entry of a log; of `lines` no more than the limit are kept.
    package init(
        id: String, time: String, author: String, isMine: Bool, what: StepSummary,
        undoes: String? = nil, redoes: String? = nil, isUndone: Bool = false,
        lines: some Sequence<JSONObject>
    ) {
        self.id = id
        self.time = time
        self.author = author
        self.isMine = isMine
        self.what = what
        self.undoes = undoes
        self.redoes = redoes
        self.isUndone = isUndone
        self.lines = Array(lines.prefix(LogEntry.lineLimit))
    }

    /// The entry of a step of which this one holds the later parts and `earlier` those before
    /// them.
    package func joined(to earlier: LogEntry) -> LogEntry {
        var what = earlier.what
        what.add(self.what)
        return LogEntry(
            id: earlier.id, time: earlier.time, author: author, isMine: isMine, what: what,
            undoes: undoes, redoes: redoes, isUndone: isUndone && earlier.isUndone,
            lines: earlier.lines + lines)
    }

    /// The entry as `log --format json` writes it.
    package var record: JSONObject {
        var record: JSONObject = [
            "id": .string(id), "at": .string(time), "by": .string(author),
            "mine": .bool(isMine), "what": .string(what.text),
            "contacts": .number(JSONNumber(contacts)), "undone": .bool(isUndone),
        ]
        if let undoes { record["undoes"] = .string(undoes) }
        if let redoes { record["redoes"] = .string(redoes) }
        record["lines"] = .array(lines.map { .object($0) })
        return record
    }
}

/// What a step wrote, counted by kind.
package struct StepSummary: Hashable, Sendable {
    /// Something that was written, and to how many contacts.
    package struct Count: Hashable, Sendable {
        /// A field's name, `meta.` and a key, or a tag.
        package let name: String
        /// How many contacts.
        package fileprivate(set) var contacts: Int
    }

    /// Contacts that were written.
    package private(set) var contacts = 0
    /// Fields and metadata keys that were set, cleared or taken away.
    package private(set) var fields: [Count] = []
    /// Tags that were added.
    package private(set) var tagsAdded: [Count] = []
    /// Tags that were taken away.
    package private(set) var tagsRemoved: [Count] = []
    /// Contacts that were made.
    package private(set) var created = 0
    /// Contacts that were taken away.
    package private(set) var deleted = 0
    private var places: [String: Int] = [:]

    /// Nothing yet.
    package init() {}

    /// The same without some of the contacts that were made.
    package func withoutCreated(_ count: Int) -> StepSummary {
        var summary = self
        summary.created = max(0, created - count)
        summary.contacts = max(0, contacts - count)
        return summary
    }

    /// The same with fewer contacts for some of the fields, by their names.
    package func without(fields counts: [String: Int]) -> StepSummary {
        var summary = self
        for field in fields { summary.places[" " + field.name] = nil }
        summary.fields = []
        for field in fields {
            let left = field.contacts - (counts[field.name] ?? 0)
            if left > 0 { summary.count(field.name, "", in: \.fields, times: left) }
        }
        return summary
    }

    /// Counts one more contact.
    package mutating func addContact() { addContacts(1) }

    /// Counts more contacts.
    package mutating func addContacts(_ count: Int) { contacts += count }

    /// Counts a contact that was made.
    package mutating func addCreated() { created += 1 }

    /// Counts a contact that was taken away.
    package mutating func addDeleted() { deleted += 1 }

    /// Counts a field, or `meta.` and a key.
    package mutating func add(field: String) { count(field, "", in: \.fields) }

    /// Counts a tag that was added, to one contact or to several.
    package mutating func add(tag: String, times: Int = 1) {
        count(tag, "+", in: \.tagsAdded, times: times)
    }

    /// Counts a tag that was taken away, from one contact or from several.
    package mutating func remove(tag: String, times: Int = 1) {
        count(tag, "-", in: \.tagsRemoved, times: times)
    }

    private mutating func count(
        _ name: String, _ kind: String, in list: WritableKeyPath<StepSummary, [Count]>,
        times: Int = 1
    ) {
        if let place = places[kind + " " + name] {
            self[keyPath: list][place].contacts += times
        } else {
            places[kind + " " + name] = self[keyPath: list].count
            self[keyPath: list].append(Count(name: name, contacts: times))
        }
    }

    /// Counts all that another part of the step wrote.
    package mutating func add(_ other: StepSummary) {
        contacts += other.contacts
        created += other.created
        deleted += other.deleted
        for field in other.fields { count(field.name, "", in: \.fields, times: field.contacts) }
        for tag in other.tagsAdded { add(tag: tag.name, times: tag.contacts) }
        for tag in other.tagsRemoved { remove(tag: tag.name, times: tag.contacts) }
    }

    /// Such as `created 1, deleted 2, name 1, +vip 12, -beta 3`; empty where nothing was written.
    package var text: String {
        var parts: [String] = []
        if created > 0 { parts.append("created \(created)") }
        if deleted > 0 { parts.append("deleted \(deleted)") }
        parts += fields.map { "\($0.name) \($0.contacts)" }
        parts += tagsAdded.map { "+\($0.name) \($0.contacts)" }
        parts += tagsRemoved.map { "-\($0.name) \($0.contacts)" }
        return parts.joined(separator: ", ")
    }
}
