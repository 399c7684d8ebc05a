import ContactModel
import JSONText

/// The patch of a form in words: what will be sent, what holds it up, what is left alone.
struct PatchPreview {
    /// One line under a field's name.
    struct Line: Hashable {
        enum Tone: Hashable {
            case sent, blocked, aside
        }

        let label: String
        let text: String
        let tone: Tone
    }

    /// Bytes of a text beyond which it is not shown whole.
    private static let limit = 10_000
    /// Tags that are named one by one.
    private static let tagLimit = 200

    private let form: FormState
    private let problems: [FormField.ID: Problem]
    /// Every line, what is sent first, the body as it goes over the wire last.
    private(set) var lines: [Line] = []

    /// What a form would send, and what holds it up.
    init(form: FormState, problems: [FormField.ID: Problem], patch: ContactPatch) {
        self.form = form
        self.problems = problems
        lines = lines(patch)
    }

    /// The name of the call.
    var title: String { form.isNew ? "create-contact" : "update-contact" }

    private func lines(_ patch: ContactPatch) -> [Line] {
        let sent = [
            plain(.name, patch.name.map { $0.value ?? "" }),
            plain(.email, patch.email.map { $0.value?.text ?? "" }), tags(patch.tags),
            metadata(patch.metadata), removed,
        ].compactMap(\.self)
        let blocked = blockedLines
        guard !sent.isEmpty || !blocked.isEmpty || form.isNew else {
            return [Line(label: "", text: "nothing to send: no field has changed", tone: .aside)]
        }
        return sent + blocked + [notSent, body(patch)].compactMap(\.self)
    }

    private func plain(_ field: Field, _ new: String?) -> Line? {
        guard let new else { return nil }
        let after = new.isEmpty ? "cleared" : quoted(new)
        let before = form.contact?.shown(field) ?? ""
        let text = before.isEmpty ? after : "\(quoted(before)) → \(after)"
        return Line(label: field.name, text: text, tone: .sent)
    }

    private func tags(_ tags: TagList?) -> Line? {
        guard let tags else { return nil }
        let before = form.contact?.tags ?? TagList()
        let limit = PatchPreview.tagLimit
        let added = tags.subtracting(before).texts.prefix(limit).map { "+ " + $0 }
        let removed = before.subtracting(tags).texts.prefix(limit).map { "− " + $0 }
        let list = before.replaced(by: tags).texts.prefix(limit).joined(separator: ", ")
        let whole = form.isNew ? "" : "   (replaces the list: \(list.isEmpty ? "none" : list))"
        let text = (added + removed).joined(separator: "  ") + whole
        return Line(label: "tags", text: text, tone: .sent)
    }

    private func metadata(_ edits: JSONObject) -> Line? {
        guard !edits.isEmpty else { return nil }
        let parts = edits.members.map { "\(KeyWording.shown($0.name)): \(shown($0.value))" }
        return Line(label: "metadata", text: parts.joined(separator: "   "), tone: .sent)
    }

    private var removed: Line? {
        guard !form.removedKeys.isEmpty else { return nil }
        let keys = form.removedKeys.map(KeyWording.shown).joined(separator: ", ")
        return Line(label: "removes", text: keys + "   (local files only)", tone: .sent)
    }

    private var blockedLines: [Line] {
        form.fields.compactMap { field in
            guard let problem = problems[field.id] else { return nil }
            return Line(
                label: field.key.map(KeyWording.shown) ?? field.id.label,
                text: "blocks saving: \(problem.message)",
                tone: .blocked)
        }
    }

    private var notSent: Line? {
        let names = form.fields.filter { !$0.isTouched && $0.id != .newKey && $0.id != .phone }
            .map { $0.key.map(KeyWording.shown) ?? $0.id.label }
        guard !names.isEmpty, !form.isNew else { return nil }
        return Line(label: "not sent", text: names.joined(separator: ", "), tone: .aside)
    }

    private func body(_ patch: ContactPatch) -> Line? {
        let key = form.key ?? form.phone.map(ContactKey.phone)
        guard let key, !patch.isEmpty || form.isNew else { return nil }
        let size = form.touched.reduce(0) { $0 + $1.text.text.utf8.count }
        guard size <= PatchPreview.limit else {
            return Line(label: "body", text: "more than \(size) bytes", tone: .aside)
        }
        let body = JSONValue.object(UpdateRequest(key: key, patch: patch).body)
        return Line(label: "body", text: body.jsonText, tone: .aside)
    }

    private func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

    private func shown(_ value: JSONValue) -> String {
        guard let text = value.text, text.utf8.count > PatchPreview.limit else {
            return value.jsonText
        }
        return quoted(text)
    }

    private func shortened(_ text: String) -> String {
        guard text.utf8.count > PatchPreview.limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(PatchPreview.limit)))
            + "…"
    }
}

extension FormField.ID {
    /// The field's name in small letters, as the preview says it.
    var label: String {
        self == .newKey ? "new key" : name
    }
}
