import ContactModel
import Screen

/// What stands below the list: news or a prompt, a line of facts, and the keys that fit.
struct ListFoot {
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let rows = app.size.rows
        let hasStatus = ListLayout.chromeRows(for: app.size) == 5
        let newsRow = rows - (hasStatus ? 3 : 2)
        var newsLines = 0
        if let prompt = app.prompt {
            drawPrompt(prompt, row: newsRow, on: &surface)
        } else {
            newsLines = drawNews(row: newsRow, hasStatus: hasStatus, on: &surface)
        }
        if hasStatus, newsLines < 2 {
            surface.put(status, row: rows - 2, column: 1, style: theme.dim)
        }
        surface.putHints(
            hints, vital: app.prompt == nil ? ["edit", "tag", "help"] : ["drop"], theme: theme)
    }

    private var list: ListState { app.list }

    /// Draws the news; a long one takes the status line too, and then the last contact's line
    /// unless the cursor is there.
    ///
    /// - Returns: how many lines it took.
    private func drawNews(row: Int, hasStatus: Bool, on surface: inout Surface) -> Int {
        let hidden = hiddenMarks
        let note = hidden > 0 ? "\(hidden.grouped) marked \(hidden == 1 ? "is" : "are") hidden" : ""
        let end = surface.put(note, row: row, endingAt: app.size.columns - 1, style: theme.unsent)
        guard let news = app.news else { return 0 }
        surface.fill(row: row, columns: 0..<max(0, end - 1), style: .normal)
        let isCursorAbove = list.selected - list.top >= app.listHeight - 1
        return surface.putNews(
            news, row: row, theme: theme, width: max(8, end - 2),
            more: (above: isCursorAbove || !hasStatus ? 0 : 1, below: hasStatus ? 1 : 0))
    }

    private var hiddenMarks: Int {
        guard app.marks.count > 0, let members = list.listing?.members else { return 0 }
        return app.marks.numbers.subtracting(members).count
    }

    private func drawPrompt(_ prompt: PromptState, row: Int, on surface: inout Surface) {
        let start = 1 + surface.put(prompt.sign, row: row, column: 1, style: theme.accent)
        let note = promptNote(prompt)
        let noteWidth = min(surface.shaper.columns(note.text), app.size.columns / 2)
        let width = max(8, app.size.columns - 3 - start - noteWidth)
        let column = surface.put(
            prompt.field, row: row, column: start, width: width, style: .normal)
        surface.put(note.text, row: row, column: start + width + 1, style: note.style)
        underlineFlaw(of: prompt, row: row, start: start, width: width, on: &surface)
        surface.cursor = Position(row: row, column: column)
        surface.isCursorVisible = true
    }

    /// Shows where a filter stops making sense, as long as all of it is in sight.
    private func underlineFlaw(
        of prompt: PromptState, row: Int, start: Int, width: Int, on surface: inout Surface
    ) {
        guard prompt.purpose == .filter, let flaw = list.filterFlaw, flaw.length > 0,
            prompt.field.characters.count < width
        else { return }
        let scalars = Array(prompt.field.text.unicodeScalars)
        let shaper = surface.shaper
        func columns(to end: Int) -> Int {
            shaper.columns(String(String.UnicodeScalarView(scalars.prefix(end))))
        }
        guard columns(to: scalars.count) < width else { return }
        let cells =
            start + columns(to: flaw.offset)..<start + columns(to: flaw.offset + flaw.length)
        surface.restyle(row: row, columns: cells) { style in
            style.attributes.insert(.underline)
            style.foreground = theme.unsent.foreground
        }
    }

    private func promptNote(_ prompt: PromptState) -> (text: String, style: Style) {
        if let problem = prompt.problem { return (problem, theme.bad) }
        if prompt.purpose == .filter, let flaw = list.filterFlaw, flaw.length > 0 {
            return (QueryWording.phrase(flaw.problem), theme.unsent)
        }
        let candidates = app.promptCandidates.prefix(3)
        if !candidates.isEmpty {
            let shown = candidates.map(\.label).joined(separator: " · ")
            return (app.keymap.name(of: .complete, in: .prompt) + ": " + shown, theme.dim)
        }
        guard prompt.purpose == .filter, let flaw = list.filterFlaw else { return ("", .normal) }
        return (QueryWording.phrase(flaw.problem), theme.unsent)
    }

    private var status: String {
        var parts: [String] = []
        if let reason = app.place?.readOnly { parts.append(reason) }
        if list.beginning > 0 {
            parts.append("the first of the file; the rest is being read")
        } else if list.size > 0 {
            parts.append("\((list.told + 1).grouped) of \(list.size.grouped)")
            if let order = hiddenOrder { parts.append(order) }
        }
        if let percent = list.searched { parts.append("searching, \(percent) % looked at") }
        let stop = app.isPaused ? nil : app.keymap.name(of: .stop, in: .list)
        parts += app.outbox.phrases(stop, isPaused: app.isPaused)
        if list.range != nil { parts.append("range: move to widen it, v ends it") }
        if let count = list.count { parts.append("count \(count)") }
        if let flaws = list.detailed?.flaws, !flaws.isEmpty {
            parts.append("? " + flaws.map(FlawWording.phrase).joined(separator: ", "))
        }
        if let found = list.found {
            parts.append("found \(found.numbers.count.grouped): \(found.text)")
        }
        if !app.failures.isEmpty { parts.append("\(app.failures.count.grouped) failed, :failures") }
        if let unknown = list.listing?.unknown, unknown > 0 {
            parts.append("metadata of \(unknown.grouped) not known here")
        }
        if list.listing?.isPartial == true, app.outbox.reading == nil {
            parts.append("the server may hold more: filter")
        }
        return parts.joined(separator: " · ")
    }

    /// The order where no heading tells it, since a column of it is not on the screen.
    private var hiddenOrder: String? {
        let shown = ListLayout(size: app.size, columns: list.columns).columns.map(\.column)
        let keys = list.order.keys
        guard !keys.allSatisfy({ shown.contains($0.column) }) else { return nil }
        let names = keys.map { key in
            ColumnWording.title(key.column) + " " + key.arrow
        }
        return "by " + names.joined(separator: ", ")
    }

    private var hints: [(key: String, label: String)] {
        if let prompt = app.prompt {
            let label = prompt.purpose == .filter ? "keep" : "go"
            let keys: [(Command, String)] = [
                (.accept, label), (.cancel, "drop"), (.complete, "complete"),
                (.olderEntry, "earlier"),
            ]
            return keys.compactMap { command, label in
                app.keymap.notation(of: command, in: .prompt).map { ($0, label) }
            }
        }
        let acting: [(Command, String)] = [
            (.edit, "edit"), (.toggleMark, "mark"), (.markRange, "range"), (.tag, "tag"),
            (.filter, "filter"), (.undo, "undo"), (.palette, "command"), (.help, "help"),
            (.add, "add"), (.tags, "tags"), (.sort, "sort"), (.quit, "quit"),
        ]
        return acting.map { (app.keymap.notation(of: $0.0, in: .list) ?? "", $0.1) }
            .filter { !$0.0.isEmpty }
    }
}
