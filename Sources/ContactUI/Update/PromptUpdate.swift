import ContactModel
import Screen

extension AppState {
    mutating func pressInPrompt(_ key: Key) -> [Effect] {
        switch command(for: key, in: .prompt) {
        case .accept: return acceptPrompt()
        case .cancel: return cancelPrompt()
        case .olderEntry: return recall(by: 1)
        case .newerEntry: return recall(by: -1)
        case .redraw: return [.redraw]
        case .help:
            help = HelpState(context: .prompt)
            return []
        case .complete: return []
        default: break
        }
        guard var state = prompt else { return [] }
        let before = state.field.text
        guard state.field.edit(key, in: keymap, killed: &state.killed) else { return [] }
        prompt = state
        return state.field.text == before ? [] : promptChanged()
    }

    /// Filters by what is typed so far; a half-typed query keeps the last good result.
    mutating func promptChanged() -> [Effect] {
        list.filter = prompt?.field.text ?? list.filter
        return relist()
    }

    private mutating func acceptPrompt() -> [Effect] {
        guard let text = prompt?.field.text else { return [] }
        prompt = nil
        if !text.isEmpty {
            filterHistory.removeAll { $0 == text }
            filterHistory.append(text)
        }
        return []
    }

    private mutating func cancelPrompt() -> [Effect] {
        guard let before = prompt?.before else { return [] }
        prompt = nil
        guard list.filter != before else { return [] }
        list.filter = before
        return relist()
    }

    private mutating func recall(by step: Int) -> [Effect] {
        guard var state = prompt else { return [] }
        let depth = state.historyDepth + step
        guard (0...filterHistory.count).contains(depth) else { return [] }
        if state.historyDepth == 0 { state.typed = state.field.text }
        state.historyDepth = depth
        let text = depth == 0 ? state.typed : filterHistory[filterHistory.count - depth]
        state.field.replace(with: text)
        prompt = state
        return promptChanged()
    }
}

extension TextField {
    /// Edits by one key: a bound command, or a character that is typed.
    ///
    /// - Returns: whether the key meant anything here.
    mutating func edit(_ key: Key, in keymap: Keymap, killed: inout String) -> Bool {
        if case .command(let command) = keymap.match([key], in: .text) {
            return edit(command, killed: &killed)
        }
        guard case .character(let sign) = key.code,
            key.modifiers.isDisjoint(with: [.control, .alt])
        else { return false }
        insert(String(sign))
        return true
    }

    private mutating func edit(_ command: Command, killed: inout String) -> Bool {
        switch command {
        case .charBack: moveCursor(to: cursor - 1)
        case .charForward: moveCursor(to: cursor + 1)
        case .wordBack: moveCursor(to: wordStart)
        case .wordForward: moveCursor(to: wordEnd)
        case .lineStart: moveCursor(to: 0)
        case .lineEnd: moveCursor(to: characters.count)
        case .deleteBack: _ = remove(cursor - 1..<cursor)
        case .deleteForward: _ = remove(cursor..<cursor + 1)
        case .yank: insert(killed)
        case .undoTyping: undo()
        default: return kill(command, &killed)
        }
        return true
    }

    private mutating func kill(_ command: Command, _ killed: inout String) -> Bool {
        let range: Range<Int>
        switch command {
        case .killToEnd: range = cursor..<characters.count
        case .killToStart: range = 0..<cursor
        case .killWordBack: range = blankSeparatedStart..<cursor
        case .killWordForward: range = cursor..<wordEnd
        default: return false
        }
        let text = remove(range)
        if !text.isEmpty { killed = text }
        return true
    }
}
