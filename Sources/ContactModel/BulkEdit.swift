package import JSONText

/// One edit of many contacts.
package enum BulkEdit: Hashable, Sendable {
    /// Single tags put at the end and taken away.
    case retag(add: TagList, remove: TagList)
    /// A tag exchanged for another wherever it stands.
    case renameTag(from: Tag, to: Tag)
    /// A metadata key set to a value.
    case setMetadata(key: String, value: JSONValue)
    /// A metadata key taken away: local stores only.
    case removeMetadata(key: String)
    /// The name, the email or the tags cleared.
    case clear(Field)
    /// The contacts taken away.
    case delete

    /// What the edit does to one contact; nil where nothing would be new.
    ///
    /// - Throws: `PatchFlaw` where the contact's value cannot be merged into.
    package func change(of contact: Contact) throws(PatchFlaw) -> Change? {
        if case .renameTag(let old, _) = self, !contact.tags.contains(old) { return nil }
        let change = self.change
        if change == .delete { return change }
        if case .retag(let add, let remove) = change {
            try contact.checkTags()
            let present = contact.tags
            let added = add.subtracting(remove).subtracting(present)
            let removed = remove.intersection(present)
            return added.isEmpty && removed.isEmpty ? nil : .retag(add: added, remove: removed)
        }
        return try contact.after(change) == contact ? nil : change
    }

    /// Whether contacts with the same tags in the same order fare the same.
    package var isOnlyAboutTags: Bool {
        switch self {
        case .retag, .renameTag: true
        default: false
        }
    }

    /// What is done to each contact, before what it has already is left out.
    package var change: Change {
        switch self {
        case .retag(let add, let remove): .retag(add: add, remove: remove)
        case .renameTag(let old, let new): .retag(add: TagList([new]), remove: TagList([old]))
        case .setMetadata(let key, let value): .update(ContactPatch(metadata: [key: value]))
        case .removeMetadata(let key): .removeMetadata([key])
        case .clear(.name): .update(ContactPatch(name: .clear))
        case .clear(.email): .update(ContactPatch(email: .clear))
        case .clear: .update(ContactPatch(tags: TagList()))
        case .delete: .delete
        }
    }
}

extension Contact {
    /// The contact after a change; itself after one that makes or takes it away.
    ///
    /// - Throws: `PatchFlaw` where a field's present value cannot be merged into.
    package func after(_ change: Change) throws(PatchFlaw) -> Contact {
        switch change {
        case .update(let patch), .create(let patch, _): try applying(patch)
        case .retag(let add, let remove): try retagged(adding: add, removing: remove)
        case .removeMetadata(let keys): removingMetadata(keys)
        case .delete: self
        }
    }
}
