import Screen

extension AppState {
    mutating func pressInHelp(_ key: Key) -> [Effect] {
        guard var state = help else { return [] }
        if state.isNarrowing {
            if key == .control("l") { return [.redraw] }
            help?.narrow(by: key, keymap)
            return []
        }
        guard let command = command(for: key, in: [.help]) else { return [] }
        let height = HelpLayout.height(in: size)
        let count = HelpLayout.folded(state, keymap, columns: size.columns).count
        switch command {
        case .moveDown: state.top += 1
        case .moveUp: state.top -= 1
        case .pageDown: state.top += height
        case .pageUp: state.top -= height
        case .first: state.top = 0
        case .last: state.top = count
        case .filter: state.isNarrowing = true
        case .redraw: return [.redraw]
        case .leave where !state.narrowing.isEmpty: state.narrowing = TextField()
        case .leave:
            help = nil
            return []
        default: return []
        }
        state.top = max(0, min(state.top, count - height))
        help = state
        return []
    }
}

extension HelpState {
    /// Types into the text that is looked for; Enter keeps it, Esc drops it.
    fileprivate mutating func narrow(by key: Key, _ keymap: Keymap) {
        top = 0
        switch key.code {
        case .enter: isNarrowing = false
        case .escape:
            isNarrowing = false
            narrowing = TextField()
        default:
            var killed = ""
            _ = narrowing.edit(key, in: keymap, killed: &killed)
        }
    }
}
