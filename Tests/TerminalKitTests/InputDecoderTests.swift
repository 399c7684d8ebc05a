import Screen
import TestGround
import Testing
import TerminalKit

@Suite("Bytes from the keyboard")
struct InputDecoderTests {
    var decoder = InputDecoder(escapeDelay: .milliseconds(25))
    let start = ContinuousClock.now

    /// Feeds bytes at a time in milliseconds.
    mutating func feed(_ text: String, at time: Int = 0) -> [InputEvent] {
        decoder.feed(Array(text.utf8), at: start + .milliseconds(time))
    }

    mutating func expire(at time: Int) -> [InputEvent] {
        decoder.expire(at: start + .milliseconds(time))
    }

    static let sequences: [(String, String)] = [
        ("\u{1B}[A", "Up"), ("\u{1B}OA", "Up"), ("\u{1B}[1;5C", "Ctrl-Right"),
        ("\u{1B}[1;2B", "Shift-Down"), ("\u{1B}[H", "Home"), ("\u{1B}[4~", "End"),
        ("\u{1B}[5~", "PgUp"), ("\u{1B}[6;3~", "Alt-PgDn"), ("\u{1B}[3~", "Delete"),
        ("\u{1B}[Z", "Shift-Tab"), ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"),
        ("\u{1B}[[A", "F1"), ("\u{1B}[24~", "F12"), ("\u{1B}[1;2P", "Shift-F1"),
        ("\u{1B}x", "Alt-X"), ("\u{1B}T", "Alt-Shift-T"), ("\u{1B}é", "Alt-É"),
        ("\u{1B}\u{7F}", "Alt-Backspace"), ("\u{1B}\r", "Alt-Enter"),
        ("\u{1B}\u{1B}[A", "Alt-Up"), ("\u{7F}", "Backspace"), ("\u{8}", "Backspace"),
        ("\t", "Tab"), ("\r", "Enter"), ("\n", "Enter"), ("\0", "Ctrl-Space"),
        ("\u{1F}", "Ctrl-_"), (" ", "Space"), ("G", "G"), ("\u{1B}Op", "0"),
        ("\u{1B}OM", "Enter"), ("\u{1B}[97;5u", "Ctrl-A"), ("\u{1B}[27;5;9~", "Ctrl-Tab"),
        ("\u{1B}[a", "Shift-Up"), ("\u{1B}Oa", "Ctrl-Up"),
    ]

    @Test("Each sequence is its key", arguments: sequences)
    mutating func sequence(bytes: String, notation: String) throws {
        let key = try #require(Key(notation: notation))
        #expect(feed(bytes) == [.key(key)])
        #expect(decoder.deadline == nil)
    }

    @Test("A sequence torn anywhere is still its key", arguments: sequences)
    mutating func torn(bytes: String, notation: String) throws {
        let key = try #require(Key(notation: notation))
        var events: [InputEvent] = []
        for byte in bytes.utf8 { events += decoder.feed([byte], at: start) }
        #expect(events == [.key(key)])
    }

    @Test("Replies and sequences that are no keys are dropped whole")
    mutating func noKeys() {
        #expect(feed("\u{1B}[?1;2c\u{1B}[I\u{1B}[24;80R\u{1B}[<0;3;4m\u{1B}[201~x") == keys("x"))
        #expect(feed("\u{1B}[" + String(repeating: "1;", count: 40) + "Aq").last == keys("q")[0])
    }

    @Test("Esc is a key when nothing follows in time")
    mutating func escapeAlone() {
        #expect(feed("\u{1B}") == [])
        #expect(decoder.deadline == start + .milliseconds(25))
        #expect(expire(at: 24) == [])
        #expect(expire(at: 25) == [.key(Key(.escape))])
        #expect(decoder.deadline == nil)
    }

    @Test("Esc twice is two keys, and Esc before a letter typed later is one")
    mutating func escapeTwice() {
        #expect(feed("\u{1B}\u{1B}") == [])
        #expect(expire(at: 25) + expire(at: 25) == [.key(Key(.escape)), .key(Key(.escape))])
        #expect(feed("\u{1B}", at: 1000) + expire(at: 1025) == [.key(Key(.escape))])
        #expect(feed("x", at: 1030) == keys("x"))
    }

    @Test(
        "The late tail of an arrow key never acts as letters",
        arguments: ["[A", "OB", "[1;5C", "[3~"])
    mutating func lateTail(tail: String) {
        #expect(feed("\u{1B}") + expire(at: 25) == [.key(Key(.escape))])
        #expect(feed(tail + "j", at: 300) == keys("j"))
        #expect(feed(tail, at: 400).isEmpty == false)
    }

    @Test("A late tail may itself be torn; what only looked like one is typed after all")
    mutating func tornTail() {
        #expect(feed("\u{1B}") + expire(at: 25) == [.key(Key(.escape))])
        #expect(feed("[", at: 100) == [])
        #expect(feed("A", at: 200) == [])
        #expect(feed("\u{1B}", at: 1000) + expire(at: 1025) == [.key(Key(.escape))])
        #expect(feed("O", at: 1100) == [])
        #expect(decoder.deadline == start + .milliseconds(1500))
        #expect(expire(at: 1500) == keys("O"))
        #expect(feed("\u{1B}", at: 2000) + expire(at: 2025) == [.key(Key(.escape))])
        #expect(feed("[x", at: 2600) == keys("[x"))
    }

