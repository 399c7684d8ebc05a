package import ContactModel
import JSONText

/// Changes that are not sent, or that another program overwrote, as lines of a menu.
package enum OutboxLines {
    static func item(_ item: OutboxItem) -> Menu.Item {
        let what = words(item.change.change, item.theirs, was: item.original)
        return Menu.Item(
            "\(item.subject)  \(what)", sign: item.state.sign,
            detail: item.reason.isEmpty ? state(item.state) : item.reason,
            gist: item.theirs == nil ? "" : what)
    }

    private static func state(_ state: UnsentState) -> String {
        switch state {
        case .waiting: "waits"
        case .failed: "refused"
        case .conflict: "someone else changed it"
        }
    }

    /// What a change does; where there is a value of someone else, beside that and the one
    /// before both.
    package static func words(
        _ change: Change, _ theirs: Contact? = nil, was original: Contact? = nil
    ) -> String {
        switch change {
        case .update(let patch): fields(patch, theirs, original)
        case .create(let patch, _):
            "new" + (patch.isEmpty ? "" : ": " + fields(patch, theirs, original))
        case .retag(let add, let remove):
            (add.tags.map { TagEditText.written("+", $0) }
                + remove.tags.map { TagEditText.written("-", $0) }).joined(separator: " ")
                + beside(theirs, original) { $0.shown(.tags) }
        case .removeMetadata(let keys): keys.map { "−" + $0 }.joined(separator: " ")
        case .delete: "delete"
        }
    }

    /// The value of someone else, and the one before where that is another one.
    private static func beside(
        _ theirs: Contact?, _ original: Contact?, _ value: (Contact) -> String
    ) -> String {
        guard let theirs = theirs.map(value) else { return "" }
        let was = original.map(value).flatMap { $0 == theirs ? nil : ", was: \(shown($0))" }
        return " (theirs: \(shown(theirs))\(was ?? ""))"
    }

    private static func shown(_ text: String) -> String { text.isEmpty ? "–" : text }

    private static func fields(
        _ patch: ContactPatch, _ theirs: Contact?, _ original: Contact?
    ) -> String {
        var parts: [String] = []
        func add(_ name: String, _ mine: String, _ value: (Contact) -> String) {
            // What they left as it was is in no question.
            let isTheirs = theirs.map(value) != mine && theirs.map(value) != original.map(value)
            let other = isTheirs ? beside(theirs, original, value) : ""
            parts.append("\(name) → \(shown(mine))\(other)")
        }
        if let name = patch.name { add("name", name.value ?? "") { $0.shown(.name) } }
        if let email = patch.email { add("email", email.value?.text ?? "") { $0.shown(.email) } }
        if let tags = patch.tags {
            add("tags", tags.texts.joined(separator: ", ")) { $0.shown(.tags) }
        }
        for member in patch.metadata.members {
            add(member.name, ValueKind.editedText(of: member.value)) { contact in
                contact.metadata?[member.name].map(ValueKind.editedText) ?? ""
            }
        }
        return parts.joined(separator: ", ")
    }
}

extension AppState {
    mutating func openOutbox() -> [Effect] {
        guard place?.isRemote == true || outbox.conflicts > 0 else {
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
        return pressInOpened()
    }

    /// The facts have changed; an outbox that is open shows it.
    mutating func received(_ facts: OutboxFacts) -> [Effect] {
        if facts.all == 0, let text = news?.onceSent { news = News(text, .good) }
        guard outbox != facts else { return [] }
        outbox = facts
        guard case .outbox? = panels.last?.subject else { return [] }
        if place?.isRemote != true, facts.conflicts == 0 {
            panels.removeLast()
            return []
        }
        return openOutbox()
    }

    mutating func performInOutbox(_ command: Command, _ item: OutboxItem?) -> [Effect] {
        guard let item else { return [] }
        guard place?.isRemote == true else { return choose(command, item) }
        switch command {
        case .retry:
            let words = item.state == .waiting ? "waits already" : "is sent again"
            news = News("\(item.subject): \(words)")
            return [.retryUnsent([item.id])] + openOutbox()
        case .removeItem where item.count > 1:
            dialog = DialogWording.giveUp(item)
            return []
        case .removeItem: return giveUp(item)
        case .choose: return takeUp(item)
        default: return []
        }
    }

    mutating func giveUp(_ item: OutboxItem) -> [Effect] {
        let (given, rest) = item.divided
        let words = OutboxLines.words(given)
        let sent = rest == nil ? "" : "; the rest is sent"
        let more = item.mayBeThere ? "; the server may have it, as no answer came" : sent
        news = News("\(item.subject): given up, \(words)\(more)")
        return [.dropUnsent([item.id])] + openOutbox()
    }

    /// What somebody chooses where another program overwrote a field of the file.
    private mutating func choose(_ command: Command, _ item: OutboxItem) -> [Effect] {
        switch command {
        case .retry where item.theirs == nil, .choose where item.theirs == nil:
            return show(News("\(item.subject): kept, since \(item.reason)"))
        case .retry:
            let what = OutboxLines.words(item.change.change)
            news = News("\(item.subject): yours stands again, \(what)")
            return [.retryUnsent([item.id])]
        case .removeItem:
            let words = item.theirs == nil ? "yours is given up" : "theirs stands"
            news = News("\(item.subject): \(words)")
            return [.dropUnsent([item.id])]
        case .choose: return takeUp(item)
        default: return []
        }
    }

    /// Opens the form with what was to be sent typed into it; what someone else changed is marked.
    /// The change stays queued until another is saved in its place.
    private mutating func takeUp(_ item: OutboxItem) -> [Effect] {
        guard let draft = item.gone.flatMap({ Draft(of: item, anew: $0) }) ?? Draft(of: item)
        else {
            let keep = keymap.name(of: .retry, in: .outbox)
            let drop = keymap.name(of: .removeItem, in: .outbox)
            return show(
                News(
                    place?.isRemote == true
                        ? "no form shows that: \(keep) sends it again, \(drop) gives it up"
                        : "no form shows that: \(keep) keeps yours, \(drop) keeps theirs"))
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

    /// A contact that the server has no more, as one to be made; nil without a number.
    init?(of item: OutboxItem, anew contact: Contact) {
        guard let phone = contact.phone else { return nil }
        let texts: [(FormField.ID, String)] = [
            (.phone, phone), (.name, contact.shown(.name)), (.email, contact.shown(.email)),
            (.tags, contact.shown(.tags)),
        ]
        entries = texts.filter { !$0.1.isEmpty }.map { id, text in
            Entry(id: id, text: text, kind: nil, original: "", isRemoved: false)
        }
        for member in contact.metadata?.members ?? [] {
            entries.append(
                Entry(
                    id: .metadata(member.name), text: ValueKind.editedText(of: member.value),
                    kind: ValueKind(of: member.value), original: "", isRemoved: false))
        }
        key = nil
        subject = item.subject
        unsent = item.id
    }
}

extension OutboxItem {
    /// What is given up with it, and of a conflict what is sent all the same, as someone else
    /// wrote nothing there; nil for nothing.
    fileprivate var divided: (given: Change, rest: ContactPatch?) {
        guard case .update(let patch) = change.change, let theirs, let original else {
            return (change.change, nil)
        }
        let rest = patch.withoutClashes(original: original, present: theirs)
        guard !rest.isEmpty else { return (change.change, nil) }
        var given = patch
        if rest.name != nil { given.name = nil }
        if rest.email != nil { given.email = nil }
        if rest.tags != nil { given.tags = nil }
        for key in rest.metadata.names { given.metadata[key] = nil }
        return (.update(given), rest)
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
