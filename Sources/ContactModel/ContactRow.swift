/// A contact as it stands in a list.
package struct ContactRow: Hashable, Sendable {
    /// The contact; a row of a remote search holds no metadata.
    package var contact: Contact
    /// What it can be written by; nil where nothing names it to a server.
    package var key: ContactKey?
    /// What a person should look at.
    package var flaws: [Flaw]
    /// The contact's number in this reading of the place, by which it is marked.
    package var number: Int32
    /// What of it a server does not have yet; nil where everything is sent.
    package var unsent: UnsentState?

    /// A row of a list.
    package init(
        contact: Contact, key: ContactKey?, flaws: [Flaw] = [], number: Int32 = 0,
        unsent: UnsentState? = nil
    ) {
        self.contact = contact
        self.key = key
        self.flaws = flaws
        self.number = number
        self.unsent = unsent
    }

    /// Whom messages call it: the name, else the number, the id, or the place in the file.
    package var subject: String {
        let ways = [contact.name, contact.phone, contact.id]
        return ways.lazy.compactMap(\.self).first ?? key?.text ?? "#\(number + 1)"
    }
}

/// How a change stands that a server is not known to have; the gravest last.
package enum UnsentState: Int, Comparable, Hashable, Sendable {
    /// It will be sent.
    case waiting
    /// Someone else changed the same fields: a person must choose.
    case conflict
    /// The server refused it.
    case failed

    /// The sign in the list.
    package var sign: String {
        switch self {
        case .waiting: "~"
        case .conflict: "?"
        case .failed: "!"
        }
    }

    /// Whether the left one needs a person less.
    package static func < (left: UnsentState, right: UnsentState) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A tag with the number of contacts that bear it.
package struct TagCount: Hashable, Sendable {
    /// The tag.
    package let tag: Tag
    /// How many contacts bear it; nil where a server does not say.
    package let count: Int?

    /// Pairs a tag with its count.
    package init(tag: Tag, count: Int?) {
        self.tag = tag
        self.count = count
    }
}

/// What one change did.
package struct Receipt: Hashable, Sendable {
    /// What became of the contact.
    package enum Outcome: Hashable, Sendable {
        /// Something new was written.
        case changed
        /// Everything already stood as asked; nothing was written.
        case unchanged
        /// The contact was made.
        case created
    }

    /// The contact after the change, as the store or the server answered.
    package let contact: Contact
    /// What became of it.
    package let outcome: Outcome

    /// An answer to a change.
    package init(contact: Contact, outcome: Outcome) {
        self.contact = contact
        self.outcome = outcome
    }
}

/// What taking back a step did.
package struct UndoReceipt: Hashable, Sendable {
    /// The contacts that stand as before, by their keys.
    package let restored: [ContactKey]
    /// The contacts whose fields were changed since and were left alone.
    package let skipped: [ContactKey]
    /// The contacts that had been made at a server and stay.
    package let undeletable: [ContactKey]
    /// The contacts that may have been made at a server, which never answered; they are not sent
    /// again.
    package let unanswered: [ContactKey]
    /// The contacts that had been taken away at a server, for good.
    package let gone: [ContactKey]
    /// Metadata keys that the API cannot remove and that therefore stay.
    package let keptKeys: [String]
    /// Fields whose value before the API cannot express.
    package let inexpressible: [Field]
    /// How many changes were given up beside that which a server had refused, or which were in
    /// conflict.
    package let refused: Int
    /// What the step that was taken back had written.
    package let what: StepSummary

    /// A report of what was restored and what was not.
    package init(
        restored: [ContactKey], skipped: [ContactKey] = [], undeletable: [ContactKey] = [],
        unanswered: [ContactKey] = [], gone: [ContactKey] = [], keptKeys: [String] = [],
        inexpressible: [Field] = [], refused: Int = 0, what: StepSummary = StepSummary()
    ) {
        self.what = what
        self.refused = refused
        self.restored = restored
        self.skipped = skipped
        self.undeletable = undeletable
        self.unanswered = unanswered
        self.gone = gone
        self.keptKeys = keptKeys
        self.inexpressible = inexpressible
    }
}

/// Who a token belongs to, as `GET /me` tells.
package struct Account: Hashable, Sendable {
    /// The opaque id of the person.
    package let id: String
    /// The person's address.
    package let email: String?
    /// The person's name.
    package let name: String?
    /// The workspace; nil where the account has none.
    package let workspace: Workspace?

    /// One workspace (`tenant` on the wire).
    package struct Workspace: Hashable, Sendable {
        /// The opaque id.
        package let id: String
        /// The name people gave it.
        package let name: String

        /// A workspace by id and name.
        package init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// The answer of `/me`.
    package init(id: String, email: String?, name: String?, workspace: Workspace?) {
        self.id = id
        self.email = email
        self.name = name
        self.workspace = workspace
    }
}

/// What search-contacts is asked: conditions that must all hold; an absent one does not count.
package struct ContactSearch: Hashable, Sendable {
    /// The most rows an answer holds.
    package static let maximumRows = 50

    /// A part of the name, the phone or the email; case is ignored.
    package var text: String?
    /// A tag the contact bears, compared exactly.
    package var tag: String?
    /// The address, compared exactly.
    package var email: String?

    /// Conditions; empty text counts as absent.
    package init(text: String? = nil, tag: String? = nil, email: String? = nil) {
        self.text = text.flatMap { $0.isEmpty ? nil : $0 }
        self.tag = tag.flatMap { $0.isEmpty ? nil : $0 }
        self.email = email.flatMap { $0.isEmpty ? nil : $0 }
    }
}
