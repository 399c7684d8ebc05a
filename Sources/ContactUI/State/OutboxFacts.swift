package import ContactModel

/// What of a remote workspace is not sent, in the few words that the list has room for.
package struct OutboxFacts: Hashable, Sendable {
    /// Changes that wait for their way.
    package var waiting: Int
    /// Changes that were refused.
    package var failed: Int
    /// Changes of fields that someone else changed meanwhile.
    package var conflicts: Int
    /// How long sending what waits will take, such as `4 min`; nil where nothing waits for the
    /// quota.
    package var time: String?
    /// How far a reading of the workspace is, such as `800 of 999 read`; nil where none is under
    /// way.
    package var reading: String?
    /// Why nothing is sent now; nil where nothing is in the way.
    package var trouble: String?
    /// Whether sending rests as that was asked for in another editor.
    package var isPausedElsewhere: Bool
    /// Calls that the quota leaves, such as `97 of 120 calls left`; nil where there is none.
    package var quota: String?

    /// Numbers of changes, and what is in the way.
    package init(
        waiting: Int = 0, failed: Int = 0, conflicts: Int = 0, time: String? = nil,
        reading: String? = nil, trouble: String? = nil, isPausedElsewhere: Bool = false,
        quota: String? = nil
    ) {
        self.waiting = waiting
        self.failed = failed
        self.conflicts = conflicts
        self.time = time
        self.reading = reading
        self.trouble = trouble
        self.isPausedElsewhere = isPausedElsewhere
        self.quota = quota
    }

    /// All that the server is not known to have.
    package var all: Int { waiting + failed + conflicts }

    /// Whether something goes on that takes its time.
    var isUnderWay: Bool { reading != nil || isSendingRun }

    private var isSendingRun: Bool { waiting > 1 && trouble == nil && !isPausedElsewhere }

    /// Such as `2 unsent ~, about 4 min`, `1 failed !`, `97 of 120 calls left`.
    ///
    /// - Parameters:
    ///   - stop: what ends what is under way, where that is to be told.
    ///   - isPaused: whether sending rests as that was asked for here.
    func phrases(_ stop: String? = nil, isPaused: Bool = false) -> [String] {
        var phrases: [String] = []
        let stops = stop.map { ", \($0) stops" } ?? ""
        let rest =
            isPaused || isPausedElsewhere
            ? (isPaused ? "paused" : "paused in another editor") + ", :pause goes on" : nil
        if waiting > 0 {
            let estimate = time.map { ", about \($0)" } ?? ""
            let end = isSendingRun && reading == nil ? stops : ""
            phrases.append(
                "\(waiting.grouped) unsent ~" + (rest.map { ", " + $0 } ?? end + estimate))
        } else if let rest {
            phrases.append(rest)
        }
        if failed > 0 { phrases.append("\(failed.grouped) failed !") }
        if conflicts > 0 {
            phrases.append(conflicts == 1 ? "1 conflict ?" : "\(conflicts.grouped) conflicts ?")
        }
        if let reading { phrases.append(reading + stops) }
        if let trouble { phrases.append(trouble) }
        if let quota { phrases.append(quota) }
        return phrases
    }
}

/// A change that a server is not known to have.
package struct OutboxItem: Hashable, Sendable {
    /// What it is called by when something is to become of it.
    package let id: Int
    /// What is to be done, and to whom.
    package let change: ContactChange
    /// The contact's name or number, or how many contacts there are.
    package let subject: String
    /// How many contacts it is about.
    package let count: Int
    /// How it stands.
    package let state: UnsentState
    /// Why it was refused; empty where it was not.
    package let reason: String
    /// The fields as they stood when the change was made.
    package let original: Contact?
    /// The contact as someone else changed it meanwhile.
    package let theirs: Contact?
    /// The contact as it was to be, where the server has it no more.
    package let gone: Contact?
    /// Whether the server may have made it, as no answer came.
    package let mayBeThere: Bool

    /// A change, and what is known of it.
    package init(
        id: Int, change: ContactChange, subject: String, count: Int = 1, state: UnsentState,
        reason: String = "", original: Contact? = nil, theirs: Contact? = nil,
        gone: Contact? = nil, mayBeThere: Bool = false
    ) {
        self.id = id
        self.change = change
        self.subject = subject
        self.count = count
        self.state = state
        self.reason = reason
        self.original = original
        self.theirs = theirs
        self.gone = gone
        self.mayBeThere = mayBeThere
    }
}
