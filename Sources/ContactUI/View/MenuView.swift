import ContactModel
import Screen

/// Where a menu stands: in the middle, as large as its lines want and the screen allows.
enum MenuLayout {
    /// How many lines of a menu fit.
    static func height(in size: Size) -> Int { max(1, size.rows - (size.rows < 12 ? 4 : 5)) }
}

/// A menu in a box in front of the list.
struct MenuView {
    let panel: Panel
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let lines = visible
        let wanted = wantedWidth(surface.shaper)
        let room = max(10, surface.size.columns - 2)
        let width = min(room, max(wanted, 46, surface.shaper.columns(panel.emptiness)) + 6)
        let count = min(max(menu.items.count, 1), app.menuHeight)
        let height = min(surface.size.rows - 1, count + 3)
        let box = Box(
            top: max(0, (surface.size.rows - 1 - height) / 2),
            left: max(0, (surface.size.columns - width) / 2), width: width, height: height)
        box.draw(title: title, on: &surface, theme: theme)
        drawLines(lines, in: box, on: &surface)
        drawFoot(in: box, on: &surface)
        surface.putHints(hints, vital: ["back"], theme: theme)
    }

    /// What lets the first lines be shown whole, their details in a column of their own.
    private func wantedWidth(_ shaper: TextShaper) -> Int {
        let lines = menu.items.prefix(200)
        let labels = lines.map { shaper.columns($0.label) }
        let details = lines.map { shaper.columns($0.detail) }
        let pairs = zip(labels, details).filter { $0.1 > 0 }
        let both = (pairs.map(\.0).max() ?? 0) + 3 + (pairs.map(\.1).max() ?? 0)
        return signWidth + max(labels.max() ?? 0, pairs.isEmpty ? 0 : both)
    }

    private var menu: Menu { panel.menu }

    /// Whether the lines are fields of a file that another program overwrote.
    private var isOfFile: Bool { app.place?.isRemote != true }

    private var title: String {
        guard case .outbox(let items) = panel.subject, isOfFile else { return panel.title }
        return "Overwritten by another program · \(items.count.grouped)"
    }

    private var visible: [Menu.Item] {
        menu.shown.dropFirst(menu.cursor.top).prefix(app.menuHeight).map { menu.items[$0] }
    }

    private var emptiness: String {
        if menu.narrowing.isEmpty { return panel.emptiness }
        let isCounting =
            [.columns, .sort].contains(panel.context) && app.isWaiting(for: .metadataKeys)
        return isCounting ? "Reading the metadata keys …" : "Nothing of this name."
    }

    private var signWidth: Int {
        // What commands are called goes before their keys, where both do not fit.
        if panel.context == .palette, app.size.columns < 60 { return 0 }
        let longest = menu.items.prefix(1000).map(\.sign.count).max() ?? 0
        return longest == 0 ? 0 : longest + 2
    }

    private func drawLines(_ lines: [Menu.Item], in box: Box, on surface: inout Surface) {
        guard !lines.isEmpty else {
            surface.put(
                emptiness, row: box.top + 1, column: box.left + 3, width: box.width - 5)
            return
        }
        let labelWidth = labelWidth(lines, in: box, surface.shaper)
        for (index, line) in lines.enumerated() {
            let row = box.top + 1 + index
            let isSelected = menu.cursor.top + index == menu.cursor.selected
            if isSelected {
                surface.put(">", row: row, column: box.left + 1, style: theme.accent)
                if !menu.isNarrowing {
                    surface.cursor = Position(row: row, column: box.left + 1)
                }
            }
            var column = box.left + 3
            if signWidth > 0 {
                surface.put(line.sign, row: row, column: column, style: theme.accent)
            }
            column += signWidth
            let style = isSelected ? theme.selection : labelStyle(line)
            let width = line.detail.isEmpty ? room(in: box) : labelWidth
            surface.put(line.label, row: row, column: column, style: style, width: width)
            column += labelWidth + 2
            surface.put(
                line.detail, row: row, column: column, style: theme.dim,
                width: max(0, box.left + box.width - 2 - column))
        }
    }

    private func room(in box: Box) -> Int { max(1, box.width - signWidth - 5) }

    /// What labels get beside details: all they want where both fit, never less than half.
    private func labelWidth(_ lines: [Menu.Item], in box: Box, _ shaper: TextShaper) -> Int {
        let pairs = lines.filter { !$0.detail.isEmpty }
        let labels = pairs.map { shaper.columns($0.label) }.max() ?? 0
        let details = pairs.map { shaper.columns($0.detail) }.max() ?? 0
        let room = room(in: box) - 2
        return max(1, min(labels, max(room - details, room / 2, min(room, 16))))
    }

    /// What the line under the cursor could not show whole; nil where it is all there.
    private func remainder(in box: Box, _ shaper: TextShaper) -> String? {
        guard let selection = menu.selection else { return nil }
        let line = menu.items[selection]
        let label = shaper.columns(line.label)
        if line.detail.isEmpty { return label > room(in: box) ? line.label : nil }
        let width = labelWidth(visible, in: box, shaper)
        if label > room(in: box), !line.gist.isEmpty { return line.gist }
        if shaper.columns(line.detail) > room(in: box) - width - 2 { return line.detail }
        return label > width ? line.label : nil
    }

    private func labelStyle(_ line: Menu.Item) -> Style {
        if case .tags = panel.subject { return theme.style(ofTag: line.label) }
        return .normal
    }

    /// The line that narrows, or what is wrong with it.
    private func drawFoot(in box: Box, on surface: inout Surface) {
        let row = box.top + box.height - 2
        if menu.isNarrowing || !menu.narrowing.isEmpty {
            let sign = panel.context == .palette ? ":" : "/"
            surface.put(sign, row: row, column: box.left + 2, style: theme.accent)
            let column = surface.put(
                menu.narrowing, row: row, column: box.left + 3, width: box.width - 6,
                style: .normal)
            if menu.isNarrowing {
                surface.cursor = Position(row: row, column: column)
                surface.isCursorVisible = true
            }
        } else if let remainder = remainder(in: box, surface.shaper) {
            surface.put(
                remainder, row: row, column: box.left + 3, style: theme.dim, width: box.width - 5)
        }
        if let problem = panel.problem {
            surface.put(
                " \(problem) ", row: box.top + box.height - 1, column: box.left + 2,
                style: theme.bad,
                width: box.width - 4)
        } else if menu.shown.count > visible.count {
            let place = " \((menu.cursor.selected + 1).grouped) of \(menu.shown.count.grouped) "
            surface.put(
                place, row: box.top + box.height - 1,
                column: box.left + box.width - 2 - surface.shaper.columns(place),
                style: theme.dim)
        }
    }

    private var hints: [(key: String, label: String)] {
        func hint(_ command: Command, _ label: String) -> [(key: String, label: String)] {
            let key =
                app.keymap.notation(of: command, in: panel.context)
                ?? app.keymap.notation(of: command, in: .menu)
            return key.map { [($0, label)] } ?? []
        }
        let own: [(key: String, label: String)] =
            switch panel.subject {
            case .tags:
                hint(.choose, "filter by") + hint(.toggleMark, "mark") + hint(.renameItem, "rename")
            case .sort: hint(.choose, "sort by") + hint(.addItem, "add, reverse, drop")
            case .columns:
                hint(.toggleItem, "show") + hint(.moveItemDown, "down") + hint(.moveItemUp, "up")
            case .log:
                hint(.choose, "unfold") + hint(.copyCommand, "copy") + hint(.undo, "undo")
                    + hint(.redo, "redo")
            case .duplicates: hint(.choose, "merge") + hint(.toggleMark, "mark them")
            case .merge: hint(.toggleItem, "other value") + hint(.save, "merge")
            case .failures(let failures):
                failures.contains { $0.change != nil } ? hint(.retry, "try again") : []
            case .outbox where isOfFile:
                hint(.choose, "edit") + hint(.retry, "keep yours")
                    + hint(.removeItem, "keep theirs")
            case .outbox:
                hint(.choose, "edit")
                    + hint(.retry, app.size.columns < 60 ? "resend" : "send again")
                    + hint(.removeItem, "give up")
            case .palette: hint(.choose, "run") + hint(.complete, "complete")
            }
        let narrowing = panel.context == .palette ? [] : hint(.filter, "search")
        return own + narrowing + hint(.close, "back")
    }
}
