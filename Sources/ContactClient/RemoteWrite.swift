import ContactModel
import JSONText

/// One write that was made at the server, with what taking it back needs.
enum RemoteWrite: Sendable {
    /// An update-contact call, and the contact around it.
    case update(ContactKey, ContactPatch, before: Contact, after: Contact)
    /// Single tags, of which only those are named that really changed.
    case tags(ContactKey, added: TagList, removed: TagList)
    /// A contact that was made, by the key it got and the change that made it.
    case create(ContactKey, ContactChange)
    /// A contact that was taken away, for good.
    case delete(ContactKey)
}

extension StepSummary {
    /// What a step wrote, counted: each contact once, and each of its fields and tags, be it in
    /// how many calls.
    init(of writes: some Sequence<(key: ContactKey, write: RemoteWrite)>) {
        self.init()
        var seen: Set<Written> = []
        for (key, write) in writes {
            func isNew(_ sign: Character, _ name: String) -> Bool {
                seen.insert(Written(key: key, sign: sign, name: name)).inserted
            }
            if isNew("*", "") { addContact() }
            switch write {
            case .create: addCreated()
            case .delete: addDeleted()
            case .update(_, let patch, _, _):
                let names =
                    patch.fields.filter { $0 != .metadata }.map(\.name)
                    + patch.metadata.names.map { "meta." + $0 }
                for name in names where isNew("=", name) { add(field: name) }
            case .tags(_, let added, let removed):
                for tag in added.texts where isNew("+", tag) { add(tag: tag) }
                for tag in removed.texts where isNew("-", tag) { remove(tag: tag) }
            }
        }
    }

    /// One field or tag of a contact.
    private struct Written: Hashable {
        let key: ContactKey
        let sign: Character
        let name: String
    }
}
