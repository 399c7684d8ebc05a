package import JSONText

/// One step of a place's history: what it did to which contacts, by whom and when.
package struct LogEntry: Hashable, Sendable {
    /// Random, the same for ever.
    package let id: String
    /// When, in UTC, as the API writes times.
    package let time: String
    /// Login name and host.
    package let author: String
    /// Whether this user made it, so that undo may take it back.
    package let isMine: Bool
    /// What it did, such as `name, +vip` or `created`.
    package let what: String
    /// How many contacts it changed.
    package let contacts: Int
    /// The step that it took back.
    package let undoes: String?
    /// Whether it was taken back.
    package let isUndone: Bool
    /// What it did as lines of a plan, at most 100 of them.
    package let lines: [JSONObject]

    /// A step in words.
    package init(
        id: String, time: String, author: String, isMine: Bool, what: String, contacts: Int,
        undoes: String? = nil, isUndone: Bool = false, lines: [JSONObject] = []
    ) {
        self.id = id
        self.time = time
        self.author = author
        self.isMine = isMine
        self.what = what
        self.contacts = contacts
        self.undoes = undoes
        self.isUndone = isUndone
        self.lines = lines
    }
}
