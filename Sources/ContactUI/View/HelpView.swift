import Screen

/// The keys of a place as lines, made from the live key map.
enum HelpLayout {
    /// A heading, or keys with what they do.
    struct Line: Hashable {
        let keys: String
        let title: String
    }

    static func height(in size: Size) -> Int { max(1, size.rows - 3) }

    /// The lines for a place: its own commands, then those of typing where text is typed.
    static func lines(of context: KeyContext, _ keymap: Keymap) -> [Line] {
        let own = lines(keymap.bindings[context, default: []])
        guard context == .form || context == .prompt else { return own }
        let typing = lines(keymap.bindings[.text, default: []])
        return own + [Line(keys: "", title: ""), Line(keys: "", title: "Typing")] + typing
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
        surface.put(heading, row: 0, column: 7, style: .normal)
        let lines = HelpLayout.lines(of: state.context, keymap)
        let height = HelpLayout.height(in: surface.size)
        let keyWidth = min(20, surface.size.columns / 2)
        for (index, line) in lines.dropFirst(state.top).prefix(height).enumerated() {
            let row = 2 + index
            guard row < surface.size.rows - 1 else { break }
            surface.put(line.keys, row: row, column: 3, style: theme.accent, width: keyWidth)
            let column = line.keys.isEmpty ? 1 : 4 + keyWidth
            let style = line.keys.isEmpty ? theme.strong : .normal
            surface.put(line.title, row: row, column: column, style: style)
        }
        let more = lines.count > state.top + height ? [("j", "more below")] : []
        surface.putHints([("q", "back")] + more, theme: theme)
    }

    private var heading: String {
        switch state.context {
        case .list: "of the list"
        case .form: "of the form"
        case .prompt: "of the prompt"
        case .text: "of typing"
        case .help: "of help"
        }
    }
}
