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
    /// What a step wrote, counted.
    init(of writes: some Sequence<RemoteWrite>) {
        self.init()
        for write in writes {
            addContact()
            switch write {
            case .create: addCreated()
            case .delete: addDeleted()
            case .update(_, let patch, _, _):
                for field in patch.fields where field != .metadata { add(field: field.name) }
                for member in patch.metadata.members { add(field: "meta." + member.name) }
            case .tags(_, let added, let removed):
                for tag in added.texts { add(tag: tag) }
                for tag in removed.texts { remove(tag: tag) }
            }
        }
    }
}
