import ContactModel
import JSONText
import Screen

/// What is said of flawed contacts.
enum FlawWording {
    /// One flaw in a few words.
    static func phrase(_ flaw: Flaw) -> String {
        switch flaw {
        case .wrongType(let field, let value): "\(field.name) holds a \(value.kind)"
        case .noPhone: "no phone number"
        case .repeatedID: "another contact has the same id"
        case .repeatedPhone: "another contact has the same phone number"
        case .nameless: "neither an id nor a phone number of its own"
        }
    }

    /// Why a contact cannot be written, and what to do.
    static func cannotWrite(_ flaws: [Flaw]) -> String {
        let reasons = flaws.filter {
            switch $0 {
            case .repeatedID, .repeatedPhone, .nameless, .noPhone: true
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
    static func saved(_ receipt: Receipt, patch: ContactPatch, removed: [String]) -> News {
        let name = receipt.contact.name ?? receipt.contact.phone ?? receipt.contact.id ?? ""
        switch receipt.outcome {
        case .unchanged: return News("already so: \(name)")
        case .created: return News("added \(name)", .good)
        case .changed: break
        }
        var parts = patch.fields.filter { $0 != .metadata }.map(\.name)
        parts += patch.metadata.names
        parts += removed.map { "−" + $0 }
        let time = receipt.contact.updatedTime.map { " at \($0) UTC" } ?? ""
        return News(
            "saved \(name): \(parts.joined(separator: ", "))\(time) · u takes it back", .good)
    }

    /// The answer to an undo or a redo of one step or several.
    static func undone(_ receipts: [UndoReceipt], isRedo: Bool) -> News {
        let restored = receipts.flatMap(\.restored)
        let skipped = receipts.flatMap(\.skipped)
        let kept = receipts.flatMap(\.keptKeys)
        let lost = receipts.flatMap(\.inexpressible)
        var parts: [String] = []
        if !restored.isEmpty {
            let what = receipts.map(\.what.text).filter { !$0.isEmpty }.joined(separator: "; ")
            let act = isRedo ? "done again: " : "taken back: "
            let people = restored.count == 1 ? "1 contact" : "\(restored.count) contacts"
            parts.append(act + (what.isEmpty ? people : "\(what) · \(people)"))
        }
        if !skipped.isEmpty { parts.append("changed since, left alone: " + subject(skipped)) }
        if !kept.isEmpty {
            parts.append("the API cannot remove " + kept.joined(separator: ", "))
        }
        if !lost.isEmpty {
            let names = lost.map(\.name).joined(separator: ", ")
            parts.append("the API cannot restore \(names)")
        }
        let isWhole = skipped.isEmpty && kept.isEmpty
        return News(parts.joined(separator: "; "), isWhole && !parts.isEmpty ? .good : .bad)
    }

    /// The end of a bulk change.
    static func applied(_ outcome: BulkOutcome, title: String) -> News {
        var parts = [outcome.changed == 1 ? "1 changed" : "\(outcome.changed) changed"]
        if outcome.unchanged > 0 { parts.append("\(outcome.unchanged) already so") }
        if !outcome.failures.isEmpty { parts.append("\(outcome.failures.count) failed") }
        if !outcome.notReached.isEmpty {
            parts.append("\(outcome.notReached.count) not reached")
        }
        if let cause = outcome.cause { parts.append(cause) }
        let isWhole = outcome.failures.isEmpty && outcome.notReached.isEmpty
        let undo = outcome.changed > 0 ? " · u takes it back" : ""
        return News(
            title + ": " + parts.joined(separator: ", ") + undo, isWhole ? .good : .bad)
    }

    private static func subject(_ keys: [ContactKey]) -> String {
        keys.count == 1 ? keys[0].text : "\(keys.count) contacts"
    }
}

extension Contact {
    /// The time of day in `updated_at`.
    fileprivate var updatedTime: Substring? {
        guard let text = text(.updatedAt), text.count >= 19 else { return nil }
        return text.dropFirst(11).prefix(8)
    }
}

/// The questions.
enum DialogWording {
    /// Leaving a form with changes.
    static func leave(_ form: FormState) -> Dialog {
        let count = form.touched.count
        let names = form.touched.map { $0.key ?? $0.id.name }.joined(separator: ", ")
        return Dialog(
            subject: .leaveForm,
            title: "Leave without saving?",
            lines: [
                count == 1 ? "1 change is lost: \(names)" : "\(count) changes are lost: \(names)"
            ],
            choices: [
                Dialog.Choice(.character("x"), "leave, lose them", .discard),
                Dialog.Choice(.control("s"), "save first", .save),
                Dialog.Choice(Key(.escape), "stay", .stay),
            ])
    }

    /// Taking up an edit that an earlier run left.
    static func resume(_ draft: Draft) -> Dialog {
        let names = draft.entries.map { entry -> String in
            if case .metadata(let key) = entry.id { key } else { entry.id.name }
        }
        return Dialog(
            subject: .resumeDraft(draft),
            title: "An edit was not saved",
            lines: ["\(draft.subject): \(names.joined(separator: ", "))"],
            choices: [
                Dialog.Choice(Key(.enter), "take it up again", .yes),
                Dialog.Choice(.character("x"), "drop it", .discard),
                Dialog.Choice(Key(.escape), "ask next time", .stay),
            ])
    }

    /// The number of a new contact is taken.
    static func exists(_ contact: Contact) -> Dialog {
        let name = contact.name ?? contact.email ?? "a contact without a name"
        return Dialog(
            subject: .editExisting,
            title: "This number is in the book",
            lines: ["\(contact.phone ?? "") is \(name)"],
            choices: [
                Dialog.Choice(Key(.enter), "edit that contact", .yes),
                Dialog.Choice(Key(.escape), "back to the form", .stay),
            ])
    }

    /// Quitting with changes that failed.
    static func quit(_ count: Int) -> Dialog {
        Dialog(
            subject: .quit,
            title: count == 1 ? "1 change failed" : "\(count) changes failed",
            lines: ["They are forgotten when you quit."],
            choices: [
                Dialog.Choice(Key(.enter), "look at them", .yes),
                Dialog.Choice(.character("x"), "quit, forget them", .discard),
                Dialog.Choice(Key(.escape), "stay", .stay),
            ])
    }

    /// Taking contacts away.
    static func delete(_ effect: BulkEffect) -> Dialog {
        let count = effect.changing
        let whom = count == 1 ? "1 contact" : "\(count) contacts"
        let names = effect.samples.map { $0.before.name ?? $0.before.phone ?? "–" }
        let more = count > names.count ? " and \(count - names.count) more" : ""
        return Dialog(
            subject: .deleteContacts,
            title: "Delete \(whom)?",
            lines: [names.joined(separator: ", ") + more, "u brings them back."],
            choices: [
                Dialog.Choice(.character("y"), "delete \(whom)", .yes),
                Dialog.Choice(Key(.escape), "keep them", .stay),
            ])
    }
}
