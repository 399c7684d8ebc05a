import Screen

extension AppState {
    mutating func pressInHelp(_ key: Key) -> [Effect] {
        guard var state = help else { return [] }
        let height = HelpLayout.height(in: size)
        let last = max(0, HelpLayout.lines(of: state.context, keymap).count - height)
        switch command(for: key, in: .help) {
        case .moveDown: state.top += 1
        case .moveUp: state.top -= 1
        case .pageDown: state.top += height
        case .pageUp: state.top -= height
        case .redraw: return [.redraw]
        case .leave:
            help = nil
            return []
        default: return []
        }
        state.top = max(0, min(state.top, last))
        help = state
        return []
    }
}
