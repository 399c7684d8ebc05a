import ContactModel
import Screen

extension AppState {
    mutating func loaded(_ request: Int, _ result: Result<Contact, Failure>) -> [Effect] {
        if isAwaited(request, .renew) { return renewed(result) }
        guard isAwaited(request, .load) else { return [] }
        let keys = typedAhead
        typedAhead = []
        switch result {
        case .failure(let failure): return notLoaded(failure)
        case .success(let contact):
            defer { resuming = nil }
            guard let key = loading, isListInFront else { return [] }
            form = FormState(editing: contact, key: key)
            news = resuming == nil ? wordOnUnsent(of: key) : nil
            resumeDraft()
            return countTags() + keys.flatMap { update(.input(.key($0))) }
        }
    }

    /// That something waits for a decision about the contact that is edited anew.
    private func wordOnUnsent(of key: ContactKey) -> News? {
        guard let row = list.selectedRow, row.key == key,
            row.unsent == .conflict || row.unsent == .failed
        else { return nil }
        let outbox = keymap.name(of: .outbox, in: .list)
        return News("a change of this contact was not taken: \(outbox) in the list tells", .bad)
    }

    /// A form of a file in which nothing is typed shows what others write meanwhile.
    mutating func renewForm() -> [Effect] {
        guard place?.isRemote == false, let form, form.isAsItWas, let key = form.key else {
            return []
        }
        return [.load(request: request(.renew), key: key)]
    }

    private mutating func renewed(_ result: Result<Contact, Failure>) -> [Effect] {
        guard let form, form.isAsItWas, case .success(let contact) = result,
            contact.key == form.contact?.key
        else { return [] }
        self.form?.rebase(onto: contact)
        return []
    }

    /// Keeps a key for the form that was asked for: what is typed ahead belongs to it. Leaving
    /// gives the wait up.
    mutating func typeAhead(_ key: Key) -> [Effect] {
        if command(for: key, in: [.form]) == .leave {
            awaited[.load] = nil
            typedAhead = []
            resuming = nil
            return show(News("not opened"))
        }
        if typedAhead.count < AppState.typeAheadLimit { typedAhead.append(key) }
        return []
    }

    private static let typeAheadLimit = 1000

    /// Nothing was read; a draft that was meant for it stays, and is told of.
    private mutating func notLoaded(_ failure: Failure) -> [Effect] {
        guard let draft = resuming.take() else {
            return show(News("not opened: \(failure.line)", .bad))
        }
        guard draft.unsent == nil else {
            let place = "what is queued stays, \(keymap.name(of: .outbox, in: .list)) shows it"
            return show(News("\(draft.subject): \(failure.line); \(place)", .bad))
        }
        dialog = DialogWording.cannotResume(draft, failure)
        return []
    }

    /// Types the draft that was asked for into the form that has opened for it.
    mutating func resumeDraft() {
        guard let draft = resuming.take(), let form, form.key == draft.key else { return }
        drafts.removeAll { $0.name == draft.name }
        self.form?.resume(draft)
        let clash = self.form?.conflicts.isEmpty == false
        news =
            clash
            ? News("taken up again; fields marked ? have changed since")
            : News("taken up again, not saved yet")
    }

    /// Sends what the form shows, or goes to the first field that is wrong.
    mutating func save() -> [Effect] {
        guard var form else { return [] }
        let problems = form.problems
        if let index = form.fields.firstIndex(where: { problems[$0.id] != nil }) {
            form.focus = index
            self.form = form
            let message = problems[form.focused.id]?.message ?? ""
            return show(News("nothing saved: \(message)", .bad))
        }
        let patch = form.patch
        if !form.isNew && patch.isEmpty && form.removedKeys.isEmpty { return closeUnchanged() }
        let number = request(.save)
        form.phase = .saving(request: number)
        form.refusals = [:]
        self.form = form
        news = nil
        if let key = form.key, let original = form.contact {
            let request = SaveRequest(
                key: key, original: original, patch: patch, removedKeys: form.removedKeys,
                unsent: form.unsent)
            return [.save(request: number, request)]
        }
        guard let phone = form.phone else { return [] }
        return [
            .create(request: number, phone: phone, patch: patch, replacing: form.unsent)
        ]
    }

    private mutating func closeUnchanged() -> [Effect] {
        let effects = form?.leavingDraft ?? []
        if let id = form?.unsent, place?.isRemote != true {
            news = News("theirs stands")
            form = nil
            return effects + [.dropUnsent([id])]
        }
        let rest = form?.unsent == nil ? "" : "; what is queued stays"
        news = News("nothing to save" + rest)
        form = nil
        return effects
    }

