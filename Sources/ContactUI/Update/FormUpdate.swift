import ContactModel
import Screen

extension AppState {
    mutating func pressInForm(_ key: Key) -> [Effect] {
        guard form != nil else { return [] }
        if case .saving? = form?.phase { return pressWhileSaving(key) }
        if let command = command(for: key, in: [.form]) { return performInForm(command, key) }
        guard pendingKeys.isEmpty else { return [] }
        return edit(by: key)
    }

    /// While an answer is awaited nothing can be typed, but one can leave the wait.
    private mutating func pressWhileSaving(_ key: Key) -> [Effect] {
        switch command(for: key, in: [.form]) {
        case .redraw: return [.redraw]
        case .leave:
            return show(News("still waiting for the answer; the form closes when it is there"))
        default: return []
        }
    }

    private mutating func performInForm(_ command: Command, _ key: Key) -> [Effect] {
        switch command {
        case .save: return save()
        case .leave: return leaveForm()
        case .nextField: return nextField(key)
        case .previousField:
            moveFocus(by: -1)
            return []
        case .revertField: return revertField()
        case .cycleType: return cycleType()
        case .editMetadata: return editMetadata()
        case .removeKey: return removeKey()
        case .help:
            help = HelpState(context: .form)
            return []
        case .redraw: return [.redraw]
        default: return []
        }
    }

    private mutating func edit(by key: Key) -> [Effect] {
        // Taken out, so that a long text is edited where it stands and not copied.
        guard var form = form.take() else { return [] }
        let before = form.focused.text.revision
        _ = form.fields[form.focus].text.edit(key, in: keymap, killed: &form.killed)
        let isChanged = form.focused.text.revision != before
        self.form = form
        return isChanged ? formChanged() : []
    }

    /// Puts text in at the cursor, as pasting does.
    mutating func typed(_ text: String) -> [Effect] {
        guard form?.phase == .editing, var form = form.take() else { return [] }
        form.fields[form.focus].text.insert(text)
        self.form = form
        return formChanged()
    }

    /// A refusal of the server is about what was sent; an edit of the field makes it old.
    private mutating func formChanged() -> [Effect] {
        guard let id = form?.focused.id, let serial = form?.serial else { return [] }
        form?.refusals[id] = nil
        form?.serial = serial + 1
        return [.scheduleDraft(serial: serial + 1)]
    }

    private mutating func nextField(_ key: Key) -> [Effect] {
        guard var form else { return [] }
        if keymap.first(of: .nextField, in: .form) == [key],
            let completion = form.tagCompletion(from: knownTags)
        {
            form.fields[form.focus].text.replaceBeforeCursor(
                completion.typed.count, with: completion.tag.text)
            self.form = form
            return formChanged()
        }
        if form.focused.id == .newKey, !form.focused.text.isEmpty {
            form.addKey()
            self.form = form
            return formChanged()
        }
        moveFocus(by: 1)
        return []
    }

    private mutating func moveFocus(by step: Int) {
        guard var form else { return }
        form.focus = (form.focus + step + form.fields.count) % form.fields.count
        let end = form.focused.text.characters.count
        form.fields[form.focus].text.moveCursor(to: end)
        self.form = form
    }

    private mutating func revertField() -> [Effect] {
        guard var form else { return [] }
        if form.focused.isMetadata && !form.focused.original.isPresent {
            form.fields.remove(at: form.focus)
        } else {
            form.conflicts.remove(form.focused.id)
            form.fields[form.focus].revert()
        }
        self.form = form
        return formChanged()
    }

    private mutating func cycleType() -> [Effect] {
        guard var form, let kind = form.focused.kind else { return [] }
        form.fields[form.focus].kind = kind.next
        self.form = form
        return formChanged()
    }

    private mutating func removeKey() -> [Effect] {
        guard var form, form.focused.isMetadata else { return [] }
        guard form.focused.original.isPresent else { return revertField() }
        guard place?.canRemoveMetadata == true else {
            let key = keymap.name(of: .cycleType, in: .form)
            return show(
                News(
                    "the API cannot remove a key; \(key) to null keeps it without a value", .bad))
        }
        form.fields[form.focus].isRemoved.toggle()
        self.form = form
        return formChanged()
    }

