import CCurses
import Glibc
import Screen
import TestGround
import Testing
import TerminalKit

/// All that touches curses, of which a process has one.
@Suite("The terminal", .serialized)
struct TerminalTests {
    let pseudo = PseudoTerminal()

    func open(_ term: String = "xterm-256color") throws -> Terminal {
        try Terminal(pseudo.options(term: term))
    }

    // MARK: Painting

    static let zoo = [
        "plain", "田中 Yılmaz", "e\u{301}\u{302}\u{303}\u{304}\u{305}x", "\u{301}lone",
        "\u{1B}[31mred\u{7}", "tab\tnew\nline\r\n", "\u{9B}2J", "a\u{202E}b\u{200B}c",
        "👩\u{200D}👩\u{200D}👧 family", "👍🏽 tone", "🇫🇷🇫🇮 flags", "नमस्ते क्षत्रिय",
        "สวัสดี", "\u{1112}\u{1161}\u{11AB} jamo", "שלום", "السلام", "1\u{FE0F}\u{20E3}",
        "\u{E000}private", "\u{10FFFF}", String(repeating: "田", count: 60),
        String(repeating: "z\u{301}", count: 100), "x" + String(repeating: "\u{338}", count: 999),
    ]

    @Test("Curses believes what the surface says, whatever the text", arguments: zoo)
    func belief(text: String) throws {
        let terminal = try open()
        var surface = terminal.blank()
        surface.put(text, row: 3, column: 1)
        surface.put(text, row: 23, column: 70)
        surface.put("|", row: 3, column: 79)
        terminal.draw(surface)
        for row in 0..<24 {
            let drawn = surface.row(row).reduce(into: "") { $0 += $1.text }
            #expect(
                Array(terminal.believed(row: row).unicodeScalars) == Array(drawn.unicodeScalars))
        }
        terminal.close()
    }

    @Test("Any text drawn over any other leaves no trace of it", arguments: 1...12)
    func overdrawn(seed: UInt64) throws {
        let terminal = try open()
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            var surface = terminal.blank()
            for row in 0..<24 {
                var text = ""
                for _ in 0..<12 { text.unicodeScalars.append(random.scalar()) }
                surface.put(text, row: row, column: Int.random(in: 0..<80, using: &random))
            }
            terminal.draw(surface)
            for row in 0..<24 {
                let drawn = surface.row(row).reduce(into: "") { $0 += $1.text }
                #expect(
                    Array(terminal.believed(row: row).unicodeScalars)
                        == Array(drawn.unicodeScalars))
            }
            _ = pseudo.shown()
        }
        terminal.close()
    }

    @Test("Every scalar has the width that curses gives it, and shaping is stable")
    func widths() throws {
        let terminal = try open()
        for value in UInt32(0)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let safe = terminal.shaper.neutral(String(Character(scalar)))
            #expect(terminal.shaper.neutral(safe) == safe, "U+\(String(value, radix: 16))")
        }
        terminal.close()
    }

    @Test("A frame is one write, and the same frame again is none")
    func oneWrite() throws {
        pseudo.resize(columns: 120, rows: 40)
        let terminal = try open()
        var surface = terminal.blank()
        for row in 0..<40 {
            surface.put(String(repeating: "nomen ", count: 20), row: row, column: 0)
        }
        let before = terminal.traffic
        terminal.draw(surface)
        #expect(terminal.traffic.writes == before.writes + 1)
        let painted = terminal.traffic
        terminal.draw(surface)
        #expect(terminal.traffic == painted)
        terminal.redraw()
        #expect(terminal.traffic.writes == painted.writes + 1)
        #expect(terminal.traffic.bytes > painted.bytes + 120 * 39)
        terminal.close()
    }

    @Test("Moving a marker and a highlighted name costs at most a hundred bytes")
    func cheapMove() throws {
        pseudo.resize(columns: 120, rows: 40)
        let terminal = try open()
        func list(selected: Int) -> Surface {
            var surface = terminal.blank()
            for row in 1..<38 {
                let isHere = row == selected
                let style = Style(attributes: isHere ? .reverse : [])
                surface.put(isHere ? ">" : " ", row: row, column: 1)
                surface.put("Ivanov, Łukasz \(row)", row: row, column: 5, style: style)
                surface.put("+15551574702    u2@example.com", row: row, column: 27)
            }
            surface.cursor = Position(row: selected, column: 5)
            return surface
        }
        terminal.draw(list(selected: 10))
        for row in [11, 12, 11, 10, 9] {
            let before = terminal.traffic
            terminal.draw(list(selected: row))
            #expect(terminal.traffic.writes == before.writes + 1)
            #expect(terminal.traffic.bytes - before.bytes <= 100)
        }
        terminal.close()
    }

    @Test("A row in which a cluster of several letters changes is written whole")
    func conjunctsAreWrittenWhole() throws {
        let terminal = try open()
        var surface = terminal.blank()
        surface.put("🇫🇷", row: 2, column: 0)
        surface.put("Yılmaz", row: 2, column: 10)
        terminal.draw(surface)
        _ = pseudo.shown()
        surface.put("🇫🇮", row: 2, column: 0)
        terminal.draw(surface)
        let shown = pseudo.shown()
        #expect(shown.contains("🇫🇮"))
        #expect(shown.contains("Yılmaz"))
        terminal.close()
    }

    @Test("No control character of the data reaches the terminal")
    func nothingRaw() throws {
        let terminal = try open()
        var surface = terminal.blank()
        surface.put("\u{1B}]0;title\u{7}\u{1B}[2J\u{9B}31m\u{0}", row: 0, column: 0)
        _ = pseudo.shown()
        terminal.draw(surface)
        let shown = pseudo.shown()
        #expect(!shown.contains("\u{1B}]"))
        #expect(!shown.contains("\u{7}"))
        #expect(!shown.unicodeScalars.contains("\u{9B}"))
        #expect(!shown.unicodeScalars.contains("\0"))
        terminal.close()
    }

    @Test(
        "Colours are counted, and asking for more than there are is harmless",
        arguments: [("xterm-256color", 256), ("xterm", 8), ("linux", 8), ("vt100", 0)])
    func colors(term: String, count: Int) throws {
        let terminal = try open(term)
        #expect(terminal.colorCount == count)
        for background in stride(from: 0, through: 255, by: 5) {
            var surface = terminal.blank()
            for column in 0..<80 {
                let style = Style(
                    foreground: .palette(UInt8(column * 3)),
                    background: .palette(UInt8(background)), attributes: [.bold, .underline])
                surface.put("x", row: background % 24, column: column, style: style)
            }
            terminal.draw(surface)
            _ = pseudo.shown()
            #expect(terminal.believed(row: background % 24).hasPrefix("xxxx"))
        }
        terminal.close()
    }

    @Test("No window is too small or too large", arguments: [(1, 1), (2, 1), (1, 50), (900, 300)])
    func oddWindows(columns: Int, rows: Int) throws {
        let terminal = try open()
        pseudo.resize(columns: columns, rows: rows)
        kill(getpid(), SIGWINCH)
        #expect(terminal.events(count: 1) == [.resize(Size(columns: columns, rows: rows))])
        var surface = terminal.blank()
        surface.put("田中 Yılmaz", row: rows - 1, column: 0)
        surface.cursor = Position(row: 999, column: 999)
        surface.isCursorVisible = true
        terminal.draw(surface)
        #expect(terminal.size == surface.size)
        #expect(terminal.believed(row: rows - 1).hasPrefix(columns > 9 ? "田中 Yılmaz" : "…"))
        terminal.close()
    }

    @Test("A surface of another size than the window is drawn as far as it goes")
    func otherSize() throws {
        let terminal = try open()
        var small = Surface(size: Size(columns: 10, rows: 2), shaper: terminal.shaper)
        var large = Surface(size: Size(columns: 300, rows: 90), shaper: terminal.shaper)
        for row in 0..<90 { large.put(String(repeating: "x", count: 300), row: row, column: 0) }
        small.put("small", row: 1, column: 0)
        terminal.draw(large)
        terminal.draw(small)
        #expect(terminal.believed(row: 1).hasPrefix("small   "))
        #expect(terminal.believed(row: 20).allSatisfy { $0 == " " })
        terminal.close()
    }
}
