package import Screen

extension Keymap {
    /// What a person wants of a command's keys in one place.
    package struct Rebinding: Hashable, Sendable {
        /// The place.
        package let context: KeyContext
        /// The command; nil where the keys are to do nothing.
        package let command: Command?
        /// Every key, or sequence of keys, that it is to have; its earlier ones are given up.
        package let keys: [[Key]]

        /// A wish for one command in one place.
        package init(in context: KeyContext, _ command: Command?, _ keys: [[Key]]) {
            self.context = context
            self.command = command
            self.keys = keys
        }
    }

    /// What is wrong with a wish; whatever else was wished is done nevertheless.
    package enum RebindingFlaw: Hashable, Sendable {
        /// An earlier wish gave the keys, the beginning of them or a continuation to this
        /// command, nil for none; these keys are left out.
        case taken(by: Command?, as: [Key])
        /// The keys would keep people from typing; they are left out.
        case typed
        /// Several keys in a row do nothing where text is edited; they are left out.
        case sequence
        /// Terminals send another key in its place; the keys are left out.
        case neverSent(actual: Key)
        /// The command does nothing in this place; the wish is left out.
        case meaningless
        /// The keys do nothing already.
        case unboundAlready
        /// The keys were the last of this command, which has none now.
        case unreachable(Command)
    }

    /// A flaw and where it is.
    package struct RebindingProblem: Hashable, Sendable {
        /// Which of the wishes, from 0.
        package let wish: Int
        /// Which of its keys, from 0; nil for the wish as a whole.
        package let key: Int?
        /// What is wrong.
        package let flaw: RebindingFlaw
    }

    /// The map with every wish fulfilled that makes sense, and what does not.
    ///
    /// A key that is given to a command is taken from the command that had it. Where one
    /// sequence is the beginning of another, both cannot be: the wished one stays.
    package func rebound(_ wishes: [Rebinding]) -> (keymap: Keymap, problems: [RebindingProblem]) {
        var all = bindings
        var problems: [RebindingProblem] = []
        for context in KeyContext.allCases {
            var table = KeyTable(bindings[context, default: []], in: context)
            for (number, wish) in wishes.enumerated() where wish.context == context {
                table.accept(wish, number: number, isAtHome: isAtHome(wish))
            }
            let result = table.rebound()
            if !result.isEmpty || bindings[context] != nil { all[context] = result }
            problems += table.problems
        }
        let ordered = problems.sorted { ($0.wish, $0.key ?? -1) < ($1.wish, $1.key ?? -1) }
        return (Keymap(all), ordered)
    }

    /// Whether the command does something in the place: it is bound there, or nowhere at all.
    private func isAtHome(_ wish: Rebinding) -> Bool {
        guard let command = wish.command, wish.context.isAlone else { return true }
        let homes = bindings.filter { $0.value.contains { $0.command == command } }
        return homes.isEmpty || homes[wish.context] != nil
    }
}

extension KeyContext {
    /// Whether characters are typed there, so that they cannot be commands.
    package var takesText: Bool {
        switch self {
        case .form, .prompt, .text, .palette, .bulk: true
        default: false
        }
    }

    /// Whether all of its commands are bound in the place itself, none in another below it.
    fileprivate var isAlone: Bool {
        let alone: Set<KeyContext> = [.list, .form, .prompt, .text, .help]
        return alone.contains(self)
    }
}

/// The keys of one place while wishes are taken in.
private struct KeyTable {
    private struct Wished {
        let keys: [Key]
        let command: Command?
        let wish: Int
        let key: Int
    }

    private let base: [Keymap.Binding]
    private let context: KeyContext
    private var wished: [Wished] = []
    private var named: Set<Command> = []
    private(set) var problems: [Keymap.RebindingProblem] = []

    init(_ base: [Keymap.Binding], in context: KeyContext) {
        self.base = base
        self.context = context
    }

    mutating func accept(_ wish: Keymap.Rebinding, number: Int, isAtHome: Bool) {
        guard isAtHome else {
            problems.append(Keymap.RebindingProblem(wish: number, key: nil, flaw: .meaningless))
            return
        }
        var isHeard = wish.keys.isEmpty
        for (index, keys) in wish.keys.enumerated() {
            if let flaw = flaw(of: keys, for: wish.command) {
                problems.append(Keymap.RebindingProblem(wish: number, key: index, flaw: flaw))
            } else {
                isHeard = true
                wished.append(
                    Wished(keys: keys, command: wish.command, wish: number, key: index))
            }
        }
        // A command whose new keys all make no sense keeps the ones it had.
        if isHeard, let command = wish.command { named.insert(command) }
    }

    private func flaw(of keys: [Key], for command: Command?) -> Keymap.RebindingFlaw? {
        if let actual = keys.lazy.compactMap(\.sentInstead).first {
            return .neverSent(actual: actual)
        }
        if context.takesText, command != nil, keys.first?.isTyped == true { return .typed }
        if context == .text, keys.count > 1 { return .sequence }
        let earlier = wished.first {
            $0.keys.excludes(keys) && !($0.keys == keys && $0.command == command)
        }
        if let earlier { return .taken(by: earlier.command, as: earlier.keys) }
        if command == nil, !base.contains(where: { $0.keys == keys }) { return .unboundAlready }
        return nil
    }

    /// The bindings with the wishes in them, a command's keys where it had them before.
    mutating func rebound() -> [Keymap.Binding] {
        var result: [Keymap.Binding] = []
        var placed: Set<Command> = []
        for binding in base {
            let command = binding.command
            if named.contains(command) {
                if placed.insert(command).inserted { result += wishes(for: command) }
            } else if !isTaken(binding) {
                result.append(binding)
            }
        }
        for wish in wished {
            guard let command = wish.command, placed.insert(command).inserted else { continue }
            result += wishes(for: command)
        }
        tellLost(result)
        return result
    }

    private func wishes(for command: Command) -> [Keymap.Binding] {
        var seen: Set<[Key]> = []
        return wished.filter { $0.command == command && seen.insert($0.keys).inserted }
            .map { Keymap.Binding(keys: $0.keys, command: command) }
    }

    private func isTaken(_ binding: Keymap.Binding) -> Bool {
        wished.contains { wish in
            wish.command == nil ? wish.keys == binding.keys : wish.keys.excludes(binding.keys)
        }
    }

    /// Reports the commands that lost their last key to another command.
    private mutating func tellLost(_ result: [Keymap.Binding]) {
        var told = named.union(result.map(\.command))
        for binding in base where !told.contains(binding.command) {
            let taker = wished.first { $0.command != nil && $0.keys.excludes(binding.keys) }
            guard let taker else { continue }
            told.insert(binding.command)
            problems.append(
                Keymap.RebindingProblem(
                    wish: taker.wish, key: taker.key, flaw: .unreachable(binding.command)))
        }
    }
}

extension [Key] {
    /// Whether both cannot be bound in one place: they are the same, or one begins the other.
    fileprivate func excludes(_ other: [Key]) -> Bool {
        starts(with: other) || other.starts(with: self)
    }
}

extension Key {
    /// Whether it types a character.
    fileprivate var isTyped: Bool {
        guard case .character = code else { return false }
        return modifiers.isSubset(of: .shift)
    }

    /// The key that terminals report in the place of this one, which they cannot tell from it.
    fileprivate var sentInstead: Key? {
        guard modifiers == .control, case .character(let character) = code else { return nil }
        switch character {
        case "h": return Key(.backspace)
        case "i": return Key(.tab)
        case "j", "m": return Key(.enter)
        case "[": return Key(.escape)
        default: return nil
        }
    }
}
