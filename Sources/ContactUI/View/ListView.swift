import ContactModel
import Screen

/// The list of contacts, drawn.
struct ListView {
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let layout = ListLayout(size: app.size, columns: list.columns)
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
        if let column = layout.ruleColumn {
            DetailView(app: app, theme: theme, column: column).draw(on: &surface)
        }
        ListFoot(app: app, theme: theme).draw(on: &surface)
    }

    private var list: ListState { app.list }

    private func drawTitle(on surface: inout Surface) {
        let end = surface.put(counts, row: 0, endingAt: app.size.columns - 1, style: .normal)
        var pieces: [(text: String, style: Style)] = [("Contacts", theme.strong)]
        pieces.append(("  " + (app.place?.title ?? app.title), .normal))
        if list.showsOnlyMarked { pieces.append(("   marked only", theme.accent)) }
        if !list.filter.isEmpty && app.prompt?.purpose != .filter {
            pieces.append(("   filter: ", theme.dim))
            pieces.append((list.filter, theme.accent))
        }
        surface.put(pieces: pieces, row: 0, column: 1, width: max(0, end - 3))
    }

    private var counts: String {
        guard let listing = list.listing else {
            guard app.openFailure == nil else { return "" }
            return list.beginning > 0 ? "first \(list.beginning.grouped), loading" : "loading"
        }
        let partly = listing.isPartial ? "+" : ""
        var text = listing.count.grouped + partly
        if listing.count != listing.total { text += " of " + listing.total.grouped }
        return app.marks.count > 0 ? text + " · \(app.marks.count.grouped) marked" : text
    }

    private func drawHeader(_ layout: ListLayout, on surface: inout Surface) {
        for place in layout.columns {
            let sign = list.beginning > 0 ? "" : app.sortSign(place.column)
            let title = ColumnWording.header(place.column) + (sign.isEmpty ? "" : " " + sign)
            surface.put(title, row: 1, column: place.start, style: theme.dim, width: place.width)
        }
    }

    private func drawRows(_ layout: ListLayout, on surface: inout Surface) {
        for line in 0..<min(app.listHeight, list.size - list.top) {
            let position = list.top + line
            let row = ListLayout.firstRow + line
            let isSelected = position == list.selected
            if isSelected {
                surface.put(">", row: row, column: 1, style: markerStyle)
                surface.cursor = Position(row: row, column: 1)
            }
            guard let contact = list.rows[position] else {
                surface.put("…", row: row, column: ListLayout.markerColumns, style: theme.dim)
                continue
            }
            drawRow(contact, isSelected: isSelected, at: row, layout, on: &surface)
        }
    }

    private func drawRow(
        _ row: ContactRow, isSelected: Bool, at line: Int, _ layout: ListLayout,
        on surface: inout Surface
    ) {
        if app.marks.contains(row.number) {
            surface.put("*", row: line, column: 2, style: theme.accent)
        }
        if let unsent = row.unsent {
            let style = unsent == .waiting ? theme.unsent : theme.bad
            surface.put(unsent.sign, row: line, column: 3, style: style)
        } else if !row.flaws.isEmpty {
            surface.put("?", row: line, column: 3, style: theme.bad)
        }
        let lit = isSelected ? litCells(layout) : 0..<0
        surface.fill(row: line, columns: lit, style: theme.selection)
        for place in layout.columns {
            let style = lit.contains(place.start) ? theme.selection : .normal
            draw(row.contact, place, line, style, on: &surface)
        }
    }

    /// Where the accent has a colour, that is enough: being bold as well would cost every step
    /// 15 bytes.
    private var markerStyle: Style {
        theme.accent.foreground == .standard
            ? theme.accent : Style(foreground: theme.accent.foreground)
    }

    /// The cells of the row under the cursor that stand out.
    private func litCells(_ layout: ListLayout) -> Range<Int> {
        guard let first = layout.columns.first, let last = layout.columns.last else { return 0..<0 }
        switch theme.highlight {
        case .marker: return 0..<0
        case .name: return first.start..<first.start + first.width
        case .row: return first.start..<last.start + last.width
        }
    }

    private func draw(
        _ contact: Contact, _ place: ListLayout.Place, _ line: Int, _ style: Style,
        on surface: inout Surface
    ) {
        if place.column == .field(.tags) && style == .normal {
            drawTags(contact, line, place, on: &surface)
            return
        }
        let text = CellText.text(of: contact, place.column, now: app.clock.now())
        let shown = text.isEmpty && place.column == .field(.name) ? "–" : text
        surface.put(shown, row: line, column: place.start, style: style, width: place.width)
    }

    private func drawTags(
        _ contact: Contact, _ line: Int, _ place: ListLayout.Place, on surface: inout Surface
    ) {
        var pieces: [(text: String, style: Style)] = []
        for tag in contact.tags.tags.prefix(place.width) {
            // The comma keeps its tag's look: every change of look costs bytes on the way.
            if let last = pieces.indices.last { pieces[last].text += ", " }
            pieces.append((tag.text, theme.style(ofTag: tag.text)))
        }
        surface.put(pieces: pieces, row: line, column: place.start, width: place.width)
    }

    private func drawEmptiness(on surface: inout Surface) {
        guard list.listing != nil else { return }
        for (index, line) in emptiness.prefix(app.listHeight).enumerated() {
            surface.put(
                line.0, row: ListLayout.firstRow + index, column: ListLayout.markerColumns,
                style: line.1)
        }
    }

    private var emptiness: [(String, Style)] {
        guard list.listing?.total == 0 else {
            return [
                (nobody, theme.strong),
                ("\(key(.dropLayer))  \(list.filter.isEmpty ? "shows all" : "drops it")", .normal),
            ]
        }
        guard list.listing?.isPartial != true else {
            return [
                ("Nobody of \(app.place?.title ?? "") is known here yet.", theme.strong),
                ("\(key(.filter))  asks the server for matches", .normal),
                ("\(key(.reload))  tries to read everybody", .normal),
                ("\(key(.add))  adds someone, sent later", .normal),
            ]
        }
        let colon = key(.palette)
        let rows = [
            (key(.add), "adds the first one"),
            (colon + "import FILE", "brings in csv, cards (vcf) or JSON"),
            (colon + "profile NAME", "opens a workspace of your configuration"),
            (colon + "demo", "shows sample contacts; nothing is kept"),
            (key(.help), "shows the keys"),
        ]
        let width = app.size.columns < 60 ? 0 : rows.map(\.0.count).max() ?? 0
        let lines = rows.map { keys, words in
            keys + String(repeating: " ", count: max(0, width - keys.count) + 2) + words
        }
        return [("No contacts yet. They will live in \(app.place?.title ?? "")", theme.strong)]
            + (app.size.rows < 12 ? [] : [("", .normal)]) + lines.map { ($0, .normal) }
    }

    private var nobody: String {
        guard list.showsOnlyMarked else {
            let isKnown = list.listing?.isPartial != true
            return isKnown ? "Nobody matches the filter." : "Nobody known here matches the filter."
        }
        return list.filter.isEmpty ? "Nobody is marked." : "Nobody who is marked matches."
    }

    private func key(_ command: Command) -> String {
        app.keymap.notation(of: command, in: .list) ?? ""
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
        surface.putNews(app.news, row: app.size.rows - 2, theme: theme, more: (above: 1, below: 0))
        let create = open.canCreate ? [("Enter", "create it")] : []
        let back = app.canReturn ? [("Esc", "back to where you were")] : []
        surface.putHints(create + [("R", "try again")] + back + [("q", "quit")], theme: theme)
    }
}
