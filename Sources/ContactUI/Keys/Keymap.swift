package import Screen

/// The place a key is pressed in; each has bindings of its own.
package enum KeyContext: String, CaseIterable, Hashable, Sendable {
    case list, form, prompt, text, help
}

/// Which keys do what, and where.
package struct Keymap: Hashable, Sendable {
    /// Keys pressed one after the other, and the command they stand for.
    package struct Binding: Hashable, Sendable {
        /// One key or a short sequence such as `g g`.
        package let keys: [Key]
        /// What they do.
        package let command: Command

        /// The keys as help shows them, such as `gg` or `Ctrl-X Ctrl-S`.
        package var notation: String {
            let names = keys.map(\.notation)
            return names.joined(separator: names.allSatisfy { $0.count == 1 } ? "" : " ")
        }

        /// Binds keys, one or several in a row, to a command.
        package init(keys: [Key], command: Command) {
            self.keys = keys
            self.command = command
        }
    }

    /// What the keys pressed so far amount to.
    package enum Match: Hashable, Sendable {
        case command(Command)
        case prefix
        case none
    }

    /// Every binding by place, in the order help shows them.
    package private(set) var bindings: [KeyContext: [Binding]]

    /// A map of the given bindings.
    package init(_ bindings: [KeyContext: [Binding]]) {
        self.bindings = bindings
    }

    /// Looks keys up in a place.
    package func match(_ keys: [Key], in context: KeyContext) -> Match {
        let candidates = bindings[context, default: []]
        if let exact = candidates.first(where: { $0.keys == keys }) {
            return .command(exact.command)
        }
        let isPrefix = candidates.contains {
            $0.keys.count > keys.count && $0.keys.starts(with: keys)
        }
        return isPrefix ? .prefix : .none
    }

    /// The first binding of a command in a place, for hints; nil where it has none.
    package func notation(of command: Command, in context: KeyContext) -> String? {
        bindings[context]?.first { $0.command == command }?.notation
    }
}

extension Keymap {
    /// The default keys: vi and arrow keys in lists, readline in fields.
    package static let standard = Keymap([
        .list: table([
            (.moveDown, ["j", "Down"]), (.moveUp, ["k", "Up"]),
            (.halfPageDown, ["Ctrl-D"]), (.halfPageUp, ["Ctrl-U"]),
            (.pageDown, ["PgDn"]), (.pageUp, ["PgUp"]),
            (.first, ["g g", "Home"]), (.last, ["G", "End"]),
            (.filter, ["/"]), (.dropLayer, ["Esc"]), (.edit, ["Enter", "e"]), (.add, ["a"]),
            (.undo, ["u"]), (.reload, ["R"]), (.help, ["?", "F1"]), (.quit, ["q"]),
            (.redraw, ["Ctrl-L"]), (.suspend, ["Ctrl-Z"]),
        ]),
        .form: table([
            (.save, ["Ctrl-S"]), (.leave, ["Ctrl-G", "Esc"]),
            (.nextField, ["Tab", "Enter", "Down"]), (.previousField, ["Shift-Tab", "Up"]),
            (.revertField, ["Alt-R"]), (.cycleType, ["Alt-T"]), (.editMetadata, ["Ctrl-O"]),
            (.removeKey, ["Ctrl-X"]), (.help, ["F1"]), (.redraw, ["Ctrl-L"]),
        ]),
        .prompt: table([
            (.accept, ["Enter"]), (.cancel, ["Esc", "Ctrl-G"]), (.complete, ["Tab"]),
            (.olderEntry, ["Up", "Ctrl-P"]), (.newerEntry, ["Down", "Ctrl-N"]),
            (.help, ["F1"]), (.redraw, ["Ctrl-L"]),
        ]),
        .text: table([
            (.charBack, ["Left", "Ctrl-B"]), (.charForward, ["Right", "Ctrl-F"]),
            (.wordBack, ["Alt-B"]), (.wordForward, ["Alt-F"]),
            (.lineStart, ["Ctrl-A", "Home"]), (.lineEnd, ["Ctrl-E", "End"]),
            (.deleteBack, ["Backspace", "Ctrl-H"]), (.deleteForward, ["Delete", "Ctrl-D"]),
            (.killToEnd, ["Ctrl-K"]), (.killToStart, ["Ctrl-U"]),
            (.killWordBack, ["Ctrl-W"]), (.killWordForward, ["Alt-D"]), (.yank, ["Ctrl-Y"]),
            (.undoTyping, ["Ctrl-Z"]),
        ]),
        .help: table([
            (.moveDown, ["j", "Down"]), (.moveUp, ["k", "Up"]),
            (.pageDown, ["PgDn", "Space"]), (.pageUp, ["PgUp"]),
            (.leave, ["q", "Esc", "?", "F1", "Ctrl-G", "Enter"]), (.redraw, ["Ctrl-L"]),
        ]),
    ])

    private static func table(_ rows: [(Command, [String])]) -> [Binding] {
        rows.flatMap { command, notations in
            notations.map { notation in
                let keys = notation.split(separator: " ").compactMap { Key(notation: String($0)) }
                return Binding(keys: keys, command: command)
            }
        }
    }
}
