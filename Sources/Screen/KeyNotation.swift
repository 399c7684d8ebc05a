extension Key {
    /// The key that a notation such as `Ctrl-S`, `Shift-Tab`, `F1` or `G` stands for; nil for
    /// anything else. Names and modifiers are read in any case, characters are not.
    package init?(notation: String) {
        var rest = Substring(notation)
        var modifiers: Modifiers = []
        while rest.count > 1, let (modifier, tail) = Key.splitModifier(rest) {
            modifiers.insert(modifier)
            rest = tail
        }
        if var character = rest.first, rest.count == 1 {
            guard character != " " else { return nil }
            // `Alt-T` is written with a capital but means the key alone.
            if !modifiers.isEmpty { character = character.sole { $0.lowercased() } }
            self.init(.character(character), modifiers)
        } else if let code = Key.code(named: rest.lowercased()) {
            self.init(code, modifiers)
        } else {
            return nil
        }
    }

    /// How people write the key; `init(notation:)` reads it back.
    package var notation: String {
        var text = ""
        if modifiers.contains(.control) { text += "Ctrl-" }
        if modifiers.contains(.alt) { text += "Alt-" }
        if modifiers.contains(.shift) { text += "Shift-" }
        return text + name
    }

    private var name: String {
        switch code {
        case .character(" "): "Space"
        case .character(let character):
            String(modifiers.isEmpty ? character : character.sole { $0.uppercased() })
        case .function(let number): "F\(number)"
        default: Key.names.first { $0.code == code }?.name ?? ""
        }
    }

    private static func splitModifier(_ text: Substring) -> (Modifiers, Substring)? {
        guard let dash = text.firstIndex(of: "-") else { return nil }
        let tail = text[text.index(after: dash)...]
        guard !tail.isEmpty else { return nil }
        switch text[..<dash].lowercased() {
        case "ctrl", "control": return (.control, tail)
        case "alt", "meta": return (.alt, tail)
        case "shift": return (.shift, tail)
        default: return nil
        }
    }

    private static func code(named name: String) -> Code? {
        if name == "space" { return .character(" ") }
        if name.first == "f", let number = Int(name.dropFirst()), (1...63).contains(number) {
            return .function(number)
        }
        return names.first { $0.name.lowercased() == name }?.code
    }

    /// The first name of a code is the one printed.
    private static let names: [(name: String, code: Code)] = [
        ("Enter", .enter), ("Return", .enter), ("Tab", .tab), ("Backspace", .backspace),
        ("Delete", .delete), ("Del", .delete), ("Insert", .insert), ("Ins", .insert),
        ("Esc", .escape), ("Escape", .escape), ("Up", .up), ("Down", .down), ("Left", .left),
        ("Right", .right), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
        ("PageUp", .pageUp), ("PgDn", .pageDown), ("PageDown", .pageDown),
    ]
}
