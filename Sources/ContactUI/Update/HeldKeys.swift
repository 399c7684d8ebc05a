import Screen

extension AppState {
    /// Whether the list shows what was last asked for, its row under the cursor included: only
    /// then is it plain whom a key is about.
    var isListSettled: Bool {
        guard !isWaiting(for: .list), list.beginning == 0 else { return false }
        return !isWaiting(for: .rows) || list.size == 0 || list.selectedRow != nil
    }

    /// Whether a menu was asked for that what is typed now is meant for.
    var isMenuAwaited: Bool {
        isListInFront && (isWaiting(for: .unsent) || isWaiting(for: .log))
    }

    /// Keeps a key for the menu that was asked for; Ctrl-G gives the menu up.
    mutating func holdForMenu(_ key: Key) -> [Effect] {
        if key == .control("l") { return [.redraw] }
        if key == .control("g") {
            awaited[.unsent] = nil
            awaited[.log] = nil
            heldKeys = []
        } else if heldKeys.count < AppState.heldLimit {
            heldKeys.append(key)
        }
        return []
    }

    /// Presses the keys that waited for a menu; where none has opened, they are meant for nobody.
    mutating func pressInOpened() -> [Effect] {
        guard !panels.isEmpty else {
            heldKeys = []
            return []
        }
        return pressHeldKeys()
    }

    private static let heldLimit = 1000

    /// Keeps a key until the list that it is meant for is there; what needs no contact is done at
    /// once, as long as no other key waits before it. Ctrl-G forgets what waits.
    mutating func holdBack(_ key: Key) -> [Effect] {
        if key == .control("l") { return [.redraw] }
        if heldKeys.isEmpty, list.beginning > 0, isMovement(key) { return pressInList(key) }
        if heldKeys.isEmpty, case .command(let command) = keymap.match([key], in: .list),
            [.quit, .suspend, .help, .filter, .dropLayer, .reload].contains(command)
        {
            return pressInList(key)
        }
        if key == .control("g") {
            heldKeys = []
        } else if heldKeys.count < AppState.heldLimit {
            heldKeys.append(key)
        }
        return []
    }

    /// Whether a key moves among the contacts that are shown while the rest is read.
    private func isMovement(_ key: Key) -> Bool {
        guard case .command(let command) = keymap.match([key], in: .list) else { return false }
        var cursor = list.cursor
        return cursor.move(command, count: nil, of: list.size, height: listHeight)
    }

    /// Presses the keys that waited, one after the other, as far as each finds what it is for.
    mutating func pressHeldKeys() -> [Effect] {
        var effects: [Effect] = []
        while !heldKeys.isEmpty, !isMenuAwaited, isListSettled || !isListInFront {
            let key = heldKeys.removeFirst()
            let rest = heldKeys
            heldKeys = []
            effects += update(.input(.key(key)))
            heldKeys += rest
        }
        return effects
    }
}
