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

    /// What the edit does to one contact; nil where nothing would be new, or where the contact's
    /// value cannot be merged into.
    package func change(of contact: Contact) -> Change? {
        if case .renameTag(let old, _) = self, !contact.tags.contains(old) { return nil }
        let change = self.change
        guard change != .delete, let after = try? contact.after(change) else {
            return change == .delete ? .delete : nil
        }
        guard after != contact else { return nil }
        if case .retag(let add, let remove) = change {
            return .retag(
                add: add.subtracting(remove).subtracting(contact.tags),
                remove: TagList(remove.tags.filter(contact.tags.contains)))
        }
        return change
    }

    private var change: Change {
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

/// What a bulk edit would really do, counted contact by contact before anything is sent.
package struct BulkEffect: Hashable, Sendable {
    /// What becomes of one tag of the edit.
    package struct TagEffect: Hashable, Sendable {
        /// The tag.
        package let tag: Tag
        /// Whether it is added; otherwise it is removed.
        package let isAdded: Bool
        /// How many contacts gain it, or lose it.
        package internal(set) var changing = 0
        /// How many have it already, or do not have it.
        package internal(set) var staying = 0
    }

    /// One contact that changes, before and after.
    package struct Sample: Hashable, Sendable {
        /// The contact as it stands.
        package let before: Contact
        /// The contact as it would stand.
        package let after: Contact
    }

    /// How many samples are kept.
    package static let sampleSize = 5

    /// How many contacts would change.
    package private(set) var changing = 0
    /// How many would stay as they are.
    package private(set) var staying = 0
    /// How many cannot be written: nothing of their own names them, or a value is in the way.
    package private(set) var unwritable = 0
    /// Calls of the API that it takes, without those that read.
    package private(set) var calls = 0
    /// For each tag of the edit, in order, what becomes of it.
    package private(set) var tags: [TagEffect]
    /// The first contacts that change.
    package private(set) var samples: [Sample] = []
    private let edit: BulkEdit?

    /// The effect of single changes, none of them counted yet.
    package init() {
        edit = nil
        tags = []
    }

    /// The effect of an edit on nobody yet.
    package init(of edit: BulkEdit) {
        self.edit = edit
        guard case .retag(let add, let remove) = edit else {
            tags = []
            return
        }
        tags =
            add.tags.map { TagEffect(tag: $0, isAdded: true) }
            + remove.tags.map { TagEffect(tag: $0, isAdded: false) }
    }

    /// Counts one more contact in.
    ///
    /// - Returns: the change it takes; nil where it stays or cannot be written.
    @discardableResult
    package mutating func count(_ row: ContactRow) -> ContactChange? {
        let contact = row.contact
        let present = contact.tags
        for index in tags.indices {
            let changes = present.contains(tags[index].tag) != tags[index].isAdded
            if changes { tags[index].changing += 1 } else { tags[index].staying += 1 }
        }
        guard let change = edit?.change(of: contact) else {
            let isBlocked = contact.hasWrongType(.tags) && !tags.isEmpty
            if isBlocked { unwritable += 1 } else { staying += 1 }
            return nil
        }
        guard let key = row.key else {
            unwritable += 1
            return nil
        }
        count(change, of: contact)
        return ContactChange(key: key, change: change)
    }

    /// Counts a single change in; `contact` is nil where nobody bears the key.
    package mutating func count(_ change: Change, on contact: Contact?) {
        guard let contact else {
            guard case .create = change else {
                unwritable += 1
                return
            }
            count(change, of: Contact(record: [:]))
            return
        }
        let after = try? contact.after(change)
        if change != .delete, after == contact {
            staying += 1
        } else if after == nil {
            unwritable += 1
        } else {
            count(change, of: contact)
        }
    }

    private mutating func count(_ change: Change, of contact: Contact) {
        changing += 1
        if case .retag(let add, let remove) = change {
            calls += add.count + remove.count
        } else {
            calls += 1
        }
        if samples.count < BulkEffect.sampleSize {
            samples.append(Sample(before: contact, after: (try? contact.after(change)) ?? contact))
        }
    }
}
