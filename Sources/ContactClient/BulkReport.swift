package import ContactModel

/// What became of many changes that were made as one step.
package struct BulkReport: Hashable, Sendable {
    /// How many changes wrote something new.
    package internal(set) var changed = 0
    /// How many found everything as they wanted it.
    package internal(set) var unchanged = 0
    /// The changes that were refused, each with its reason; the others were made all the same.
    package internal(set) var failures: [BulkFailure] = []
    /// The creations that met a contact of that number: its fields are written, its tags kept.
    package internal(set) var met: [ContactChange] = []
    /// The changes that were not tried, or broke off and can be tried again as they are.
    package internal(set) var notReached: [ContactChange] = []
    /// How many changes are durable here and wait to be sent.
    package var queued = 0
    /// Those of them that a run which broke off did not send.
    package internal(set) var unsent: [ContactChange] = []
    /// What broke the run off; nil where it ran to its end or was stopped by a person.
    package var brokenOff: ClientError?

    /// A report on nothing yet.
    package init() {}

    /// Whether every change is made.
    package var isComplete: Bool { failures.isEmpty && notReached.isEmpty && queued == 0 }
}

/// A change of many that was refused.
package struct BulkFailure: Hashable, Sendable {
    /// What should have been done.
    package let change: ContactChange
    /// Why it was not.
    package let error: ClientError

    /// Pairs a change with the reason.
    package init(change: ContactChange, error: ClientError) {
        self.change = change
        self.error = error
    }
}
