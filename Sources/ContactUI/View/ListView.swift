import ContactModel
import Screen

/// The list of contacts, drawn.
struct ListView {
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let layout = ListLayout(size: app.size)
        drawTitle(on: &surface)
        if let failure = app.openFailure {
            drawFailure(failure, on: &surface)
            return
        }
        drawHeader(layout, on: &surface)
        if app.list.size > 0 {
            drawRows(layout, on: &surface)
        } else {
            drawEmptiness(on: &surface)
        }
        drawFoot(on: &surface)
    }

    private var list: ListState { app.list }

    private func drawTitle(on surface: inout Surface) {
        let width = app.size.columns
        let counts = self.counts
        let end = surface.put(counts, row: 0, endingAt: width - 1, style: .normal)
        var pieces: [(text: String, style: Style)] = [("Contacts", theme.strong)]
        pieces.append(("  " + (app.place?.title ?? app.title), .normal))
        if !list.filter.isEmpty && app.prompt == nil {
            pieces.append(("   filter: ", theme.dim))
            pieces.append((list.filter, theme.accent))
        }
        surface.put(pieces: pieces, row: 0, column: 1, width: max(0, end - 3))
    }

    private var counts: String {
        guard let listing = list.listing else {
            return app.openFailure == nil ? "loading" : ""
        }
        let partly = listing.isPartial ? "+" : ""
        if listing.count == listing.total { return "\(listing.total)\(partly)" }
        return "\(listing.count)\(partly) of \(listing.total)"
    }

    private func drawHeader(_ layout: ListLayout, on surface: inout Surface) {
        for column in layout.columns {
            let isSorted = column.title == "NAME" && list.order == .byName
            surface.put(
                column.title + (isSorted ? " ▲" : ""), row: 1, column: column.start,
                style: theme.dim, width: column.width)
        }
    }

    private func drawRows(_ layout: ListLayout, on surface: inout Surface) {
        for line in 0..<min(app.listHeight, list.size - list.top) {
            let position = list.top + line
            let row = ListLayout.firstRow + line
            let isSelected = position == list.selected
            if isSelected {
                surface.put(">", row: row, column: 1, style: theme.accent)
                surface.cursor = Position(row: row, column: 1)
            }
            guard let contact = list.rows[position] else {
                surface.put("…", row: row, column: layout.name.start, style: theme.dim)
                continue
            }
            drawRow(contact, isSelected: isSelected, at: row, layout, on: &surface)
        }
    }

    private func drawRow(
        _ row: ContactRow, isSelected: Bool, at line: Int, _ layout: ListLayout,
        on surface: inout Surface
    ) {
        let contact = row.contact
        if !row.flaws.isEmpty { surface.put("?", row: line, column: 3, style: theme.bad) }
        let name = contact.shown(.name)
        let style = isSelected ? theme.selection : .normal
        if isSelected {
            let columns = layout.name.start..<layout.name.start + layout.name.width
            surface.fill(row: line, columns: columns, style: style)
        }
        surface.put(
            name.isEmpty ? "–" : name, row: line, column: layout.name.start, style: style,
            width: layout.name.width)
        surface.put(
            contact.shown(.phone), row: line, column: layout.phone.start,
            width: layout.phone.width)
        if let email = layout.email {
            surface.put(
                contact.shown(.email), row: line, column: email.start, width: email.width)
        }
        if let tags = layout.tags { drawTags(contact, line, tags, on: &surface) }
    }

    private func drawTags(
        _ contact: Contact, _ line: Int, _ column: ListLayout.Column, on surface: inout Surface
    ) {
        var pieces: [(text: String, style: Style)] = []
        for tag in contact.tags.tags.prefix(column.width) {
            if !pieces.isEmpty { pieces.append((", ", theme.dim)) }
            pieces.append((tag.text, theme.style(ofTag: tag.text)))
        }
        surface.put(pieces: pieces, row: line, column: column.start, width: column.width)
    }

    private func drawEmptiness(on surface: inout Surface) {
        guard list.listing != nil else { return }
        let lines: [(String, Style)]
        if list.listing?.total == 0 {
            lines = [
                ("No contacts yet.", theme.strong), ("", .normal),
                ("\(key(.add))  adds the first one", .normal),
                ("\(key(.help))  shows the keys", .normal),
                ("They will live in \(app.place?.title ?? "")", theme.dim),
            ]
        } else {
            lines = [
                ("Nobody matches the filter.", theme.strong),
                ("\(key(.dropLayer))  drops it", .normal),
            ]
        }
        for (index, line) in lines.prefix(app.listHeight).enumerated() {
            surface.put(
                line.0, row: ListLayout.firstRow + index, column: ListLayout.markerColumns,
                style: line.1)
        }
    }

    private func key(_ command: Command) -> String {
        app.keymap.notation(of: command, in: .list) ?? ""
    }

    private func drawFoot(on surface: inout Surface) {
        let rows = app.size.rows
        let hasStatus = ListLayout.chromeRows(for: app.size) == 5
        let newsRow = rows - (hasStatus ? 3 : 2)
        if let prompt = app.prompt {
            drawPrompt(prompt, row: newsRow, on: &surface)
        } else {
            surface.putNews(app.news, row: newsRow, theme: theme)
        }
        if hasStatus {
            surface.put(status, row: rows - 2, column: 1, style: theme.dim)
        }
        surface.putHints(hints, theme: theme)
    }

    private func drawPrompt(_ prompt: PromptState, row: Int, on surface: inout Surface) {
        surface.put("/", row: row, column: 1, style: theme.accent)
        let note = list.filterFlaw == nil ? "" : "  unfinished: shows the last good result"
        let width = max(8, app.size.columns - 4 - note.count)
        let column = surface.put(prompt.field, row: row, column: 2, width: width, style: .normal)
        if !note.isEmpty {
            surface.put(note, row: row, column: 3 + width, style: theme.unsent)
        }
        surface.cursor = Position(row: row, column: column)
        surface.isCursorVisible = true
    }

    private var status: String {
        var parts: [String] = []
        if let reason = app.place?.readOnly { parts.append(reason) }
        if list.size > 0 { parts.append("\(list.selected + 1) of \(list.size)") }
        if let count = list.count { parts.append("count \(count)") }
        if let flaws = list.selectedRow?.flaws, !flaws.isEmpty {
            parts.append("? " + flaws.map(FlawWording.phrase).joined(separator: ", "))
        }
        if list.listing?.isPartial == true { parts.append("the server may hold more: filter") }
        return parts.joined(separator: " · ")
    }

    private var hints: [(key: String, label: String)] {
        if app.prompt != nil {
            return [("Enter", "keep"), ("Esc", "drop"), ("Up", "earlier filters")]
        }
        return [
            (key(.edit), "edit"), (key(.filter), "filter"), (key(.add), "add"),
            (key(.undo), "undo"), (key(.help), "help"), (key(.quit), "quit"),
            (key(.reload), "reload"),
        ]
    }

    private func drawFailure(_ open: OpenFailure, on surface: inout Surface) {
        let width = max(8, app.size.columns - 6)
        var row = ListLayout.firstRow
        for line in wrapped(open.failure.message, width, surface.shaper) {
            surface.put(line, row: row, column: 3, style: theme.bad)
            row += 1
        }
        for line in wrapped(open.failure.advice, width, surface.shaper) {
            row += surface.put(line, row: row, column: 3) > 0 ? 1 : 0
        }
        let create = open.canCreate ? [("Enter", "create it")] : []
        surface.putHints(create + [("R", "try again"), ("q", "quit")], theme: theme)
    }
}

/// Breaks a sentence into lines at spaces; a word longer than a line is cut when it is drawn.
func wrapped(_ text: String, _ width: Int, _ shaper: TextShaper) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if shaper.columns(longer) > width, !line.isEmpty {
            lines.append(line)
            line = String(word)
        } else {
            line = longer
        }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
}
