package import ContactModel
import JSONText
import Screen

/// What is said of flawed contacts.
package enum FlawWording {
    /// Why a bulk change leaves a contact out, in a few words.
    package static func phrase(_ reason: BulkEffect.Obstacle.Reason) -> String {
        switch reason {
        case .nameless: "neither an id nor a phone number of its own"
        case .unusable(let field, let kind): "\(field.name) holds a \(kind)"
        case .gone: "not there any more"
        }
    }

    /// The same with what to do about it.
    package static func sentence(_ reason: BulkEffect.Obstacle.Reason) -> String {
        if case .gone = reason { return phrase(reason) }
        return phrase(reason) + "; mend it in the file first"
    }

    /// One flaw in a few words.
    static func phrase(_ flaw: Flaw) -> String {
        switch flaw {
        case .wrongType(let field, let value): "\(field.name) holds a \(value.kind)"
        case .noPhone: "no phone number"
        case .unreadable: "another program is writing the file; it cannot be read now"
        case .repeatedID: "another contact has the same id"
        case .repeatedPhone: "another contact has the same phone number"
        case .nameless: "neither an id nor a phone number of its own"
        }
    }

    /// Why a contact cannot be written, and what to do.
    static func cannotWrite(_ flaws: [Flaw]) -> String {
        let reasons = flaws.filter {
            switch $0 {
            case .repeatedID, .repeatedPhone, .nameless, .noPhone, .unreadable: true
            case .wrongType: false
            }
        }
        let why = reasons.isEmpty ? "nothing names it" : reasons.map(phrase).joined(separator: ", ")
        return "cannot be edited here: \(why); mend it in the file"
    }
}

/// What is said of changes that are done.
enum NewsWording {
    /// The answer to a save.
    static func saved(
        _ receipt: Receipt, patch: ContactPatch, removed: [String], isQueued: Bool = false
    ) -> News {
        let contact = (try? receipt.contact.applying(patch)) ?? receipt.contact
        let name = contact.name ?? contact.phone ?? contact.id ?? ""
        switch receipt.outcome {
        case .unchanged: return News("already so: \(name)")
        case .created where isQueued:
            return News(
                "added \(name), kept here until it is sent ~", onceSent: "added \(name), sent")
        case .created: return News("added \(name)", .good)
        case .changed: break
        }
        var parts = patch.fields.filter { $0 != .metadata }.map(\.name)
        parts += patch.metadata.names
        parts += removed.map { "−" + $0 }
        if isQueued {
            let what = "\(name): \(parts.joined(separator: ", "))"
            return News(
                "\(what) kept here until it is sent ~ · u takes it back",
                onceSent: "\(what) sent · u takes it back")
        }
        let time = receipt.contact.updatedTime.map { " at \($0) UTC" } ?? ""
        return News(
            "saved \(name): \(parts.joined(separator: ", "))\(time) · u takes it back", .good)
    }

    /// The answer to an undo or a redo of one step or several.
    static func undone(
        _ receipts: [UndoReceipt], _ leftAlone: [BulkFailure], isRedo: Bool
    ) -> News {
        let restored = receipts.flatMap(\.restored)
        let kept = receipts.flatMap(\.keptKeys)
        let lost = receipts.flatMap(\.inexpressible)
        var parts: [String] = []
        if !restored.isEmpty {
            let what = receipts.map(\.what.text).filter { !$0.isEmpty }.joined(separator: "; ")
            let act = isRedo ? "done again: " : "taken back: "
            let people = restored.count.asContacts
            parts.append(act + (what.isEmpty ? people : "\(what) · \(people)"))
        }
        if let first = leftAlone.first {
            let whom =
                leftAlone.count == 1
                ? first.subject : leftAlone.count.asContacts + " (:failures)"
            parts.append("changed since, left alone: " + whom)
        }
        let made = receipts.flatMap(\.undeletable)
        if !made.isEmpty {
            let whom = made.count == 1 ? made[0].text : made.count.asContacts
            parts.append("made and left there: \(whom)")
        }
        let unanswered = receipts.flatMap(\.unanswered)
        if !unanswered.isEmpty {
            let whom = unanswered.count == 1 ? unanswered[0].text : unanswered.count.asContacts
            parts.append("not sent again, but may have been made there: \(whom)")
        }
        let gone = receipts.flatMap(\.gone)
        if !gone.isEmpty {
            let whom = gone.count == 1 ? gone[0].text : gone.count.asContacts
            parts.append("deleted at the server, for good: \(whom)")
        }
        if !kept.isEmpty {
            parts.append("the API cannot remove " + kept.joined(separator: ", "))
        }
        if !lost.isEmpty {
            let names = lost.map(\.name).joined(separator: ", ")
            parts.append("the API cannot restore \(names)")
        }
        let isWhole =
            leftAlone.isEmpty && (made + unanswered + gone).isEmpty && kept.isEmpty
        return News(parts.joined(separator: "; "), isWhole && !parts.isEmpty ? .good : .bad)
    }

    /// The end of a bulk change.
    static func applied(
        _ outcome: BulkOutcome, title: String, isDeletion: Bool, isForGood: Bool
    ) -> News {
        let done = isDeletion ? "deleted" : "changed"
        var parts: [String] = []
        if outcome.queued > 0 { parts.append("\(outcome.queued.grouped) kept here until sent ~") }
        if outcome.changed > 0 || parts.isEmpty {
            parts.append("\(outcome.changed.grouped) \(done)")
        }
        if outcome.unchanged > 0 { parts.append("\(outcome.unchanged.grouped) already so") }
        if !outcome.failures.isEmpty { parts.append("\(outcome.failures.count.grouped) failed") }
        if outcome.unwritable > 0 {
            parts.append("\(outcome.unwritable.grouped) cannot be written")
        }
        if !outcome.notReached.isEmpty {
            parts.append("\(outcome.notReached.count.grouped) not reached")
        }
        if let cause = outcome.cause { parts.append(cause) }
        let isWhole =
            outcome.failures.isEmpty && outcome.notReached.isEmpty && outcome.unwritable == 0
        let isChange = outcome.changed + outcome.queued > 0 && !isForGood
        let undo = isChange ? " · u takes it back" : ""
        let isQueued = outcome.queued > 0 && isWhole
        return News(
            title + ": " + parts.joined(separator: ", ") + undo, isWhole ? .good : .bad,
            onceSent: isQueued ? "\(title): \(outcome.queued) sent\(undo)" : nil)
    }
}

extension Contact {
    /// The time of day in `updated_at`.
    fileprivate var updatedTime: Substring? {
        guard let text = text(.updatedAt), text.count >= 19 else { return nil }
        return text.dropFirst(11).prefix(8)
    }
}
