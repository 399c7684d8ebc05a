import ContactModel
import JSONText
import Screen

/// A bulk change before it is made: what, for whom, what it would really do, what it costs.
struct BulkView {
    let panel: BulkPanel
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let lines = self.lines
        let width = surface.size.columns < 90 ? surface.size.columns : 80
        let height = min(surface.size.rows - 1, lines.count + (isTyped ? 3 : 2))
        let box = Box(
            top: max(0, (surface.size.rows - 1 - height) / 2),
            left: max(0, (surface.size.columns - width) / 2), width: width, height: height)
        box.draw(title: panel.title, on: &surface, theme: theme)
        surface.cursor = Position(row: box.top + 1, column: box.left + 2)
        surface.isCursorVisible = false
        var row = box.top + 1
        if case .tags(let field) = panel.subject {
            drawField(field, row: row, in: box, on: &surface)
            row += 1
        }
        for line in lines where row < box.top + box.height - 1 {
            surface.put(line.label, row: row, column: box.left + 3, style: theme.dim)
            surface.put(
                pieces: line.pieces, row: row, column: box.left + 12, width: box.width - 14)
            row += 1
        }
        surface.putHints(hints, theme: theme)
    }

    private var isTyped: Bool {
        if case .tags = panel.subject { true } else { false }
    }

    private func drawField(
        _ field: TextField, row: Int, in box: Box, on surface: inout Surface
    ) {
        surface.put("Change", row: row, column: box.left + 3, style: theme.dim)
        let note = completion
        let noteWidth = min(surface.shaper.columns(note), box.width / 3)
        let width = max(8, box.width - 18 - (noteWidth > 0 ? noteWidth + 2 : 0))
        surface.put("[", row: row, column: box.left + 12, style: theme.dim)
        let column = surface.put(
            field, row: row, column: box.left + 13, width: width, style: theme.unsent)
        surface.put("]", row: row, column: box.left + 13 + width, style: theme.dim)
        surface.put(
            note, row: row, column: box.left + 16 + width, style: theme.dim, width: noteWidth)
        surface.cursor = Position(row: row, column: column)
        surface.isCursorVisible = true
    }

    private var completion: String {
        guard case .tags(let field) = panel.subject, let prefix = TagEditText.prefix(in: field)
        else { return "" }
        let candidates = app.tagCandidates(prefix.typed).prefix(3)
        guard !candidates.isEmpty, candidates.first?.tag.text != prefix.typed else { return "" }
        return "Tab: "
            + candidates.map { "\($0.tag.text) \($0.count.map(String.init) ?? "")" }
            .joined(separator: " · ")
    }

    private typealias Pieces = [(text: String, style: Style)]

    private var lines: [(label: String, pieces: Pieces)] {
        var lines: [(label: String, pieces: Pieces)] = []
        if !panel.scopes.isEmpty { lines.append(("Scope", scope)) }
        if let problem = panel.problem {
            return lines + [("", [("! " + problem, theme.bad)])]
        }
        guard let effect = panel.effect else {
            let isAsked = app.isWaiting(for: .preview)
            let hint = isAsked ? "counting …" : "+tag adds, -tag removes, +\"two words\""
            return lines + [("Effect", [(hint, theme.dim)])]
        }
        return lines + effects(effect) + samples(effect) + [("Cost", [(cost(effect), .normal)])]
    }

    private var scope: Pieces {
        panel.scopes.enumerated().flatMap { index, scope -> Pieces in
            let isChosen = index == panel.choice
            let sign = panel.scopes.count == 1 ? "" : isChosen ? "(•) " : "( ) "
            return [
                (sign, isChosen ? theme.accent : theme.dim),
                (name(of: scope) + "   ", isChosen ? .normal : theme.dim),
            ]
        }
    }

    private func name(of scope: BulkScope) -> String {
        switch scope {
        case .marked:
            let hidden = app.marks.numbers.subtracting(app.list.listing?.members ?? RowSet()).count
            return "\(app.marks.count) marked" + (hidden > 0 ? ", \(hidden) hidden" : "")
        case .filtered:
            let isAll = app.list.filter.isEmpty && !app.list.showsOnlyMarked
            return "\(app.list.size) " + (isAll ? "all" : "filtered")
        case .selected: return "this one"
        case .everybody: return "everybody who has it"
        }
    }

    private func effects(_ effect: BulkEffect) -> [(label: String, pieces: Pieces)] {
        var lines: [(label: String, pieces: Pieces)] = []
        for tag in effect.tags {
            let words =
                tag.isAdded
                ? "\(tag.changing) gain it, \(tag.staying) have it"
                : "\(tag.changing) lose it, \(tag.staying) do not have it"
            lines.append(
                (
                    lines.isEmpty ? "Effect" : "",
                    [
                        (tag.isAdded ? "+ " : "- ", theme.accent),
                        (tag.tag.text, theme.style(ofTag: tag.tag.text)), ("   " + words, .normal),
                    ]
                ))
        }
        var parts = [
            effect.changing == 1 ? "1 contact changes" : "\(effect.changing) contacts change",
            effect.staying == 1 ? "1 stays" : "\(effect.staying) stay",
        ]
        if effect.unwritable > 0 { parts.append("\(effect.unwritable) cannot be written") }
        let total = parts.joined(separator: ", ")
        return lines + [(lines.isEmpty ? "Effect" : "", [(total, theme.strong)])]
    }

    private func samples(_ effect: BulkEffect) -> [(label: String, pieces: Pieces)] {
        let room = app.size.rows >= 20 ? effect.samples.count : 0
        return effect.samples.prefix(room).enumerated().map { index, sample in
            let name = sample.before.name ?? sample.before.phone ?? "–"
            return (
                index == 0 ? "Such as" : "",
                [(name, .normal), ("   " + SampleText.text(sample), theme.dim)]
            )
        }
    }

    private func cost(_ effect: BulkEffect) -> String {
        guard app.place?.isRemote == true else { return "one write to the disk, one undo step" }
        let calls = effect.calls == 1 ? "1 call" : "\(effect.calls) calls"
        guard let left = panel.callsLeft else { return calls }
        guard effect.calls > left else { return "\(calls) of \(left) left, no waiting" }
        return "\(calls), \(left) left now: the rest waits for the quota"
    }

    private var hints: [(key: String, label: String)] {
        func key(_ command: Command) -> String {
            app.keymap.notation(of: command, in: .bulk) ?? ""
        }
        let count = panel.effect?.changing ?? 0
        let apply = count > 0 ? [(key(.accept), "apply to \(count)")] : []
        let scopes = panel.scopes.count > 1 ? [(key(.nextScope), "scope")] : []
        let plan = count > 0 ? [(key(.writePlan), "plan to a file")] : []
        return apply + scopes + plan + [(key(.close), "cancel")]
    }
}

