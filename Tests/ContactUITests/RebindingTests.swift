import ContactUI
import Screen
import TestGround
import Testing

@Suite("Keys of one's own")
struct RebindingTests {
    private func keys(_ notations: String...) -> [[Key]] {
        notations.map { $0.split(separator: " ").compactMap { Key(notation: String($0)) } }
    }

    private func wish(
        _ context: KeyContext, _ command: Command?, _ notations: String...
    ) -> Keymap.Rebinding {
        let keys = notations.map {
            $0.split(separator: " ").compactMap { Key(notation: String($0)) }
        }
        return Keymap.Rebinding(in: context, command, keys)
    }

    private func flaws(_ wishes: [Keymap.Rebinding]) -> [Keymap.RebindingFlaw] {
        Keymap.standard.rebound(wishes).problems.map(\.flaw)
    }

    private func match(_ notation: String, _ map: Keymap, in context: KeyContext = .list)
        -> Keymap.Match
    {
        map.match(keys(notation)[0], in: context)
    }

    @Test("a command has exactly the keys that were wished for")
    func replaced() {
        let (map, problems) = Keymap.standard.rebound([wish(.list, .undo, "Ctrl-_", "Ctrl-X u")])
        #expect(problems.isEmpty)
        #expect(match("Ctrl-_", map) == .command(.undo))
        #expect(match("Ctrl-X", map) == .prefix)
        #expect(match("Ctrl-X u", map) == .command(.undo))
        #expect(match("u", map) == .none)
        #expect(map.bindings[.form] == Keymap.standard.bindings[.form])
    }

    @Test("keys can be exchanged")
    func exchanged() {
        let (map, problems) = Keymap.standard.rebound([
            wish(.list, .moveDown, "k"), wish(.list, .moveUp, "j"),
        ])
        #expect(problems.isEmpty)
        #expect(match("j", map) == .command(.moveUp))
        #expect(match("k", map) == .command(.moveDown))
    }

    @Test("a command without keys is no mistake, nor is a key without a command")
    func unbound() {
        let (map, problems) = Keymap.standard.rebound([
            wish(.list, .quit), wish(.list, nil, "Ctrl-Z", "e"),
        ])
        #expect(problems.isEmpty)
        #expect(map.notation(of: .quit, in: .list) == nil)
        #expect(match("Ctrl-Z", map) == .none)
        #expect(match("e", map) == .none)
        #expect(match("Enter", map) == .command(.edit))
    }

    @Test("a key is taken from the command that had it, told where that was its last")
    func taken() {
        let (map, problems) = Keymap.standard.rebound([
            wish(.list, .add, "e"), wish(.list, .reload, "u"),
        ])
        #expect(match("e", map) == .command(.add))
        #expect(map.notation(of: .edit, in: .list) == "Enter")
        #expect(match("u", map) == .command(.reload))
        #expect(problems.map(\.flaw) == [.unreachable(.undo)])
        #expect(problems.first?.wish == 1)
        #expect(problems.first?.key == 0)
    }

    @Test("one key for two commands: the first has it, the second keeps the rest")
    func clash() {
        let (map, problems) = Keymap.standard.rebound([
            wish(.list, .add, "X"), wish(.list, .reload, "F5", "X"),
        ])
        #expect(match("X", map) == .command(.add))
        #expect(match("F5", map) == .command(.reload))
        #expect(problems.map(\.flaw) == [.taken(by: .add, as: keys("X")[0])])
        #expect(problems.map(\.key) == [1])
    }

    @Test("of a key and a sequence that begins with it one can be had")
    func prefixes() {
        let single = Keymap.standard.rebound([wish(.list, .reload, "g")])
        #expect(match("g", single.keymap) == .command(.reload))
        #expect(single.problems.isEmpty)
        #expect(single.keymap.notation(of: .first, in: .list) == "Home")
        let longer = Keymap.standard.rebound([wish(.list, .reload, "u u")])
        #expect(match("u u", longer.keymap) == .command(.reload))
        #expect(longer.problems.map(\.flaw) == [.unreachable(.undo)])
        #expect(
            flaws([wish(.list, .reload, "z"), wish(.list, .add, "z z")])
                == [.taken(by: .reload, as: keys("z")[0])])
    }

    @Test("a command whose new keys all make no sense keeps its own")
    func kept() {
        let (map, problems) = Keymap.standard.rebound([wish(.form, .save, "s")])
        #expect(problems.map(\.flaw) == [.typed])
        #expect(match("Ctrl-S", map, in: .form) == .command(.save))
    }

    @Test("what cannot work is told")
    func senseless() {
        for context in [KeyContext.prompt, .form, .palette, .bulk] {
            #expect(flaws([wish(context, .redraw, "x y")]) == [.typed])
        }
        #expect(flaws([wish(.text, .yank, "Ctrl-X y")]) == [.sequence])
        #expect(flaws([wish(.list, .save, "Ctrl-S")]) == [.meaningless])
        #expect(flaws([wish(.list, .undo, "Ctrl-M")]) == [.neverSent(actual: Key(.enter))])
        #expect(flaws([wish(.list, nil, "Ctrl-Q")]) == [.unboundAlready])
        #expect(
            flaws([wish(.list, nil, "u"), wish(.list, .add, "u")])
                == [.taken(by: nil, as: keys("u")[0])])
    }

    @Test(
        "any wishes lose nothing else, and every command is within reach or told", arguments: 1...40
    )
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pool = ["a", "g", "g g", "u", "Ctrl-X", "Ctrl-X a", "Ctrl-S", "Tab", "F5", "Esc", "j"]
        let wishes = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            let context = KeyContext.allCases.randomElement(using: &random) ?? .list
            let command =
                Bool.random(using: &random)
                ? Command.allCases.randomElement(using: &random)
                : Keymap.standard.bindings[context]?.randomElement(using: &random)?.command
            let wished = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                keys(pool.randomElement(using: &random) ?? "a")[0]
            }
            return Keymap.Rebinding(
                in: context, Int.random(in: 0..<6, using: &random) == 0 ? nil : command, wished)
        }
        let (map, problems) = Keymap.standard.rebound(wishes)
        for context in KeyContext.allCases {
            let before = Keymap.standard.bindings[context] ?? []
            let after = map.bindings[context] ?? []
            let own = wishes.filter { $0.context == context }
            expectUnambiguous(after)
            for binding in after where !before.contains(binding) {
                #expect(
                    own.contains { $0.command == binding.command && $0.keys.contains(binding.keys) }
                )
            }
            let wishedKeys = own.flatMap(\.keys)
            for binding in before where !after.contains(binding) {
                let isNamed = own.contains { $0.command == binding.command }
                let isTouched = wishedKeys.contains {
                    $0.starts(with: binding.keys) || binding.keys.starts(with: $0)
                }
                #expect(isNamed || isTouched, "\(binding.notation) is lost")
            }
            for command in Set(before.map(\.command))
            where !after.contains(where: { $0.command == command }) {
                let isTold = problems.contains { $0.flaw == .unreachable(command) }
                let isUnbound = own.contains { $0.command == nil && !$0.keys.isEmpty }
                let isWished = own.contains { $0.command == command }
                #expect(isTold || isUnbound || isWished, "\(command) is lost in \(context)")
            }
        }
    }

    private func expectUnambiguous(_ bindings: [Keymap.Binding]) {
        for (index, binding) in bindings.enumerated() {
            #expect(
                !bindings[(index + 1)...].contains {
                    $0.keys.starts(with: binding.keys) || binding.keys.starts(with: $0.keys)
                }, "\(binding.notation) is ambiguous")
        }
    }
}
