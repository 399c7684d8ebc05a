package import ContactModel

/// Whom a bulk change is for.
package enum BulkScope: Hashable, Sendable {
    case marked, filtered, selected, everybody
}

/// The contacts that an edit is for.
package enum BulkTarget: Hashable, Sendable {
    /// All of the place.
    case everybody
    /// Some by their numbers, which mean what they mean in this listing.
    case contacts(RowSet, listing: Int)
}

/// A bulk change, ready to be previewed, written down as a plan, or made.
package enum BulkWork: Hashable, Sendable {
    /// An edit of contacts.
    case edit(BulkEdit, BulkTarget)
    /// Single changes, as they came back from an editor, a merge, or a failure.
    case changes([ContactChange])
}

/// A bulk change being prepared: what, for whom, and what it would really do.
package struct BulkPanel: Hashable, Sendable {
    /// What is to be done.
    package enum Subject: Hashable, Sendable {
        /// Tags, as they are typed: `+vip -"black friday"`.
        case tags(TextField)
        /// An edit that is not typed here.
        case edit(BulkEdit)
        /// Single changes.
        case changes([ContactChange])
    }

    /// The heading.
    package let title: String
    /// What is to be done.
    package internal(set) var subject: Subject
    /// The scopes to choose from; none where the changes name their contacts.
    package let scopes: [BulkScope]
    /// The chosen scope's place in `scopes`.
    package internal(set) var choice = 0
    /// The contact that was under the cursor, by its number in the listing that is shown; nil
    /// where it is not there any more.
    var selected: Int32?
    /// What it would do; nil until counted.
    package internal(set) var effect: BulkEffect?
    /// What it costs at a server that has told its quota.
    package internal(set) var quota: QuotaFacts?
    /// What is wrong with what is typed.
    package internal(set) var problem: String?
    /// What the heading says besides, such as the numbers of an import.
    package internal(set) var remark = ""
    /// Records of a file that were left out before, with the reasons.
    package internal(set) var leftOut: [BulkFailure] = []
    /// What was last cut.
    package internal(set) var killed = ""

    /// A change in preparation.
    package init(_ title: String, _ subject: Subject, scopes: [BulkScope] = []) {
        self.title = title
        self.subject = subject
        self.scopes = scopes
    }

    /// The chosen scope.
    package var scope: BulkScope? {
        scopes.indices.contains(choice) ? scopes[choice] : nil
    }

    /// The edit that is asked for.
    ///
    /// - Throws: a `Problem` that says what is wrong with what is typed.
    func edit() throws(Problem) -> BulkEdit? {
        switch subject {
        case .tags(let field):
            let (add, remove) = try TagEditText.parse(field.text)
            return add.isEmpty && remove.isEmpty ? nil : .retag(add: add, remove: remove)
        case .edit(let edit): return edit
        case .changes: return nil
        }
    }
}

/// A bulk change under way.
package struct RunningState: Hashable, Sendable {
    /// The request whose answer ends it.
    package let request: Int
    /// What is done.
    package let title: String
    /// How it will be copied as a command.
    package internal(set) var change = LastChange.newestStep
    /// Contacts done so far.
    package internal(set) var done = 0
    /// Contacts in all; nil until known.
    package internal(set) var total: Int?
    /// What was prepared, to come back to where nothing of it could be made.
    package let panel: BulkPanel
    /// Whether it was asked to stop.
    package internal(set) var isStopping = false
    /// Records of a file that were left out before, with the reasons.
    package var leftOut: [BulkFailure] { panel.leftOut }
    /// Whether contacts are taken away.
    package var isDeletion: Bool { panel.subject == .edit(.delete) }

    /// A change that has begun.
    init(request: Int, title: String, panel: BulkPanel) {
        self.request = request
        self.title = title
        self.panel = panel
    }
}

/// One contact that a bulk change could not be made on.
package struct BulkFailure: Hashable, Sendable {
    /// Whom it is about, as people know the contact.
    package let subject: String
    /// What was to be done; nil where trying again would not help.
    package let change: ContactChange?
    /// Why it was not.
    package let reason: String

    /// A failure in words; without a subject the key stands for it.
    package init(_ change: ContactChange, of subject: String? = nil, reason: String) {
        self.subject = subject ?? change.key.text
        self.change = change
        self.reason = reason
    }

    /// A record that could not be read.
    package init(subject: String, reason: String) {
        self.subject = subject
        change = nil
        self.reason = reason
    }

    /// A contact that could not even be tried.
    package init(_ obstacle: BulkEffect.Obstacle) {
        subject = obstacle.subject
        change = nil
        reason = FlawWording.sentence(obstacle.reason)
    }
}

/// How a bulk change ended.
package struct BulkOutcome: Hashable, Sendable {
    /// How many contacts changed.
    package var changed: Int
    /// How many were already as wanted.
    package var unchanged: Int
    /// Those that could not be changed.
    package var failures: [BulkFailure]
    /// Those that were not tried, since it was stopped or the place failed.
    package var notReached: [BulkFailure]
    /// How many could not be written at all.
    package var unwritable: Int
    /// The first of those.
    package var obstacles: [BulkEffect.Obstacle]
    /// How many are kept here until they can be sent.
    package var queued: Int
    /// Why the rest was not reached, where nobody asked to stop.
    package var cause: String?

    /// An ending.
    package init(
        changed: Int, unchanged: Int = 0, failures: [BulkFailure] = [],
        notReached: [BulkFailure] = [], unwritable: Int = 0,
        obstacles: [BulkEffect.Obstacle] = [], queued: Int = 0, cause: String? = nil
    ) {
        self.changed = changed
        self.unchanged = unchanged
        self.failures = failures
        self.notReached = notReached
        self.unwritable = unwritable
        self.obstacles = obstacles
        self.queued = queued
        self.cause = cause
    }
}
