/// Everything that can be done to one contact.
package enum Change: Hashable, Sendable {
    /// One update-contact call.
    case update(ContactPatch)
    /// Single tags, which cannot lose a tag that someone else set meanwhile.
    case retag(add: TagList, remove: TagList)
    /// Metadata keys taken away: local stores only.
    case removeMetadata([String])
    /// A contact made under the key's telephone number; `source` such as `manual`.
    case create(ContactPatch, source: String)
    /// The contact taken away.
    case delete

    /// Whether it is about single tags.
    package var isOfTags: Bool {
        if case .retag = self { true } else { false }
    }

    /// Whether it makes a contact.
    package var isCreation: Bool {
        if case .create = self { true } else { false }
    }
}

/// A change and the contact it is for.
package struct ContactChange: Hashable, Sendable {
    /// Which contact.
    package var key: ContactKey
    /// What is done to it.
    package var change: Change
    /// The contact that the change was thought of for; nil writes whatever stands there.
    ///
    /// Where what the change writes stands otherwise by then, it is refused.
    package var original: Contact?

    /// Pairs a key with what is done to its contact.
    package init(key: ContactKey, change: Change, unlessChangedFrom original: Contact? = nil) {
        self.key = key
        self.change = change
        self.original = original
    }
}
