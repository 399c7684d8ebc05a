package import ContactModel
import Screen

/// A menu in front of the list.
package struct Panel: Hashable, Sendable {
    /// What the lines of a menu are.
    package enum Subject: Hashable, Sendable {
        /// Every tag with its count.
        case tags([TagCount])
        /// Columns to sort by.
        case sort([Column])
        /// Columns to show: those that are shown first.
        case columns([Column])
        /// What was changed, step by step; those unfolded by their ids.
        case log([LogEntry], unfolded: Set<String>)
        /// Contacts that may be one person.
        case duplicates(Duplicates)
        /// Contacts becoming one.
        case merge(ContactMerge)
        /// What failed in the last bulk change.
        case failures([BulkFailure])
        /// What is not sent.
        case outbox([OutboxItem])
        /// Every command.
        case palette([Command])
    }

    /// What the lines are.
    package internal(set) var subject: Subject
    /// The lines.
    package internal(set) var menu: Menu
    /// What the palette's text last complained of.
    package internal(set) var problem: String?

    /// The place whose keys count.
    package var context: KeyContext {
        switch subject {
        case .tags: .tags
        case .sort: .sort
        case .columns: .columns
        case .log: .log
        case .duplicates: .duplicates
        case .merge: .merge
        case .failures: .failures
        case .outbox: .outbox
        case .palette: .palette
        }
    }

    /// The heading.
    package var title: String {
        switch subject {
        case .tags(let tags): "Tags · \(tags.count.grouped)"
        case .sort: "Sort by"
        case .columns: "Columns"
        case .log: "Changes, newest first"
        case .duplicates(let found) where found.groups.count < found.count:
            "Duplicates · the first \(found.groups.count.grouped) of \(found.count.grouped)"
        case .duplicates(let found): "Duplicates · \(found.count.grouped)"
        case .merge(let merge): "Merge \(merge.rows.count) contacts into one"
        case .failures(let failures): "Not changed · \(failures.count.grouped)"
        case .outbox(let items): "Not sent · \(items.reduce(0) { $0 + $1.count }.grouped)"
        case .palette: "Command"
        }
    }

    /// What stands where no line is.
    package var emptiness: String {
        switch subject {
        case .tags: "No contact bears a tag."
        case .log: "Nothing was changed yet."
        case .duplicates: "No two contacts share a phone number, an email or a name."
        case .failures: "Nothing failed."
        case .outbox: "Everything is sent."
        default: "Nothing of this name."
        }
    }
}

extension AppState {
    /// Whether nothing has opened in front of the list meanwhile, where an answer would open a
    /// menu or a form.
    var isListInFront: Bool {
        form == nil && panels.isEmpty && bulk == nil && prompt == nil && running == nil
    }

    /// How many lines a menu shows.
    var menuHeight: Int { MenuLayout.height(in: size) }

    /// Opens a menu in front of whatever is there.
    mutating func open(_ subject: Panel.Subject) {
        var panel = Panel(subject: subject, menu: Menu())
        panel.menu.replace(items(of: subject), height: menuHeight)
        panels.append(panel)
    }

    /// Puts other lines into the menu in front.
    mutating func refresh(_ subject: Panel.Subject) {
        guard let last = panels.indices.last else { return }
        panels[last].subject = subject
        panels[last].menu.replace(items(of: subject), height: menuHeight)
    }

    private func items(of subject: Panel.Subject) -> [Menu.Item] {
        switch subject {
        case .tags(let tags): tagItems(tags)
        case .sort(let columns): sortItems(columns)
        case .columns(let columns): columnItems(columns)
        case .log(let entries, let unfolded): LogLines.items(entries, unfolded, clock)
        case .duplicates(let found): found.groups.map(MergeLines.item)
        case .merge(let merge): MergeLines.items(merge)
        case .failures(let failures): failures.map { Menu.Item($0.subject, detail: $0.reason) }
        case .outbox(let items): items.map(OutboxLines.item)
        case .palette(let commands): paletteItems(commands)
        }
    }

    mutating func pressInPanel(_ key: Key) -> [Effect] {
        guard let last = panels.indices.last else { return [] }
        let panel = panels[last]
        if case .palette = panel.subject { return pressInPalette(key) }
        if panel.menu.isNarrowing { return narrow(by: key) }
        if typeCount(key, into: &panels[last].menu.count) { return [] }
        guard let command = command(for: key, in: [panel.context, .menu]) else {
            if pendingKeys.isEmpty { panels[last].menu.count = nil }
            return []
        }
        return performInMenu(command)
    }

    private mutating func performInMenu(_ command: Command) -> [Effect] {
        guard let last = panels.indices.last else { return [] }
        if panels[last].menu.move(command, height: menuHeight) { return [] }
        switch command {
        case .filter: panels[last].menu.isNarrowing = true
        case .close: closePanel()
        case .redraw: return [.redraw]
        case .help: help = HelpState(context: panels[last].context)
        default: return performInSubject(command)
        }
        return []
    }

    private mutating func performInSubject(_ command: Command) -> [Effect] {
        guard let panel = panels.last else { return [] }
        let line = panel.menu.selection
        switch panel.subject {
        case .tags(let tags): return performInTags(command, line.map { tags[$0] })
        case .sort(let columns): return performInSort(command, line.map { columns[$0] })
        case .columns(let columns): return performInColumns(command, columns, line)
        case .log(let entries, let unfolded):
            return performInLog(command, entries, unfolded, line)
        case .duplicates(let found):
            return performInDuplicates(command, line.map { found.groups[$0] })
        case .merge(let merge): return performInMerge(command, merge, line)
        case .failures(let failures): return performInFailures(command, failures)
        case .outbox(let items): return performInOutbox(command, line.map { items[$0] })
        case .palette: return []
        }
    }

    /// Closes the menu in front; a narrowed one is first shown whole again.
    mutating func closePanel() {
        guard let last = panels.indices.last else { return }
        if panels[last].menu.narrowing.isEmpty {
            panels.removeLast()
        } else {
            panels[last].menu.narrow(height: menuHeight) { $0.replace(with: "") }
        }
    }

    /// Types into the text that narrows a menu; Enter keeps it, Esc drops it.
    private mutating func narrow(by key: Key) -> [Effect] {
        guard let last = panels.indices.last else { return [] }
        let height = menuHeight
        if key == .control("l") { return [.redraw] }
        switch key.code {
        case .enter: panels[last].menu.isNarrowing = false
        case .escape:
            panels[last].menu.isNarrowing = false
            panels[last].menu.narrow(height: height) { $0.replace(with: "") }
        case .up: _ = panels[last].menu.move(.moveUp, height: height)
        case .down: _ = panels[last].menu.move(.moveDown, height: height)
        default:
            var killed = ""
            panels[last].menu.narrow(height: height) { [keymap] in
                _ = $0.edit(key, in: keymap, killed: &killed)
            }
        }
        return []
    }

    private mutating func performInFailures(
        _ command: Command, _ failures: [BulkFailure]
    ) -> [Effect] {
        guard command == .retry, !failures.isEmpty else { return [] }
        let changes = failures.compactMap(\.change)
        guard !changes.isEmpty else {
            return show(News("trying again would not help: mend these in the file", .bad))
        }
        panels = []
        return prepare("Try again", .changes(changes))
    }
}
