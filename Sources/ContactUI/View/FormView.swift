import ContactModel
import JSONText
import Screen

/// The form, drawn: fields, read-only facts, the patch that saving sends.
struct FormView {
    private let form: FormState
    private let app: AppState
    private let theme: Theme
    private let problems: [FormField.ID: Problem]
    private let patch: ContactPatch
    private let preview: PatchPreview

    /// A form; what it comes to is reckoned once for all that is drawn.
    init(form: FormState, app: AppState, theme: Theme) {
        self.form = form
        self.app = app
        self.theme = theme
        problems = form.problems
        patch = form.patch
        preview = PatchPreview(form: form, problems: problems, patch: patch)
    }

    func draw(on surface: inout Surface) {
        drawTitle(on: &surface)
        let layout = FormLayout(form: form, size: surface.size, previewLines: preview.lines.count)
        for (index, field) in form.fields.enumerated().dropFirst(layout.firstField)
            .prefix(layout.fieldRows)
        {
            let row = 1 + index - layout.firstField
            drawField(field, isFocused: index == form.focus, row: row, layout, on: &surface)
        }
        if let row = layout.factsRow { drawFacts(row, on: &surface) }
        if let row = layout.previewRow { drawPreview(row, layout, on: &surface) }
        surface.putNews(
            news(layout), row: surface.size.rows - 2, theme: theme,
            more: (above: layout.previewRow == nil ? 0 : min(2, layout.previewRows), below: 0))
        surface.putHints(hints, vital: ["save", "leave"], theme: theme)
    }

    private func drawTitle(on surface: inout Surface) {
        var pieces = [(text: form.isNew ? "Add contact" : "Edit contact", style: theme.strong)]
        if let contact = form.contact {
            pieces.append(("  " + contact.shown(.name), .normal))
        }
        let end = surface.put(
            state, row: 0, endingAt: surface.size.columns - 1,
            style: problems.isEmpty ? theme.unsent : theme.bad)
        surface.put(pieces: pieces, row: 0, column: 1, width: max(0, end - 3))
    }

    private var state: String {
        if case .saving = form.phase { return "saving …" }
        let changes =
            patch.fields.filter { $0 != .metadata }.count + patch.metadata.members.count
            + form.removedKeys.count
        let errors = problems.count
        var parts: [String] = []
        if changes > 0 { parts.append(changes == 1 ? "1 change" : "\(changes) changes") }
        if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        return parts.joined(separator: " · ")
    }

    private func drawField(
        _ field: FormField, isFocused: Bool, row: Int, _ layout: FormLayout,
        on surface: inout Surface
    ) {
        if isFocused { surface.put(">", row: row, column: 1, style: theme.accent) }
        let note = note(of: field, isFocused: isFocused)
        if layout.noteWidth == 0, let note, let sign = note.text.first, "!?~".contains(sign) {
            surface.put(String(sign), row: row, column: 2, style: note.style)
        }
        let column = drawLabel(field, row: row, layout, on: &surface)
        if field.id == .newKey && !isFocused && field.text.isEmpty { return }
        let width = max(6, layout.boxEnd - column - 1)
        surface.put("[", row: row, column: column, style: theme.dim)
        surface.put("]", row: row, column: column + width + 1, style: theme.dim)
        var style = field.isTouched ? theme.unsent : Style.normal
        if isFocused { style = style.adding(.bold) }
        if field.isRemoved { style = theme.dim }
        if isFocused {
            let cursor = surface.put(
                field.text, row: row, column: column + 1, width: width, style: style)
            surface.cursor = Position(row: row, column: cursor)
            surface.isCursorVisible = true
        } else {
            surface.put(field.text.text, row: row, column: column + 1, style: style, width: width)
        }
        if layout.noteWidth > 0, let note {
            surface.put(
                note.text, row: row, column: layout.boxEnd + 3, style: note.style,
                width: layout.noteWidth)
        }
    }

    /// Draws what stands before a field's box and returns where the box begins.
    private func drawLabel(
        _ field: FormField, row: Int, _ layout: FormLayout, on surface: inout Surface
    ) -> Int {
        let label = FormLayout.labelColumn
        guard field.isMetadata || field.id == .newKey else {
            surface.put(field.id.title, row: row, column: label, style: theme.dim, width: 9)
            return layout.boxStart
        }
        let isFirst = form.fields.first { $0.isMetadata || $0.id == .newKey }?.id == field.id
        if isFirst && layout.showsMetadataLabel {
            surface.put("Metadata", row: row, column: label, style: theme.dim)
        }
        if field.id == .newKey {
            surface.put("+ new key", row: row, column: layout.keyColumn, style: theme.dim)
            return layout.valueStart
        }
        surface.put(
            field.key.map(KeyWording.shown) ?? "", row: row, column: layout.keyColumn,
            style: field.isRemoved ? theme.dim : .normal, width: layout.keyWidth)
        surface.put(
            (layout.noteWidth > 0 ? field.kind?.rawValue : field.kind?.short) ?? "", row: row,
            column: layout.keyColumn + layout.keyWidth + 1, style: theme.dim, width: 10)
        return layout.valueStart
    }