/// What changes in one contact, short.
enum SampleText {
    static func text(_ sample: BulkEffect.Sample) -> String {
        let (before, after) = (sample.before, sample.after)
        if before == after { return "goes away" }
        var parts: [String] = []
        if before.tags != after.tags {
            parts += after.tags.subtracting(before.tags).texts.map { "+" + $0 }
            parts += before.tags.subtracting(after.tags).texts.map { "-" + $0 }
        }
        for field in [Field.name, .email] where before.shown(field) != after.shown(field) {
            let new = after.shown(field)
            parts.append("\(field.name): \(new.isEmpty ? "cleared" : new)")
        }
        let (old, new) = (before.metadata ?? [:], after.metadata ?? [:])
        for name in new.names where old[name] != new[name] {
            parts.append("\(name): \(new[name]?.jsonText ?? "")")
        }
        parts += old.names.filter { new[$0] == nil }.map { "−\($0)" }
        return parts.joined(separator: "  ")
    }
}

/// A bulk change under way.
struct RunningView {
    let running: RunningState
    let app: AppState
    let theme: Theme

    func draw(on surface: inout Surface) {
        let width = min(surface.size.columns, 60)
        let box = Box(
            top: max(0, (surface.size.rows - 5) / 2),
            left: max(0, (surface.size.columns - width) / 2), width: width, height: 4)
        box.draw(title: running.title, on: &surface, theme: theme)
        let room = width - 6
        let total = running.total ?? 0
        let filled = total > 0 ? min(room, room * running.done / total) : 0
        surface.fill(
            row: box.top + 1, columns: box.left + 3..<box.left + 3 + filled, with: "█",
            style: theme.accent)
        surface.fill(
            row: box.top + 1, columns: box.left + 3 + filled..<box.left + 3 + room, with: "░",
            style: theme.dim)
        let words =
            running.isStopping
            ? "stopping after the contact under way …"
            : total > 0 ? "\(running.done) of \(total)" : "under way …"
        surface.put(words, row: box.top + 2, column: box.left + 3, width: room)
        let stop = app.keymap.notation(of: .stop, in: .running) ?? ""
        surface.putHints([(stop, "stop after this one")], theme: theme)
    }
}
