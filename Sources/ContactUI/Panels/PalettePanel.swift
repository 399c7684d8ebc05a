import ContactModel
import Screen

extension AppState {
    func paletteItems(_ commands: [Command]) -> [Menu.Item] {
        commands.map { command in
            Menu.Item(
                command.rawValue, sign: keymap.notation(of: command, in: .list) ?? "",
                detail: command.title)
        }
    }

    /// Everything that keys do in the list, and what has no key.
    private static let paletteCommands: [Command] =
        [
            .tag, .setMetadata, .removeMetadata, .clearField, .editMarked, .delete, .tags,
            .duplicates, .filter, .find, .markByQuery, .sort, .columns, .edit, .add, .undo, .redo,
            .log, .failures, .outbox, .pause, .copy, .copyCommand, .toggleMark, .markRange,
            .markAll, .invertMarks, .onlyMarked, .unmarkAll, .lastMarks, .findNext, .findPrevious,
            .first, .last, .importFile, .exportFile, .openFile, .openProfile, .openDemo, .moveDown,
            .moveUp, .halfPageDown, .halfPageUp, .pageDown, .pageUp,
            .extendDown, .extendUp, .reload, .redraw, .help, .suspend, .quit,
        ]

    mutating func openPalette() -> [Effect] {
        open(.palette(AppState.paletteCommands))
        panels[panels.count - 1].menu.isNarrowing = true
        return []
    }

    mutating func pressInPalette(_ key: Key) -> [Effect] {
        guard let last = panels.indices.last else { return [] }
        let height = menuHeight
        panels[last].problem = nil
        if let command = command(for: key, in: [.palette]) {
            if panels[last].menu.move(command, height: height) { return [] }
            switch command {
            case .choose: return runPalette()
            case .complete: return complete()
            case .redraw: return [.redraw]
            case .close: panels.removeLast()
            default: break
            }
            return []
        }
        typeInPalette { [keymap] in
            var killed = ""
            _ = $0.edit(key, in: keymap, killed: &killed)
        }
        return []
    }

    /// The command's name narrows the lines; what follows it does not.
    mutating func typeInPalette(_ edit: (inout TextField) -> Void) {
        guard let last = panels.indices.last else { return }
        panels[last].menu.narrow(height: menuHeight, byFirstWord: true, edit)
    }

    /// Completes the command's name, or the column behind one that takes columns.
    private mutating func complete() -> [Effect] {
        guard let last = panels.indices.last, let name = chosenName else { return [] }
        let line = PaletteLine(panels[last].menu.narrowing.text)
        let takesColumns = [Command.sort, .columns].map(\.rawValue).contains(name)
        guard takesColumns, line.name == name else {
            typeInPalette { $0.replace(with: name + " " + line.argument) }
            return []
        }
        let completion = ColumnCompletion(of: line.argument, keys: knownKeys)
        typeInPalette { $0.replace(with: name + " " + completion.text) }
        if completion.text == line.argument { panels[last].problem = completion.choices }
        return countKeys()
    }

    private var chosenName: String? {
        guard let panel = panels.last, case .palette(let commands) = panel.subject else {
            return nil
        }
        return panel.menu.selection.map { commands[$0].rawValue }
    }

    private mutating func runPalette() -> [Effect] {
        guard let panel = panels.last, let name = chosenName, let command = Command(rawValue: name)
        else { return [] }
        let line = PaletteLine(panel.menu.narrowing.text)
        do throws(Problem) {
            let effects = try run(command, line.argument)
            panels.removeAll { if case .palette = $0.subject { true } else { false } }
            return effects
        } catch {
            panels[panels.count - 1].problem = error.message
            return []
        }
    }

    /// Runs a command with what was typed behind it; without anything it is as its key.
    private mutating func run(
        _ command: Command, _ argument: String
    ) throws(Problem) -> [Effect] {
        switch command {
        case .setMetadata: return try setMetadata(argument)
        case .removeMetadata: return try removeMetadata(argument)
        case .clearField: return try clearField(argument)
        case .openFile, .openProfile, .openDemo: return try open(command, argument)
        case .importFile: return try importFile(argument)
        case .exportFile: return try exportFile(argument)
        default: break
        }
        guard !argument.isEmpty else { return perform(command, count: nil) }
        switch command {
        case .filter:
            list.filter = argument
            return relist()
        case .find: return find(argument)
        case .markByQuery: return markMatches(of: argument)
        case .tag: return tag(argument)
        case .sort: return try sort(by: argument)
        case .columns:
            let columns = argument.split(separator: ",").map {
                Column(name: $0.trimmingWhitespace())
            }
            guard !columns.isEmpty, !columns.contains(nil) else {
                throw Problem("columns are fields or meta.KEY, with commas between")
            }
            list.columns = columns.compactMap(\.self)
            return keepView()
        case .first, .moveDown, .moveUp, .pageDown, .pageUp, .halfPageDown, .halfPageUp, .last:
            guard let count = Int(argument), count > 0 else {
                throw Problem("a number belongs here")
            }
            return perform(command, count: count)
        default: throw Problem("\(command.rawValue) takes nothing behind it")
        }
    }
}

/// A line of the palette: a command, and what is behind it.
struct PaletteLine {
    let name: String
    let argument: String

    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        name = parts.first.map(String.init) ?? ""
        argument = parts.count > 1 ? parts[1].trimmingWhitespace() : ""
    }
}

/// How a list of columns goes on that is being typed.
struct ColumnCompletion {
    /// The list, its last column as far as it is certain.
    private(set) var text: String
    /// What the last column may be; nil where that is certain, or nothing.
    private(set) var choices: String?

    private static let mostChoices = 5

    init(of typed: String, keys: [String]) {
        text = typed
        let start = typed.lastIndex(of: ",").map(typed.index(after:)) ?? typed.startIndex
        let begun = typed[start...].trimmingWhitespace()
        let metadata = keys.isEmpty ? ["meta."] : keys.map { Column.metadata($0).name }
        let names = Column.fields.map(\.name) + metadata
        // Signs with a meaning of their own cannot be written within a name.
        let found = names.filter { name in
            name.hasPrefix(begun) && !name.contains { ",:".contains($0) }
        }
        guard let first = found.first else { return }
        let shared = found.reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
        if shared.count > begun.count { text = typed[..<start] + shared }
        guard found.count > 1 else { return }
        let more = found.count > ColumnCompletion.mostChoices ? " …" : ""
        choices = found.prefix(ColumnCompletion.mostChoices).joined(separator: " · ") + more
    }
}
