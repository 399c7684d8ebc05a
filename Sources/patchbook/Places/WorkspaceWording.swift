import ContactClient
import ContactModel
import ContactUI

extension WorkspaceClient {
    /// Whom a queued change is about, as people know the contact.
    func subject(of entry: OutboxEntry) -> String {
        if case .conflict(let theirs) = entry.state { return theirs.subject(entry.change.key) }
        return subject(of: entry.change.key, entry.original)
    }

    /// Whom a change of the queue is about, or how many.
    func subject(of item: QueuedItem) -> String {
        item.count > 1 ? "\(item.count) contacts" : subject(of: item.entry)
    }

    /// The contact that bears a key, as people know it.
    func subject(of key: ContactKey, _ remembered: Contact? = nil) -> String {
        (recalled(key) ?? remembered)?.subject(key) ?? key.text
    }

    /// Why a queued change was refused; nil where it was not.
    func refusal(of entry: OutboxEntry) -> String? {
        guard case .failed(let error) = entry.state else { return nil }
        if case .notFound = error, entry.original?.isKnown == true {
            return "deleted on the server"
        }
        return Wording.failure(error, place: place.title).message
    }

    /// The contact as a change would have left it that the server has no more; nil where that is
    /// not why the change was refused.
    func gone(_ entry: OutboxEntry) -> Contact? {
        guard case .failed(.notFound) = entry.state,
            case .update(let patch) = entry.change.change,
            let before = entry.original ?? known(entry.change.key)
        else { return nil }
        return (try? before.applying(patch)) ?? before
    }

    /// Why a queued change waits for a decision, in the words of lists; nil where it does not.
    func reason(of entry: OutboxEntry) -> String? {
        if case .conflict = entry.state {
            return entry.change.change.isCreation
                ? "someone else has added this number"
                : "someone else changed \(entry.fieldsInQuestion ?? "the same fields")"
        }
        return refusal(of: entry)
    }
}

extension OutboxEntry {
    /// The fields and metadata keys that somebody else wrote otherwise, such as `name and plan`;
    /// nil where it is in no conflict about fields.
    fileprivate var fieldsInQuestion: String? {
        guard case .conflict(let theirs) = state, case .update(let patch) = change.change,
            let original
        else { return nil }
        let question = patch.question(original: original, present: theirs)
        let names = question.fields.map(\.name) + question.keys
        guard let last = names.last else { return nil }
        let others = names.dropLast().joined(separator: ", ")
        return names.count == 1 ? last : "\(others) and \(last)"
    }
}

extension Contact {
    /// The name, or the number, or what it was asked for by.
    func subject(_ key: ContactKey) -> String { name ?? phone ?? key.text }

    /// Whether anything is known of it but how it is asked for.
    fileprivate var isKnown: Bool { id != nil }
}
