import ContactModel
import JSONText

/// Changes that are not sent, as lines of a menu.
enum OutboxLines {
    static func item(_ item: OutboxItem) -> Menu.Item {
        let what = words(item.change.change, item.theirs)
        return Menu.Item(
            "\(item.subject)  \(what)", sign: item.state.sign,
            detail: item.reason.isEmpty ? state(item.state) : item.reason)
    }

    private static func state(_ state: UnsentState) -> String {
        switch state {
        case .waiting: "waits"
        case .failed: "refused"
        case .conflict: "someone else changed it"
        }
    }

    /// What a change does; beside the value of someone else where there is one.
    static func words(_ change: Change, _ theirs: Contact? = nil) -> String {
        switch change {
        case .update(let patch): fields(patch, theirs)
        case .create(let patch, _): "new" + (patch.isEmpty ? "" : ": " + fields(patch, theirs))
        case .retag(let add, let remove):
            (add.tags.map { TagEditText.written("+", $0) }
                + remove.tags.map { TagEditText.written("-", $0) }).joined(separator: " ")
        case .removeMetadata(let keys): keys.map { "−" + $0 }.joined(separator: " ")
        case .delete: "delete"
        }
    }

    private static func fields(_ patch: ContactPatch, _ theirs: Contact?) -> String {
        var parts: [String] = []
        func add(_ name: String, _ mine: String, _ other: String?) {
            let other = other.flatMap { $0 == mine ? nil : " (theirs: \($0.isEmpty ? "–" : $0))" }
            parts.append("\(name) → \(mine.isEmpty ? "–" : mine)\(other ?? "")")
        }
        if let name = patch.name { add("name", name.value ?? "", theirs?.shown(.name)) }
        if let email = patch.email {
            add("email", email.value?.text ?? "", theirs?.shown(.email))
        }
        if let tags = patch.tags {
            add("tags", tags.texts.joined(separator: ", "), theirs?.shown(.tags))
        }
        for member in patch.metadata.members {
            let other = theirs.map { $0.metadata?[member.name].map(ValueKind.editedText) ?? "" }
            add(member.name, ValueKind.editedText(of: member.value), other)
        }
        return parts.joined(separator: ", ")
    }
}

extension AppState {
    mutating func openOutbox() -> [Effect] {
        guard place?.isRemote == true else {
            return show(News("a file has no outbox: what is saved is in it"))
        }
        return [.unsent(request: request(.unsent))]
    }

    mutating func received(_ items: [OutboxItem], for request: Int) -> [Effect] {
        guard isAwaited(request, .unsent) else { return [] }
        if case .outbox? = panels.last?.subject {
            refresh(.outbox(items))
        } else if isListInFront {
            open(.outbox(items))
        }
        return []
    }

    /// The facts have changed; an outbox that is open shows it.
    mutating func received(_ facts: OutboxFacts) -> [Effect] {
        guard outbox != facts else { return [] }
        outbox = facts
        guard case .outbox? = panels.last?.subject else { return [] }
        return openOutbox()
    }

    mutating func performInOutbox(_ command: Command, _ item: OutboxItem?) -> [Effect] {
        guard let item else { return [] }
        switch command {
        case .retry:
            let words = item.state == .waiting ? "waits already" : "is sent again"
            news = News("\(item.subject): \(words)")
            return [.retryUnsent([item.id])] + openOutbox()
        case .removeItem:
            news = News("\(item.subject): given up, \(OutboxLines.words(item.change.change))")
            return [.dropUnsent([item.id])] + openOutbox()
        case .choose: return takeUp(item)
        default: return []
        }
    }

    /// Opens the form with what was to be sent typed into it; what someone else changed is marked.
    /// The change stays queued until another is saved in its place.
    private mutating func takeUp(_ item: OutboxItem) -> [Effect] {
        guard let draft = Draft(of: item) else {
            return show(News("single tags cannot be edited: send them again, or give them up"))
        }
        panels = []
        resuming = draft
        guard let key = draft.key else {
            form = FormState(adding: "")
            resumeDraft()
            return []
        }
        loading = key
        return [.takeUp(request: request(.load), unsent: item.id, key: key)]
    }
}

extension Draft {
    /// A queued change as something typed; nil for one that no form can show.
    init?(of item: OutboxItem) {
        guard let patch = item.change.change.patch else { return nil }
        let isNew = item.original == nil && item.theirs == nil
        var entries: [Entry] = []
        func add(_ id: FormField.ID, _ text: String, _ kind: ValueKind?, was original: String?) {
            entries.append(
                Entry(
                    id: id, text: text, kind: kind, original: original ?? "", isRemoved: false))
        }
        if case .create = item.change.change, isNew, case .phone(let phone) = item.change.key {
            add(.phone, phone.e164, nil, was: "")
            key = nil
        } else {
            key = item.theirs?.key ?? item.change.key
        }
        let before = item.original
        if let name = patch.name { add(.name, name.value ?? "", nil, was: before?.shown(.name)) }
        if let email = patch.email {
            add(.email, email.value?.text ?? "", nil, was: before?.shown(.email))
        }
        if let tags = patch.tags {
            add(.tags, tags.texts.joined(separator: ", "), nil, was: before?.shown(.tags))
        }
        for member in patch.metadata.members {
            let was = before?.metadata?[member.name].map(ValueKind.editedText)
            add(
                .metadata(member.name), ValueKind.editedText(of: member.value),
                ValueKind(of: member.value), was: was)
        }
        guard !entries.isEmpty else { return nil }
        subject = item.subject
        unsent = item.id
        self.entries = entries
    }
}

extension Change {
    fileprivate var patch: ContactPatch? {
        switch self {
        case .update(let patch), .create(let patch, _): patch
        case .retag, .removeMetadata, .delete: nil
        }
    }
}