    private func note(of field: FormField, isFocused: Bool) -> (text: String, style: Style)? {
        if let refusal = form.refusals[field.id] { return ("! " + refusal, theme.bad) }
        if let problem = problems[field.id] { return ("! " + problem.message, theme.bad) }
        if form.conflicts.contains(field.id) {
            let now = field.original.text
            return ("? now " + (now.isEmpty ? "empty" : now), theme.bad)
        }
        if field.isRemoved { return ("~ removed on saving", theme.unsent) }
        if isFocused, let known = completion { return (known, theme.dim) }
        if field.isTouched && field.original.isPresent {
            let was = field.original.text
            return ("~ was " + (was.isEmpty ? "empty" : was), theme.unsent)
        }
        return nil
    }

    private var completion: String? {
        let candidates = form.tagCandidates(from: app.knownTags)
        let isPending = form.tagCompletion(from: app.knownTags) != nil
        let others = isPending ? candidates[...] : candidates.dropFirst()
        guard !others.isEmpty else { return nil }
        let key = app.keymap.name(of: .nextField, in: .form)
        return (isPending ? key + ": " : "also: ")
            + others.prefix(3).map { "\($0.tag.text) \($0.count.map(String.init) ?? "")" }
            .joined(separator: " · ")
    }

    /// What happened, and else what is to be said of the focused field; what somebody else wrote
    /// there goes first, as saving writes over it.
    private func news(_ layout: FormLayout) -> News? {
        let own = focusNews(layout)
        let isInConflict = form.conflicts.contains(form.focused.id) && app.news?.tone != .bad
        return isInConflict ? own ?? app.news : app.news ?? own
    }

    /// On a narrow screen, what would stand beside the focused field.
    private func focusNews(_ layout: FormLayout) -> News? {
        guard layout.noteWidth == 0, let note = note(of: form.focused, isFocused: true) else {
            return nil
        }
        return News(note.text, note.style == theme.bad ? .bad : .plain)
    }

    private func drawFacts(_ row: Int, on surface: inout Surface) {
        guard let contact = form.contact else { return }
        var pieces: [(text: String, style: Style)] = []
        let last = contact.text(.lastMessageAt).map { String($0.prefix(10)) } ?? "never"
        let facts = [
            ("Phone", contact.shown(.phone)), ("last message", last),
            ("messages", contact.totalMessages.map(String.init) ?? ""),
            ("", consent(of: contact)), ("source", contact.shown(.source)),
            ("locale", contact.shown(.locale)), ("id", contact.shown(.id)),
        ]
        for fact in facts where !fact.1.isEmpty {
            if !fact.0.isEmpty { pieces.append((fact.0 + " ", theme.dim)) }
            pieces.append((fact.1 + "   ", .normal))
        }
        surface.put(
            pieces: pieces, row: row, column: FormLayout.labelColumn,
            width: surface.size.columns - FormLayout.labelColumn - 1)
    }

    private func consent(of contact: Contact) -> String {
        if contact.text(.optedOutAt) != nil { return "opted out" }
        return contact.text(.optedInAt) == nil ? "" : "opted in"
    }

    private func drawPreview(_ row: Int, _ layout: FormLayout, on surface: inout Surface) {
        let title = "── \(preview.title) "
        let used = surface.put(title, row: row, column: FormLayout.labelColumn, style: theme.dim)
        surface.fill(
            row: row,
            columns: FormLayout.labelColumn + used..<surface.size.columns - 2, with: "─",
            style: theme.dim)
        for (index, line) in preview.lines.prefix(layout.previewRows - 1).enumerated() {
            let style: Style
            switch line.tone {
            case .sent: style = .normal
            case .blocked: style = theme.bad
            case .aside: style = theme.dim
            }
            surface.put(
                line.label, row: row + 1 + index, column: FormLayout.labelColumn,
                style: theme.dim, width: 9)
            let column = line.label.isEmpty ? FormLayout.labelColumn : layout.boxStart
            surface.put(
                line.text, row: row + 1 + index, column: column, style: style,
                width: surface.size.columns - column - 1)
        }
    }

    private var hints: [(key: String, label: String)] {
        func hint(_ command: Command, _ label: String) -> [(key: String, label: String)] {
            app.keymap.notation(of: command, in: .form).map { [($0, label)] } ?? []
        }
        let value = form.focused.isMetadata ? hint(.cycleType, "type") : []
        return hint(.save, "save") + hint(.nextField, "next") + value
            + hint(.revertField, "revert") + hint(.editMetadata, "$EDITOR")
            + hint(.leave, "leave") + hint(.help, "help")
    }
}

extension FormField.ID {
    /// The label before the field.
    fileprivate var title: String {
        switch self {
        case .phone: "Phone"
        case .name: "Name"
        case .email: "Email"
        case .tags: "Tags"
        case .metadata, .newKey: "Metadata"
        }
    }
}