    private mutating func editMetadata() -> [Effect] {
        guard let form else { return [] }
        let entries = form.fields.compactMap { field -> MetadataEntry? in
            guard let key = field.key, let kind = field.kind, !field.isRemoved else { return nil }
            return MetadataEntry(key: key, kind: kind, text: field.text.text)
        }
        return [.editMetadata(entries)]
    }

    mutating func received(_ edited: EditedMetadata) -> [Effect] {
        guard var form else { return [] }
        switch edited {
        case .unchanged: return show(News("metadata left as it was"))
        case .failed(let failure): return show(News(failure.line, .bad))
        case .object(let entries):
            let canRemove = place?.canRemoveMetadata == true
            let kept = form.takeMetadata(entries, canRemove: canRemove)
            self.form = form
            news = nil
            if !kept.isEmpty {
                let names = kept.joined(separator: ", ")
                news = News("the API cannot remove a key; kept: \(names)", .bad)
            }
            return formChanged()
        }
    }

    mutating func draftDue(_ serial: Int) -> [Effect] {
        guard let form, form.serial == serial else { return [] }
        guard let draft = Draft(of: form) else { return [.dropDraft(name: form.draftName)] }
        return [.keepDraft(draft)]
    }
}

extension FormState {
    /// The name under which this form's draft is kept.
    var draftName: String { key.map(\.text) ?? "new" }

    /// The tag that Tab would complete, and what of it is typed; nil where Tab moves on.
    func tagCompletion(from known: [TagCount]) -> (typed: String, tag: Tag)? {
        guard let word = tagPrefix, let best = tagCandidates(from: known).first else { return nil }
        return best.tag.text.hasSameText(as: word) ? nil : (word, best.tag)
    }

    /// The tags that what is typed could become, the commonest first.
    func tagCandidates(from known: [TagCount]) -> [TagCount] {
        guard let word = tagPrefix else { return [] }
        let folded = SearchText.folded(word)
        let before = focused.text.text.split(separator: ",").map { $0.trimmingWhitespace() }
        let others = Set(before.filter { !$0.hasSameText(as: word) })
        return
            known
            .filter {
                SearchText.folded($0.tag.text).hasPrefix(folded) && !others.contains($0.tag.text)
            }
            .sorted { ($0.count ?? 0, $1.tag.text) > ($1.count ?? 0, $0.tag.text) }
    }

    /// What of a tag stands before the cursor; nil outside the tags or where nothing is typed.
    private var tagPrefix: String? {
        guard focused.id == .tags, focused.isTouched,
            focused.text.text.utf8.count <= TextField.completionLimit
        else { return nil }
        let last = focused.text.textBeforeCursor.split(
            separator: ",", omittingEmptySubsequences: false
        ).last
        let word = last?.trimmingWhitespace() ?? ""
        return word.isEmpty ? nil : word
    }

    /// Takes metadata as it came back from an editor.
    ///
    /// - Returns: the keys that were missing there and cannot be removed.
    mutating func takeMetadata(_ entries: [MetadataEntry], canRemove: Bool) -> [String] {
        var kept: [String] = []
        let names = Set(entries.map(\.key))
        fields.removeAll { field in
            guard let key = field.key else { return false }
            return !field.original.isPresent && !names.contains(key)
        }
        for index in fields.indices {
            guard let key = fields[index].key else { continue }
            let isMissing = !names.contains(key)
            if isMissing && !canRemove { kept.append(key) }
            fields[index].isRemoved = isMissing && canRemove
        }
        for entry in entries {
            let id = FormField.ID.metadata(entry.key)
            let index = fields.firstIndex { $0.id == id } ?? max(0, fields.count - 1)
            if !fields.indices.contains(index) || fields[index].id != id {
                fields.insert(FormField(id: id, kind: entry.kind), at: index)
            }
            if !fields[index].text.text.hasSameText(as: entry.text) {
                fields[index].text.replace(with: entry.text)
            }
            fields[index].kind = entry.kind
        }
        focus = min(focus, fields.count - 1)
        return kept
    }
}

extension String {
    fileprivate func hasSameText(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
