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
            bind(.halfPageDown, .control("d")),
            bind(.halfPageUp, .control("u")),
            bind(.filter, .character("/")),
            bind(.find, .control("f")),
            bind(.findNext, .character("n")),
            bind(.findPrevious, .character("N")),
            bind(.dropLayer, Key(.escape)),
            bind(.stop, .control("g")),
            bind(.toggleMark, .character(" "), .character("x")),
            bind(.markRange, .character("v")),
            bind(.extendDown, Key(.down, .shift)),
            bind(.extendUp, Key(.up, .shift)),
            bind(.markAll, .character("*")),
            bind(.invertMarks, .character("!")),
            bind(.markByQuery, .character("=")),
            bind(.onlyMarked, .character("&")),
            bind(.unmarkAll, .character("U")),
            bind(.lastMarks, .character(";")),
            bind(.edit, Key(.enter), .character("e")),
            bind(.tag, .character("t")),
            bind(.tags, .character("T")),
            bind(.add, .character("a")),
            bind(.delete, .character("D")),
            bind(.duplicates, .character("M")),
            bind(.editMarked, .character("E")),
            bind(.sort, .character("s")),
            bind(.columns, .character("c")),
            bind(.copy, .character("y")),
            bind(.copyCommand, .character("Y")),
            bind(.undo, .character("u")),
            bind(.redo, .control("r")),
            bind(.log, .character("L")),
            bind(.outbox, .character("O")),
            bind(.reload, .character("R")),
            bind(.palette, .character(":")),
            bind(.help, .character("?"), Key(.function(1))),
            bind(.quit, .character("q")),
            bind(.redraw, .control("l")),
            bind(.suspend, .control("z"))),
        .form: table(
            bind(.save, .control("s")),
            bind(.leave, .control("g"), Key(.escape)),
            bind(.nextField, Key(.tab), Key(.enter), Key(.down)),
            bind(.previousField, Key(.tab, .shift), Key(.up)),
            bind(.revertField, .alt("r")),
            bind(.cycleType, .alt("t")),
            bind(.editMetadata, .control("o")),
            bind(.removeKey, .control("x")),
            bind(.help, Key(.function(1))),
            bind(.redraw, .control("l"))),
        .prompt: table(
            bind(.accept, Key(.enter)),
            bind(.cancel, Key(.escape), .control("g")),
            bind(.complete, Key(.tab)),
            bind(.olderEntry, Key(.up), .control("p")),
            bind(.newerEntry, Key(.down), .control("n")),
            bind(.help, Key(.function(1))),
            bind(.redraw, .control("l"))),
        .text: table(
            bind(.charBack, Key(.left), .control("b")),
            bind(.charForward, Key(.right), .control("f")),
            bind(.wordBack, .alt("b")),
            bind(.wordForward, .alt("f")),
            bind(.lineStart, .control("a"), Key(.home)),
            bind(.lineEnd, .control("e"), Key(.end)),
            bind(.deleteBack, Key(.backspace), .control("h")),
            bind(.deleteForward, Key(.delete), .control("d")),
            bind(.killToEnd, .control("k")),
            bind(.killToStart, .control("u")),
            bind(.killWordBack, .control("w")),
            bind(.killWordForward, .alt("d")),
            bind(.yank, .control("y")),
            bind(.undoTyping, .control("z"))),
        .help: table(
            lines,
            bind(.filter, .character("/")),
            bind(
                .leave, .character("q"), Key(.escape), .character("?"), Key(.function(1)),
                .control("g"), Key(.enter)),
            bind(.redraw, .control("l"))),
        .menu: table(
            lines,
            bind(.filter, .character("/")),
            bind(.choose, Key(.enter)),
            bind(.close, .character("q"), Key(.escape), .control("g")),
            bind(.help, .character("?"), Key(.function(1))),
            bind(.redraw, .control("l"))),
        .tags: table(
            bind(.toggleMark, .character(" ")),
            bind(.renameItem, .character("r"))),
        .sort: table(
            bind(.addItem, .character("a"), .character(" "))),
        .columns: table(
            bind(.toggleItem, .character(" ")),
            bind(.moveItemDown, .character("J")),
            bind(.moveItemUp, .character("K"))),
        .log: table(
            bind(.copyCommand, .character("Y")),
            bind(.undo, .character("u")),
            bind(.redo, .control("r"))),
        .duplicates: table(
            bind(.toggleMark, .character(" "))),
        .merge: table(
            bind(.toggleItem, .character(" ")),
            bind(.save, .control("s"))),
        .failures: table(
            bind(.retry, .character("r"))),
        .outbox: table(
            bind(.retry, .character("r")),
            bind(.removeItem, .character("x"), .character("D"))),
        .palette: table(
            bind(.choose, Key(.enter)),
            bind(.close, Key(.escape), .control("g")),
            bind(.complete, Key(.tab)),
            bind(.moveDown, Key(.down), .control("n")),
            bind(.moveUp, Key(.up), .control("p")),
            bind(.pageDown, Key(.pageDown)),
            bind(.pageUp, Key(.pageUp)),
            bind(.redraw, .control("l"))),
        .bulk: table(
            bind(.accept, Key(.enter)),
            bind(.close, .control("g"), Key(.escape)),
            bind(.complete, Key(.tab)),
            bind(.nextScope, Key(.down), .control("n")),
            bind(.previousScope, Key(.up), .control("p")),
            bind(.writePlan, .control("t")),
            bind(.help, Key(.function(1))),
            bind(.redraw, .control("l"))),
        .running: table(
            bind(.stop, .control("g"), Key(.escape)),
            bind(.redraw, .control("l"))),
    ])

    /// Moving between lines is the same in every list.
    private static let lines = table(
        bind(.moveDown, .character("j"), Key(.down)),
        bind(.moveUp, .character("k"), Key(.up)),
        bind(.pageDown, Key(.pageDown)),
        bind(.pageUp, Key(.pageUp)),
        [Binding(keys: [.character("g"), .character("g")], command: .first)],
        bind(.first, Key(.home)),
        bind(.last, .character("G"), Key(.end)))

    private static func table(_ rows: [Binding]...) -> [Binding] {
        var bindings: [Binding] = []
        for row in rows { bindings += row }
        return bindings
    }

    /// A command by any one of several keys.
    private static func bind(_ command: Command, _ keys: Key...) -> [Binding] {
        keys.map { Binding(keys: [$0], command: command) }
    }
}
