import ContactModel
import Screen

/// The keys of a place as lines, made from the live key map.
enum HelpLayout {
    /// A heading, or keys with what they do.
    struct Line: Hashable {
        let keys: String
        let title: String
        var isHeading = false
    }

    private static let shaper = TextShaper(width: .approximate)

    /// The columns of the keys on a screen this wide.
    static func keyWidth(_ columns: Int) -> Int { min(20, columns / 3) }

    /// The lines as they are drawn: what is too wide for the screen goes on below.
    static func folded(_ state: HelpState, _ keymap: Keymap, columns: Int) -> [Line] {
        let room = max(8, columns - 5 - keyWidth(columns))
        return lines(of: state, keymap).flatMap { line -> [Line] in
            guard !line.keys.isEmpty else { return [line] }
            let keys = wrapped(line.keys, keyWidth(columns), shaper)
            let titles = wrapped(line.title, room, shaper)
            return (0..<max(keys.count, titles.count)).map { index in
                Line(
                    keys: index < keys.count ? keys[index] : "",
                    title: index < titles.count ? titles[index] : "")
            }
        }
    }

    static func height(in size: Size) -> Int { max(1, size.rows - 3) }

    /// The lines for a place that hold what is looked for.
    private static func lines(of state: HelpState, _ keymap: Keymap) -> [Line] {
        let words = SearchText.folded(state.narrowing.text).split(separator: " ")
        guard !words.isEmpty else { return lines(of: state.context, keymap) }
        return lines(of: state.context, keymap).filter { line in
            let text = SearchText.folded(line.keys + " " + line.title)
            return !line.keys.isEmpty && words.allSatisfy { text.contains($0) }
        }
    }

    /// The lines for a place: its own commands, then those that hold there too.
    private static func lines(of context: KeyContext, _ keymap: Keymap) -> [Line] {
        let own = lines(keymap.bindings[context, default: []])
        switch context {
        case .form, .prompt, .bulk, .palette:
            return own + section("Typing", keymap.bindings[.text, default: []])
        case .tags, .sort, .columns, .log, .duplicates, .merge, .failures, .outbox:
            return own + section("In every menu", keymap.bindings[.menu, default: []])
        case .list, .text, .help, .menu, .running: return own
        }
    }

    private static func section(_ title: String, _ bindings: [Keymap.Binding]) -> [Line] {
        [Line(keys: "", title: ""), Line(keys: "", title: title, isHeading: true)] + lines(bindings)
    }

    private static func lines(_ bindings: [Keymap.Binding]) -> [Line] {
        var order: [Command] = []
        var keys: [Command: [String]] = [:]
        for binding in bindings {
            if keys[binding.command] == nil { order.append(binding.command) }
            keys[binding.command, default: []].append(binding.notation)
        }
        return order.map { command in
            Line(keys: keys[command, default: []].joined(separator: " "), title: command.title)
        }
    }
}

/// The keys of a place, drawn.
struct HelpView {
    let state: HelpState
    let keymap: Keymap
    let theme: Theme

    func draw(on surface: inout Surface) {
        surface.put("Keys", row: 0, column: 1, style: theme.strong)
        surface.put(heading, row: 0, column: 6, style: .normal)
        drawNarrowing(on: &surface)
        let lines = HelpLayout.folded(state, keymap, columns: surface.size.columns)
        let height = HelpLayout.height(in: surface.size)
        let keyWidth = HelpLayout.keyWidth(surface.size.columns)
        for (index, line) in lines.dropFirst(state.top).prefix(height).enumerated() {
            let row = 2 + index
            guard row < surface.size.rows - 1 else { break }
            surface.put(line.keys, row: row, column: 3, style: theme.accent, width: keyWidth)
            let column = line.isHeading ? 1 : 4 + keyWidth
            let style = line.isHeading ? theme.strong : .normal
            surface.put(line.title, row: row, column: column, style: style)
        }
        if lines.isEmpty { surface.put("No key does that.", row: 2, column: 3) }
        let more = lines.count > state.top + height ? [(Command.moveDown, "more below")] : []
        let keys = [(Command.leave, "back"), (.filter, "search")] + more
        surface.putHints(
            keys.compactMap { command, label in
                keymap.notation(of: command, in: .help).map { ($0, label) }
            }, theme: theme)
    }

    private func drawNarrowing(on surface: inout Surface) {
        guard state.isNarrowing || !state.narrowing.isEmpty else { return }
        surface.put("/", row: 1, column: 3, style: theme.accent)
        let column = surface.put(
            state.narrowing, row: 1, column: 4, width: max(8, surface.size.columns - 6),
            style: .normal)
        guard state.isNarrowing else { return }
        surface.cursor = Position(row: 1, column: column)
        surface.isCursorVisible = true
    }

    private var heading: String {
        switch state.context {
        case .list: "of the list"
        case .form: "of the form"
        case .prompt: "of the prompt"
        case .text: "of typing"
        case .help: "of help"
        case .menu: "of menus"
        case .tags: "of the tags"
        case .sort: "of sorting"
        case .columns: "of the columns"
        case .log: "of the log"
        case .duplicates: "of the duplicates"
        case .merge: "of merging"
        case .failures: "of the failures"
        case .outbox: "of the outbox"
        case .palette: "of the palette"
        case .bulk: "of bulk changes"
        case .running: "of a running change"
        }
    }
}
