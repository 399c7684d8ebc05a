package import Screen

/// The place a key is pressed in; each has bindings of its own.
package enum KeyContext: String, CaseIterable, Hashable, Sendable {
    case list, form, prompt, text, help, menu, tags, sort, columns, log, duplicates, merge
    case failures, outbox, palette, bulk, running
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

    /// The keys of a command's first binding in a place: where several keys go on, this one also
    /// completes.
    package func first(of command: Command, in context: KeyContext) -> [Key]? {
        bindings[context]?.first { $0.command == command }?.keys
    }

    /// The first binding of a command in a place, or its name in the palette where it has none.
    package func name(of command: Command, in context: KeyContext) -> String {
        notation(of: command, in: context) ?? ":" + command.rawValue
    }

    /// The first binding of a command in a place, for hints; nil where it has none.
    package func notation(of command: Command, in context: KeyContext) -> String? {
        bindings[context]?.first { $0.command == command }?.notation
    }
}

extension Keymap {
    /// The default keys: vi and arrow keys in lists, readline in fields.
    package static let standard = Keymap([
        .list: table(
            lines,
            [
                (.halfPageDown, ["Ctrl-D"]), (.halfPageUp, ["Ctrl-U"]),
                (.filter, ["/"]), (.find, ["Ctrl-F"]), (.findNext, ["n"]), (.findPrevious, ["N"]),
                (.dropLayer, ["Esc"]),
                (.toggleMark, ["Space", "x"]), (.markRange, ["v"]), (.extendDown, ["Shift-Down"]),
                (.extendUp, ["Shift-Up"]), (.markAll, ["*"]), (.invertMarks, ["!"]),
                (.markByQuery, ["="]), (.onlyMarked, ["&"]), (.unmarkAll, ["U"]),
                (.lastMarks, [";"]),
                (.edit, ["Enter", "e"]), (.tag, ["t"]), (.tags, ["T"]), (.add, ["a"]),
                (.delete, ["D"]), (.duplicates, ["M"]), (.editMarked, ["E"]), (.sort, ["s"]),
                (.columns, ["c"]), (.copy, ["y"]), (.copyCommand, ["Y"]), (.undo, ["u"]),
                (.redo, ["Ctrl-R"]), (.log, ["L"]), (.outbox, ["O"]),
                (.reload, ["R"]), (.palette, [":"]),
                (.help, ["?", "F1"]), (.quit, ["q"]), (.redraw, ["Ctrl-L"]), (.suspend, ["Ctrl-Z"]),
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
        .help: table(
            lines,
            [
                (.filter, ["/"]), (.leave, ["q", "Esc", "?", "F1", "Ctrl-G", "Enter"]),
                (.redraw, ["Ctrl-L"]),
            ]),
        .menu: table(
            lines,
            [
                (.filter, ["/"]), (.choose, ["Enter"]), (.close, ["q", "Esc", "Ctrl-G"]),
                (.help, ["?", "F1"]), (.redraw, ["Ctrl-L"]),
            ]),
        .tags: table([(.toggleMark, ["Space"]), (.renameItem, ["r"])]),
        .sort: table([(.addItem, ["a", "Space"])]),
        .columns: table([
            (.toggleItem, ["Space"]), (.moveItemDown, ["J"]), (.moveItemUp, ["K"]),
        ]),
        .log: table([(.copyCommand, ["Y"]), (.undo, ["u"]), (.redo, ["Ctrl-R"])]),
        .duplicates: table([(.toggleMark, ["Space"])]),
        .merge: table([(.toggleItem, ["Space"]), (.save, ["Ctrl-S"])]),
        .failures: table([(.retry, ["r"])]),
        .outbox: table([(.retry, ["r"]), (.removeItem, ["x", "D"])]),
        .palette: table([
            (.choose, ["Enter"]), (.close, ["Esc", "Ctrl-G"]), (.complete, ["Tab"]),
            (.moveDown, ["Down", "Ctrl-N"]), (.moveUp, ["Up", "Ctrl-P"]),
            (.pageDown, ["PgDn"]), (.pageUp, ["PgUp"]), (.redraw, ["Ctrl-L"]),
        ]),
        .bulk: table([
            (.accept, ["Enter"]), (.close, ["Ctrl-G", "Esc"]), (.complete, ["Tab"]),
            (.nextScope, ["Down", "Ctrl-N"]), (.previousScope, ["Up", "Ctrl-P"]),
            (.writePlan, ["Ctrl-T"]), (.help, ["F1"]), (.redraw, ["Ctrl-L"]),
        ]),
        .running: table([(.stop, ["Ctrl-G", "Esc"]), (.redraw, ["Ctrl-L"])]),
    ])

    /// Moving between lines is the same in every list.
    private static let lines: [(Command, [String])] = [
        (.moveDown, ["j", "Down"]), (.moveUp, ["k", "Up"]), (.pageDown, ["PgDn"]),
        (.pageUp, ["PgUp"]), (.first, ["g g", "Home"]), (.last, ["G", "End"]),
    ]

    private static func table(
        _ shared: [(Command, [String])], _ rows: [(Command, [String])]
    ) -> [Binding] {
        table(shared + rows)
    }

    private static func table(_ rows: [(Command, [String])]) -> [Binding] {
        rows.flatMap { command, notations in
            notations.map { notation in
                let keys = notation.split(separator: " ").compactMap { Key(notation: String($0)) }
                return Binding(keys: keys, command: command)
            }
        }
    }
}