    mutating func saved(_ request: Int, _ answer: SaveAnswer) -> [Effect] {
        guard isAwaited(request, .save), var form else { return [] }
        form.phase = .editing
        switch answer {
        case .done(let receipt):
            news = NewsWording.saved(
                receipt, patch: form.patch, removed: form.removedKeys,
                isQueued: place?.isRemote == true)
            remember(form)
            marks.seal()
            self.form = nil
            return [.dropDraft(name: form.draftName)] + relist(keeping: receipt.contact.key)
                + countTags()
        case .conflict(let fresh):
            form.rebase(onto: fresh)
            if let index = form.fields.firstIndex(where: { form.conflicts.contains($0.id) }) {
                form.focus = index
            }
            self.form = form
            return show(
                News(
                    "changed meanwhile by someone else; "
                        + "\(keymap.name(of: .save, in: .form)) sends yours, "
                        + "\(keymap.name(of: .revertField, in: .form)) takes theirs", .bad))
        case .exists(let contact):
            self.form = form
            dialog = DialogWording.exists(contact)
            takenBy = contact
            return []
        case .failed(let failure):
            for field in failure.fields {
                for row in form.fields where row.id.name == field.name {
                    form.refusals[row.id] = field.message
                }
            }
            self.form = form
            return show(News("not saved: " + failure.line, .bad))
        }
    }

    /// The save as a command, to be copied.
    private mutating func remember(_ form: FormState) {
        guard let key = form.key ?? form.phone.map(ContactKey.phone) else { return }
        let option = place?.option ?? ""
        let body = UpdateRequest(key: key, patch: form.patch).body
        let command = CommandText.applying([body], option: option)
        lastChange = .command(
            form.isNew ? command.replacing("patchbook update", with: "patchbook create") : command)
    }

    /// Leaves the form; asks where something would be lost.
    mutating func leaveForm() -> [Effect] {
        guard let form else { return [] }
        guard !form.touched.isEmpty else {
            self.form = nil
            return form.leavingDraft
        }
        dialog = DialogWording.leave(form)
        return []
    }

    /// Offers the oldest edit that an earlier run left unsaved.
    mutating func offerDraft() {
        guard let draft = drafts.first, dialog == nil, form == nil else { return }
        dialog =
            draft.isHomeless
            ? DialogWording.cannotResume(
                draft, Failure("that contact has no id and no number of its own"))
            : DialogWording.resume(draft)
    }

    mutating func answer(_ dialog: Dialog, _ key: Key) -> [Effect] {
        if key == .control("l") { return [.redraw] }
        guard let choice = dialog.choices.first(where: { $0.key == key }) else { return [] }
        self.dialog = nil
        switch (dialog.subject, choice.answer) {
        case (.leaveForm, .discard):
            let name = form?.draftName ?? ""
            form = nil
            news = News("left without saving")
            return [.dropDraft(name: name)]
        case (.leaveForm, .save): return save()
        case (.resumeDraft(let draft), .yes): return resume(draft)
        case (.resumeDraft(let draft), .discard), (.lostDraft(let draft), .discard):
            drafts.removeAll { $0.name == draft.name }
            offerDraft()
            return [.dropDraft(name: draft.name)]
        case (.lostDraft(let draft), .yes):
            self.dialog = dialog
            return copy(draft.text)
        case (.editExisting, .yes): return editTaken()
        case (.deleteContacts, .yes): return startDeleting()
        case (.giveUp(let item), .yes): return giveUp(item)
        case (.quit, .discard): return quit()
        case (.quitUnsent, .discard): return quit()
        case (.quitUnsent, .yes): return openOutbox()
        case (.quit, .yes):
            open(.failures(failures))
            return []
        case (.resumeDraft, _), (.lostDraft, _):
            drafts = []
            return []
        default: return []
        }
    }

    private mutating func resume(_ draft: Draft) -> [Effect] {
        resuming = draft
        if let key = draft.key {
            loading = key
            let number = request(.load)
            if let id = draft.unsent { return [.takeUp(request: number, unsent: id, key: key)] }
            return [.load(request: number, key: key)]
        }
        form = FormState(adding: "")
        resumeDraft()
        return []
    }

    /// Opens the contact that has the number already, with what was typed for the new one.
    private mutating func editTaken() -> [Effect] {
        guard let contact = takenBy, let key = contact.key, let typed = form?.touched else {
            return []
        }
        let name = form?.draftName ?? "new"
        var taken = FormState(editing: contact, key: key)
        taken.unsent = form?.unsent
        for row in typed where row.id != .phone && row.id != .newKey {
            taken.type(row)
        }
        form = taken
        takenBy = nil
        return [.dropDraft(name: name), .scheduleDraft(serial: taken.serial)]
    }
}

extension FormState {
    /// A form that nothing was done in has written no draft; one of an earlier run stays.
    fileprivate var leavingDraft: [Effect] {
        serial == 0 ? [] : [.dropDraft(name: draftName)]
    }

    /// Types what another form's row holds; tags are added to the ones that are there.
    fileprivate mutating func type(_ row: FormField) {
        guard let index = fields.firstIndex(where: { $0.id == row.id }) else {
            fields.insert(row, at: max(0, fields.count - 1))
            return
        }
        let present = fields[index].text.text
        let isAddition = row.id == .tags && !present.isEmpty
        fields[index].text.replace(
            with: isAddition ? present + ", " + row.text.text : row.text.text)
        fields[index].kind = row.kind
    }
}
