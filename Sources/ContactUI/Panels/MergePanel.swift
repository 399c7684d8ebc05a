import ContactModel

/// Duplicates and merges as lines of a menu.
enum MergeLines {
    static func item(_ group: DuplicateGroup) -> Menu.Item {
        let names = group.rows.map { $0.contact.name ?? $0.contact.phone ?? "–" }
        return Menu.Item(
            reason(group.reason), sign: String(group.numbers.count),
            detail: names.joined(separator: " | "))
    }

    private static func reason(_ reason: DuplicateGroup.Reason) -> String {
        switch reason {
        case .phone(let phone): "phone \(phone)"
        case .email(let email): "email \(email)"
        case .name(let name): "name \(name)"
        }
    }

    static func items(_ merge: ContactMerge) -> [Menu.Item] {
        merge.choices.map { choice in
            let pick = merge.pick(choice)
            let sign = pick < merge.rows.count ? "\(pick + 1)/\(merge.rows.count)" : "all"
            return Menu.Item(
                label(choice), sign: sign, detail: merge.shown(choice, of: pick) ?? "(nothing)")
        }
            + merge.losses.map { loss in
                let whose = loss.contact.name ?? loss.contact.phone ?? "a contact without a name"
                return Menu.Item(
                    "is lost", sign: "!",
                    detail: "\(loss.members.joined(separator: ", ")) of \(whose)")
            }
    }

    private static func label(_ choice: ContactMerge.Choice) -> String {
        switch choice {
        case .survivor: "stays"
        case .field(let field): field.name
        case .tags: "tags"
        case .metadata(let key): KeyWording.shown(key)
        }
    }
}

extension AppState {
    mutating func findDuplicates() -> [Effect] {
        guard let place else { return [] }
        if let reason = place.readOnly { return show(News(reason, .bad)) }
        if place.isRemote {
            return show(News("merging needs a local file: it is made whole or not at all", .bad))
        }
        news = News("looking for duplicates …")
        return [.duplicates(request: request(.duplicates))]
    }

    mutating func received(_ found: Duplicates, for request: Int) -> [Effect] {
        guard isAwaited(request, .duplicates) else { return [] }
        news = nil
        if isListInFront { open(.duplicates(found)) }
        return []
    }

    mutating func performInDuplicates(
        _ command: Command, _ group: DuplicateGroup?
    ) -> [Effect] {
        guard let group else { return [] }
        switch command {
        case .choose:
            let (count, most) = (group.numbers.count, group.rows.count)
            guard count == most else {
                let problem = "\(count.asContacts): no more than \(most) can be merged at once"
                return show(News(problem, .bad))
            }
            open(.merge(ContactMerge(group.rows)))
            return []
        case .toggleMark:
            panels = []
            marks.change(to: marks.numbers.union(RowSet(group.numbers)))
            list.showsOnlyMarked = true
            return relist()
        default: return []
        }
    }

    mutating func performInMerge(
        _ command: Command, _ merge: ContactMerge, _ line: Int?
    ) -> [Effect] {
        switch command {
        case .toggleItem, .choose:
            guard let line, line < merge.choices.count else { return [] }
            var merge = merge
            merge.cycle(merge.choices[line])
            refresh(.merge(merge))
            return []
        case .save:
            let changes: [ContactChange]
            do throws(ContactMerge.Obstacle) {
                changes = try merge.changes()
            } catch {
                return show(News(error.phrase, .bad))
            }
            return prepare("Merge \(merge.rows.count) contacts into one", .changes(changes))
        default: return []
        }
    }
}

extension ContactMerge.Obstacle {
    /// What is in the way, and what to do.
    fileprivate var phrase: String {
        switch self {
        case .nameless(let contact):
            "not merged: '\(contact.name ?? "")' has neither an id nor a number of its own"
        case .email(let text): "not merged: '\(text)' is no address; pick another email"
        case .tag(let text):
            "not merged: '\(text)' cannot be written as a tag; pick other tags"
        }
    }
}
