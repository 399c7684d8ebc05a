import Screen

/// A question in a box, drawn over whatever is there.
struct DialogView {
    let dialog: Dialog
    let theme: Theme

    func draw(on surface: inout Surface) {
        let room = max(10, surface.size.columns - 4 - (surface.size.columns < 60 ? 0 : 4))
        let lines = dialog.lines.flatMap { wrapped($0, room, surface.shaper) }
        let choices = dialog.choices.map { "\($0.key.notation)  \($0.label)" }
        let texts = [" \(dialog.title) "] + lines + choices
        let width = min(room, texts.map { surface.shaper.columns($0) }.max() ?? 0) + 4
        let left = max(0, (surface.size.columns - width) / 2)
        // The answers go before what explains them, and that before the gap between both.
        let spare = max(0, surface.size.rows - 2 - choices.count)
        let shown = DialogView.ends(of: lines, spare)
        let gap = shown.isEmpty || shown.count >= spare ? 0 : 1
        let height = shown.count + gap + choices.count + 2
        let top = max(0, (surface.size.rows - height) / 2)
        Box(top: top, left: left, width: width, height: height)
            .draw(title: dialog.title, on: &surface, theme: theme)
        var row = top + 1
        for line in shown {
            surface.put(line, row: row, column: left + 2, width: width - 4)
            row += 1
        }
        row += gap
        for choice in dialog.choices {
            let used = surface.put(
                choice.key.notation, row: row, column: left + 2, style: theme.accent)
            surface.put(
                choice.label, row: row, column: left + 4 + used, width: width - 6 - used)
            row += 1
        }
        surface.cursor = Position(row: top + 1, column: left + 2)
        surface.isCursorVisible = false
        // The keys of what lies below do nothing until the question is answered.
        surface.putHints(
            dialog.choices.map { (key: $0.key.notation, label: $0.label) }, theme: theme)
    }

    /// The first lines and the last one, where not all fit.
    private static func ends(of lines: [String], _ room: Int) -> [String] {
        guard lines.count > room, room > 1 else { return Array(lines.prefix(room)) }
        return lines.prefix(room - 1) + lines.suffix(1)
    }
}
