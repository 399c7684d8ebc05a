import ContactModel
import Synchronization

/// One change that this process made at the server, with what taking it back needs.
enum RemoteStep: Sendable {
    /// An update-contact call, and the contact around it.
    case update(ContactKey, ContactPatch, before: Contact, after: Contact)
    /// Single tags, of which only those are named that really changed.
    case tags(ContactKey, added: TagList, removed: TagList)
    /// A contact that was made.
    case create(ContactKey)

    /// What changed between two states of the tags; nil where nothing did.
    static func retag(_ key: ContactKey, from old: Contact, to new: Contact) -> RemoteStep? {
        guard old.tags != new.tags else { return nil }
        return .tags(
            key, added: new.tags.subtracting(old.tags), removed: old.tags.subtracting(new.tags))
    }
}

/// The changes of this process, newest last; as many as people take back.
final class RemoteSteps: Sendable {
    private static let limit = 100
    private let steps = Mutex<[RemoteStep]>([])

    /// Adds a step as the newest and forgets the oldest beyond the limit.
    func append(_ step: RemoteStep?) {
        guard let step else { return }
        steps.withLock { steps in
            steps.append(step)
            if steps.count > RemoteSteps.limit { steps.removeFirst() }
        }
    }

    /// Takes the newest step out; nil where there is none.
    func takeNewest() -> RemoteStep? {
        steps.withLock { $0.popLast() }
    }
}
