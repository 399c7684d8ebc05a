package import Screen

/// A question that must be answered before anything else.
package struct Dialog: Hashable, Sendable {
    /// What a question is about, and so what its answers do.
    package enum Subject: Hashable, Sendable {
        /// Leave a form with changes.
        case leaveForm
        /// Quit the program with changes that failed and were not tried again.
        case quit
        /// Quit the program with changes that are not sent.
        case quitUnsent
        /// Take up an edit that an earlier run left.
        case resumeDraft(Draft)
        /// The contact of such an edit cannot be read.
        case lostDraft(Draft)
        /// The number of a new contact is taken.
        case editExisting
        /// Take contacts away.
        case deleteContacts
        /// Give up a change of many contacts that is not sent.
        case giveUp(OutboxItem)
    }

    /// One way to answer.
    package struct Choice: Hashable, Sendable {
        /// The key that picks it.
        package let key: Key
        /// What it does, in a few words.
        package let label: String
        /// What picking it means.
        package let answer: Answer

        /// An answer under a key.
        package init(_ key: Key, _ label: String, _ answer: Answer) {
            self.key = key
            self.label = label
            self.answer = answer
        }
    }

    /// What picking a choice means.
    package enum Answer: Hashable, Sendable {
        /// Do what the question is about.
        case yes
        /// Do it and lose what it is about: discard.
        case discard
        /// Save first.
        case save
        /// Nothing; the question goes away.
        case stay
    }

    /// What it is about.
    package let subject: Subject
    /// The question.
    package let title: String
    /// What one should know to answer it.
    package let lines: [String]
    /// The ways to answer.
    package let choices: [Choice]
}
