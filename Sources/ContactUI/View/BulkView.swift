import ContactModel
import Screen

/// A bulk change before it is made: what, for whom, what it would really do, what it costs.
struct BulkView {
    let panel: BulkPanel
    let app: AppState
    let theme: Theme
    let shaper: TextShaper

    func draw(on surface: inout Surface) {
        let lines = self.lines
        let width = self.width
        let height = min(surface.size.rows - 1, lines.count + (isTyped ? 3 : 2))
        let box = Box(
            top: max(0, (surface.size.rows - 1 - height) / 2),
            left: max(0, (surface.size.columns - width) / 2), width: width, height: height)
        let title = panel.title + (panel.remark.isEmpty ? "" : ": " + panel.remark)
        box.draw(title: title, on: &surface, theme: theme)
        surface.cursor = Position(row: box.top + 1, column: box.left + 2)
        surface.isCursorVisible = false
        var row = box.top + 1
        if case .tags(let field) = panel.subject {
            drawField(field, row: row, in: box, on: &surface)
            row += 1
        }
        for line in lines where row < box.top + box.height - 1 {
            if !isNarrow {
                surface.put(line.label, row: row, column: box.left + 3, style: theme.dim)
            }
            surface.put(
                pieces: line.pieces, row: row, column: box.left + textColumn, width: textWidth)
            row += 1
        }
        surface.putHints(hints, vital: ["cancel"], theme: theme)
    }

    private var width: Int { app.size.columns < 90 ? app.size.columns : 80 }

    /// Without room for labels the lines speak for themselves.
    private var isNarrow: Bool { app.size.columns < 60 }

    private var textColumn: Int { isNarrow ? 2 : 12 }

    private var textWidth: Int { width - textColumn - 2 }

    private var isTyped: Bool {
        if case .tags = panel.subject { true } else { false }
    }

    private func drawField(
        _ field: TextField, row: Int, in box: Box, on surface: inout Surface
    ) {
        if !isNarrow { surface.put("Change", row: row, column: box.left + 3, style: theme.dim) }
        let start = box.left + textColumn
        let note = completion
        let noteWidth = min(surface.shaper.columns(note), box.width / 3)
        let width = max(8, textWidth - 2 - (noteWidth > 0 ? noteWidth + 2 : 0))
        surface.put("[", row: row, column: start, style: theme.dim)
        let column = surface.put(
            field, row: row, column: start + 1, width: width, style: theme.unsent)
        surface.put("]", row: row, column: start + 1 + width, style: theme.dim)
        surface.put(
            note, row: row, column: start + 4 + width, style: theme.dim, width: noteWidth)
        surface.cursor = Position(row: row, column: column)
        surface.isCursorVisible = true
    }

    private var completion: String {
        guard case .tags(let field) = panel.subject, let prefix = TagEditText.prefix(in: field)
        else { return "" }
        let candidates = app.tagCandidates(prefix.typed).prefix(3)
        guard !candidates.isEmpty, candidates.first?.tag.text != prefix.typed else { return "" }
        return app.keymap.name(of: .complete, in: .bulk) + ": "
            + candidates.map { "\($0.tag.text) \($0.count.map(String.init) ?? "")" }
            .joined(separator: " · ")
    }

    private typealias Pieces = [(text: String, style: Style)]
    private typealias Lines = [(label: String, pieces: Pieces)]

    /// What fits, the scope and the whole before single tags, names and samples.
    private var lines: Lines {
        let room = max(1, app.size.rows - 3 - (isTyped ? 1 : 0))
        let head: Lines = panel.scopes.isEmpty ? [] : [("Scope", scope)]
        if let problem = panel.problem {
            return fitted(head, sentence("", "! " + problem, theme.bad), to: room)
        }
        guard let effect = panel.effect else {
            let asked = app.isWaiting(for: .preview)
            let example = "+tag adds, -tag removes" + (isNarrow ? "" : ", +\"two words\"")
            let hint = asked ? "counting …" : example
            return fitted(head, [("Effect", [(hint, theme.dim)])], to: room)
        }
        let total: Lines = [(effect.tags.isEmpty ? "Effect" : "", [(whole(effect), theme.strong)])]
        let foot = sentence("Cost", cost(effect), .normal)
        var spare = max(0, room - head.count - total.count - foot.count)
        let tags = self.tags(effect, room: spare)
        spare -= tags.count
        let obstacles = self.obstacles(effect, room: min(3, spare))
        let samples = self.samples(effect, room: spare - obstacles.count)
        guard head.count + total.count + foot.count <= room else {
            return fitted(head, total, to: room)
        }
        return head + tags + total + obstacles + samples + foot
    }

    /// As much of the head as the rest leaves room for.
    private func fitted(_ head: Lines, _ rest: Lines, to room: Int) -> Lines {
        (head.prefix(max(0, room - rest.count)) + rest).suffix(room)
    }

    private func sentence(_ label: String, _ text: String, _ style: Style) -> Lines {
        wrapped(text, textWidth, shaper).enumerated().map { index, line in
            (index == 0 ? label : "", [(line, style)])
        }
    }

