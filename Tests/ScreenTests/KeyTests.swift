import Screen
import Testing

@Suite("Keys and how people write them")
struct KeyTests {
    static let written: [(String, Key)] = [
        ("a", .character("a")), ("G", .character("G")), ("-", .character("-")),
        ("é", .character("é")), ("田", .character("田")), ("Space", .character(" ")),
        ("Ctrl-S", .control("s")), ("Alt-B", .alt("b")), ("Alt-Shift-T", .alt("T")),
        ("Ctrl--", .control("-")), ("Ctrl-Space", .control(" ")), ("Ctrl-_", .control("_")),
        ("Shift-Tab", Key(.tab, .shift)), ("Enter", Key(.enter)), ("Esc", Key(.escape)),
        ("Alt-Enter", Key(.enter, .alt)), ("F1", Key(.function(1))), ("F12", Key(.function(12))),
        ("Ctrl-Alt-Shift-Up", Key(.up, [.control, .alt, .shift])), ("PgDn", Key(.pageDown)),
        ("Home", Key(.home)), ("Backspace", Key(.backspace)), ("Delete", Key(.delete)),
        ("Alt-Backspace", Key(.backspace, .alt)), ("Shift-Down", Key(.down, .shift)),
    ]

    @Test("A notation names its key, and the key prints the notation", arguments: written)
    func roundTrip(notation: String, key: Key) {
        #expect(Key(notation: notation) == key)
        #expect(key.notation == notation)
    }

    @Test(
        "Other spellings are understood",
        arguments: [
            ("ctrl-s", "Ctrl-S"), ("CONTROL-s", "Ctrl-S"), ("alt-t", "Alt-T"), ("esc", "Esc"),
            ("Escape", "Esc"), ("return", "Enter"), ("pagedown", "PgDn"), ("Shift-g", "G"),
            ("Shift-G", "G"), ("f5", "F5"), ("Meta-x", "Alt-X"),
        ])
    func spellings(given: String, printed: String) {
        #expect(Key(notation: given)?.notation == printed)
    }

    @Test(
        "What names no key is refused",
        arguments: ["", " ", "ab", "Ctrl-", "Ctrl-Foo", "F0", "F64", "Hyper-A", "gg", "\u{1B}["])
    func refused(notation: String) {
        #expect(Key(notation: notation) == nil)
    }

    @Test("Each key has one form, whichever way it was made")
    func oneForm() {
        #expect(Key.control("S") == Key.control("s"))
        #expect(Key(.character("T"), .alt) == Key(.character("t"), [.alt, .shift]))
        #expect(Key(.character("g"), .shift) == .character("G"))
        #expect(Key(.character("ß"), .alt).notation == "Alt-ß")
    }
}
