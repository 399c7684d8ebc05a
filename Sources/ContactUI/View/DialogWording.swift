import ContactModel
import Screen

/// The questions.
enum DialogWording {
    private static let shaper = TextShaper(width: .approximate)

    /// A name that leaves room for the rest of the sentence.
    private static func short(_ name: String) -> String { shaper.cut(name, to: 24) }

    /// Leaving a form with changes.
    static func leave(_ form: FormState) -> Dialog {
        let count = form.touched.count
        let names = form.touched.map { short($0.key ?? $0.id.name) }.joined(separator: ", ")
        return Dialog(
            subject: .leaveForm,
            title: "Leave without saving?",
            lines: [
                count == 1
                    ? "1 change is lost: \(names)" : "\(count.grouped) changes are lost: \(names)"
            ] + (form.unsent == nil ? [] : ["What is queued stays as it was."]),
            choices: [
                Dialog.Choice(.character("x"), "leave, lose them", .discard),
                Dialog.Choice(.control("s"), "save first", .save),
                Dialog.Choice(Key(.escape), "stay", .stay),
            ])
    }

    /// Taking up an edit that an earlier run left.
    static func resume(_ draft: Draft) -> Dialog {
        Dialog(
            subject: .resumeDraft(draft),
            title: "An edit was not saved",
            lines: [summary(draft)],
            choices: [
                Dialog.Choice(Key(.enter), "take it up again", .yes),
                Dialog.Choice(.character("x"), "drop it", .discard),
                Dialog.Choice(Key(.escape), "ask next time", .stay),
            ])
    }

    /// An edit whose contact cannot be read, such as one that was deleted.
    static func cannotResume(_ draft: Draft, _ failure: Failure) -> Dialog {
        Dialog(
            subject: .lostDraft(draft),
            title: "This edit has no contact to go to",
            lines: [summary(draft), failure.line, "What was typed is kept."],
            choices: [
                Dialog.Choice(.character("c"), "copy what was typed", .yes),
                Dialog.Choice(.character("x"), "drop it", .discard),
                Dialog.Choice(Key(.escape), "keep it, ask next time", .stay),
            ])
    }

    private static func summary(_ draft: Draft) -> String {
        let names = draft.entries.map { short($0.label) }
        return "\(short(draft.subject)): \(names.joined(separator: ", "))"
    }

    /// The number of a new contact is taken.
    static func exists(_ contact: Contact) -> Dialog {
        let name = contact.name ?? contact.email ?? "a contact without a name"
        return Dialog(
            subject: .editExisting,
            title: "This number is in the book",
            lines: ["\(contact.phone ?? "") is \(short(name))"],
            choices: [
                Dialog.Choice(Key(.enter), "edit that contact", .yes),
                Dialog.Choice(Key(.escape), "back to the form", .stay),
            ])
    }

    /// Quitting with changes that failed.
    static func quit(_ count: Int) -> Dialog {
        Dialog(
            subject: .quit,
            title: count == 1 ? "1 change failed" : "\(count.grouped) changes failed",
            lines: ["They are forgotten when you quit."],
            choices: [
                Dialog.Choice(Key(.enter), "look at them", .yes),
                Dialog.Choice(.character("x"), "quit, forget them", .discard),
                Dialog.Choice(Key(.escape), "stay", .stay),
            ])
    }

    /// Quitting with changes that are not sent.
    static func quit(_ outbox: OutboxFacts) -> Dialog {
        Dialog(
            subject: .quitUnsent,
            title: outbox.all == 1 ? "1 change is not sent" : "\(outbox.all) changes are not sent",
            lines: [
                outbox.waiting > 0
                    ? "They are kept here; 'patchbook sync' or the next start sends them" : nil,
                outbox.waiting == outbox.all ? nil : decisions(of: outbox),
            ].compactMap { $0.map { $0 + "." } },
            choices: [
                Dialog.Choice(Key(.enter), "look at them", .yes),
                Dialog.Choice(.character("x"), "quit, send them later", .discard),
                Dialog.Choice(Key(.escape), "stay", .stay),
            ])
    }

    /// Giving up a change of many contacts.
    static func giveUp(_ item: OutboxItem) -> Dialog {
        Dialog(
            subject: .giveUp(item),
            title: "Give up \(item.count.grouped) changes?",
            lines: ["\(item.subject): \(short(OutboxLines.words(item.change.change)))"],
            choices: [
                Dialog.Choice(.character("y"), "give up \(item.count.grouped) changes", .yes),
                Dialog.Choice(Key(.escape), "keep them", .stay),
            ])
    }

    /// What no sending will bring to an end.
    private static func decisions(of outbox: OutboxFacts) -> String {
        guard outbox.waiting > 0 else { return "They are kept here until you decide, in O" }
        let count = outbox.all - outbox.waiting
        return count == 1
            ? "1 of them waits for you to decide"
            : "\(count.grouped) of them wait for you to decide"
    }

    /// Taking contacts away.
    static func delete(_ effect: BulkEffect) -> Dialog {
        let count = effect.changing
        let whom = count.asContacts
        let names = effect.samples.map { short($0.before.name ?? $0.before.phone ?? "–") }
        let more = count > names.count ? " and \((count - names.count).grouped) more" : ""
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