    /// The scopes side by side; where they do not fit, the chosen one and how many there are.
    private var scope: Pieces {
        if isNarrow, let chosen = panel.scope {
            let place = panel.scopes.count > 1 ? "\(panel.choice + 1)/\(panel.scopes.count) " : ""
            return [(place, theme.dim), (name(of: chosen), .normal)]
        }
        return panel.scopes.enumerated().flatMap { index, scope -> Pieces in
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
            return "\(app.marks.count.grouped) marked"
                + (hidden > 0 ? ", \(hidden.grouped) hidden" : "")
        case .filtered:
            let isAll = app.list.filter.isEmpty && !app.list.showsOnlyMarked
            let known = app.list.listing?.isPartial == true ? "known, " : ""
            return "\(app.list.size.grouped) \(known)" + (isAll ? "all" : "filtered")
        case .selected: return "this one"
        case .everybody: return "everybody who has it"
        }
    }

    private func tags(_ effect: BulkEffect, room: Int) -> Lines {
        let isWhole = effect.tags.count <= max(1, room)
        var lines = effect.tags.prefix(isWhole ? room : room - 1).enumerated().map { index, tag in
            let words =
                tag.isAdded
                ? "\(tag.changing.grouped) gain it, \(tag.staying.grouped) have it"
                : "\(tag.changing.grouped) lose it, \(tag.staying.grouped) do not have it"
            let pieces: Pieces = [
                (tag.isAdded ? "+ " : "- ", theme.accent),
                (shortened(tag.tag.text), theme.style(ofTag: tag.tag.text)),
                ("   " + words, .normal),
            ]
            return (label: index == 0 ? "Effect" : "", pieces: pieces)
        }
        if !isWhole {
            lines.append(("", [("and \(effect.tags.count - lines.count) more tags", theme.dim)]))
        }
        return lines
    }

    private var isDeletion: Bool { panel.subject == .edit(.delete) }

    private func unwritable(_ effect: BulkEffect) -> Int {
        effect.unwritable + panel.leftOut.count
    }

    private func whole(_ effect: BulkEffect) -> String {
        let verbs = isDeletion ? ("is deleted", "are deleted") : ("changes", "change")
        var parts = [
            effect.changing.asContacts + " " + (effect.changing == 1 ? verbs.0 : verbs.1),
            effect.staying == 1 ? "1 stays" : "\(effect.staying.grouped) stay",
        ]
        if unwritable(effect) > 0 {
            parts.append("\(unwritable(effect).grouped) cannot" + (isNarrow ? "" : " be written"))
        }
        return parts.joined(separator: ", ")
    }

    /// The first contacts that are left out, and why; all of them are told afterwards.
    private func obstacles(_ effect: BulkEffect, room: Int) -> Lines {
        let all =
            panel.leftOut.map { ($0.subject, $0.reason) }
            + effect.obstacles.map { ($0.subject, FlawWording.phrase($0.reason)) }
        var lines = all.prefix(max(0, room)).map { subject, reason in
            let pieces: Pieces = [
                ("! " + shortened(subject), theme.bad), ("   " + reason, theme.dim),
            ]
            return (label: "", pieces: pieces)
        }
        let more = unwritable(effect) - lines.count
        if more > 0, let last = lines.indices.last, !isNarrow {
            lines[last].pieces.append((", and \(more.grouped) more", theme.dim))
        }
        return lines
    }

    private func samples(_ effect: BulkEffect, room: Int) -> Lines {
        effect.samples.prefix(max(0, room)).enumerated().map { index, sample in
            let name = sample.before.name ?? sample.before.phone ?? "new"
            return (
                index == 0 ? "Such as" : "",
                [(shortened(name), .normal), ("   " + SampleText.text(sample), theme.dim)]
            )
        }
    }

    /// A name that leaves room for what is said of it.
    private func shortened(_ name: String) -> String {
        shaper.cut(name, to: textWidth / 2)
    }

    private func cost(_ effect: BulkEffect) -> String {
        guard app.place?.isRemote == true else {
            return isNarrow ? "one write, one undo step" : "one write to the disk, one undo step"
        }
        let calls = effect.calls == 1 ? "1 call" : "\(effect.calls.grouped) calls"
        guard let quota = panel.quota else { return calls }
        let queue = quota.waiting > 0 ? ", \(quota.waiting.grouped) queued before" : ""
        guard let time = quota.time else {
            return "\(calls) of \(quota.callsLeft.grouped) left\(queue), no waiting"
        }
        return "\(calls), \(quota.callsLeft.grouped) left now\(queue): about \(time)"
    }

    private var hints: [(key: String, label: String)] {
        func key(_ command: Command) -> String {
            app.keymap.notation(of: command, in: .bulk) ?? ""
        }
        let count = panel.effect?.changing ?? 0
        let apply =
            count > 0
            ? [(key(.accept), (isDeletion ? "delete " : "apply to ") + count.grouped)] : []
        let scopes = panel.scopes.count > 1 ? [(key(.nextScope), "scope")] : []
        let plan = count > 0 ? [(key(.writePlan), "plan to a file")] : []
        return apply + scopes + plan + [(key(.close), "cancel")]
    }
}
