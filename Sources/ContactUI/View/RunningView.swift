import Screen

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
            ? "stopping after this contact …"
            : total > 0 ? "\(running.done.grouped) of \(total.grouped)" : "under way …"
        surface.put(words, row: box.top + 2, column: box.left + 3, width: room)
        let stop = app.keymap.notation(of: .stop, in: .running) ?? ""
        surface.putHints([(stop, "stop after this one")], theme: theme)
    }
}