    @Test("Alt with a bracket is a key once no sequence comes of it")
    mutating func altBracket() {
        #expect(feed("\u{1B}[") == [])
        #expect(expire(at: 25) == [])
        #expect(expire(at: 500) == [.key(.alt("["))])
    }

    @Test("Clusters that come together are one key, and halves of letters wait for the rest")
    mutating func text() {
        #expect(
            feed("e\u{301}👩\u{200D}👧") == [
                .key(.character("e\u{301}")), .key(.character("👩\u{200D}👧")),
            ])
        #expect(decoder.feed([0xE7, 0x94], at: start) == [])
        #expect(decoder.feed([0xB0], at: start) == keys("田"))
        #expect(feed("\u{301}") == [.key(.character("\u{301}"))])
    }

    @Test("Bytes that are no UTF-8 are ignored")
    mutating func invalid() {
        #expect(
            decoder.feed([0xFF, 0x61, 0xC0, 0x80, 0x62, 0xED, 0xA0, 0x80], at: start) == keys("ab"))
        #expect(feed("\u{85}x") == keys("x"))
        #expect(decoder.feed([0xE7], at: start) == [])
        #expect(expire(at: 100) == [])
        #expect(feed("y", at: 200) == keys("y"))
    }

    @Test("Pasted text is taken literally, escape sequences and all")
    mutating func paste() {
        #expect(
            feed("\u{1B}[200~q\u{1B}[A\rnext\u{3}\u{1B}[201~x") == [.paste("q\u{1B}[A\nnext\u{3}")]
                + keys("x"))
    }

    @Test("A paste torn anywhere is the same paste")
    mutating func tornPaste() {
        var events: [InputEvent] = []
        for byte in "\u{1B}[200~é\u{1B}[20\u{1B}[201~x".utf8 {
            events += decoder.feed([byte], at: start)
        }
        #expect(events == [.paste("é\u{1B}[20")] + keys("x"))
    }

    @Test("A paste that never ends is over after five seconds of silence")
    mutating func endlessPaste() {
        #expect(feed("\u{1B}[200~abc") == [])
        #expect(feed("def", at: 3000) == [])
        #expect(expire(at: 5000) == [])
        #expect(expire(at: 8000) == [.paste("abcdef")])
        #expect(feed("x", at: 9000) == keys("x"))
    }

    @Test("Of a paste beyond four megabytes the rest is read and dropped")
    mutating func hugePaste() {
        #expect(feed("\u{1B}[200~") == [])
        let block = String(repeating: "x", count: 1 << 20)
        for _ in 0..<6 { #expect(feed(block) == []) }
        #expect(
            feed("\u{1B}[201~y") == [.paste(String(repeating: "x", count: 4 << 20))] + keys("y"))
    }

    @Test("The mouse is understood in its new and its old encoding")
    mutating func mouse() {
        #expect(feed("\u{1B}[<0;5;3M\u{1B}[<0;5;3m") == [.mouse(Mouse(.press, row: 2, column: 4))])
        #expect(feed("\u{1B}[<0;5;3M", at: 300) == [.mouse(Mouse(.doublePress, row: 2, column: 4))])
        #expect(feed("\u{1B}[<0;5;3M", at: 900) == [.mouse(Mouse(.press, row: 2, column: 4))])
        #expect(feed("\u{1B}[<64;300;99M") == [.mouse(Mouse(.wheelUp, row: 98, column: 299))])
        #expect(
            feed("\u{1B}[<65;1;1M\u{1B}[<2;1;1M") == [.mouse(Mouse(.wheelDown, row: 0, column: 0))])
        #expect(feed("\u{1B}[M !!") == [.mouse(Mouse(.press, row: 0, column: 0))])
        #expect(feed("\u{1B}[M#!!x") == keys("x"))
    }

    @Test(
        "Whatever bytes come, in whatever pieces, nothing is left waiting for ever",
        arguments: 1...60)
    mutating func anything(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var time = 0
        let likely = Array("\u{1B}\u{1B}\u{1B}[O<;0123456789MA~uéx\r\u{7F}".utf8)
        for _ in 0..<300 {
            let count = Int.random(in: 1..<6, using: &random)
            let bytes = (0..<count).map { _ in
                Bool.random(using: &random)
                    ? likely.randomElement(using: &random) ?? 0
                    : UInt8.random(in: 0...255, using: &random)
            }
            _ = decoder.feed(bytes, at: start + .milliseconds(time))
            time += Int.random(in: 0..<200, using: &random)
            _ = expire(at: time)
        }
        for _ in 0..<4 { _ = expire(at: time + 60_000) }
        #expect(decoder.deadline == nil)
        #expect(feed("x", at: time + 120_000) == keys("x"))
    }

    private func keys(_ text: String) -> [InputEvent] {
        text.map { .key(.character($0)) }
    }
}

@Suite("Colours a terminal does not have")
struct PaletteColorTests {
    @Test(
        "The nearest colour stands in",
        arguments: [
            (196, 256, 196, false), (196, 16, 9, false), (196, 8, 1, true), (9, 8, 1, true),
            (3, 8, 3, false), (232, 8, 0, false), (255, 16, 7, false), (21, 8, 4, false),
            (5, 0, -1, false), (21, 88, 4, false),
        ])
    func nearest(number: UInt8, available: Int, index: Int32, isBrightened: Bool) {
        let color = PaletteColor(.palette(number), available: available)
        #expect(color.index == index)
        #expect(color.isBrightened == isBrightened)
    }

    @Test("The terminal's own colour stays its own")
    func standard() {
        #expect(PaletteColor(.standard, available: 8).index == -1)
    }
}
