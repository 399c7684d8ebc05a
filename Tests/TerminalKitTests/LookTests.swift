import ContactUI
import Screen
import TerminalKit
import Testing

extension TerminalTests {
    /// The looks of a theme on terminals with few colours, many or none.
    @Suite("Looks", .serialized)
    struct Looks {
        /// Each type, and how many colours it has.
        static let types = [
            ("xterm-256color", 256), ("tmux-256color", 256), ("xterm", 8), ("screen", 8),
            ("linux", 8), ("vt100", 0),
        ]

        /// Every look there is, and colours of every kind in front and behind.
        private func draw(_ theme: Theme, on terminal: Terminal) -> Surface {
            var surface = terminal.blank()
            for (row, part) in Theme.Part.allCases.enumerated() {
                surface.put(part.rawValue, row: row, column: 1, style: theme[part])
            }
            for (row, tag) in ["vip", "lead", "eu", "beta", "a", "b", "c", "d"].enumerated() {
                surface.put(tag, row: row, column: 20, style: theme.style(ofTag: tag))
            }
            terminal.draw(surface)
            return surface
        }

        /// The colours that come closest to those of a surface.
        private func wanted(_ surface: Surface, of available: Int) -> Set<Int> {
            let styles = (0..<surface.size.rows).flatMap { surface.row($0).map(\.style) }
            let colors = styles.flatMap { [$0.foreground, $0.background] }
            return Set(
                colors.map { Int(PaletteColor($0, available: available).index) }.filter { $0 >= 0 })
        }

        @Test("stay within the colours of the terminal, and the text is the same", arguments: types)
        func withinColors(type: String, colors: Int) throws {
            let pseudo = PseudoTerminal()
            let terminal = try Terminal(pseudo.options(term: type))
            #expect(terminal.colorCount == colors)
            var theme = Theme.standard
            theme.bad = Style(
                foreground: .palette(15), background: .palette(196), attributes: .bold)
            theme.accent = Style(foreground: .palette(208), attributes: .underline)
            theme = theme.fitting(colorCount: terminal.colorCount, allowsColor: true)
            _ = pseudo.shown()
            let surface = draw(theme, on: terminal)
            for row in 0..<24 {
                let drawn = surface.row(row).reduce(into: "") { $0 += $1.text }
                #expect(terminal.believed(row: row) == drawn)
            }
            let shown = pseudo.shown()
            #expect(shown.contains("vip"))
            #expect(Set(LookTests.colors(in: shown)) == wanted(surface, of: colors))
            terminal.close()
        }

        @Test("without colours nothing of them is sent, whatever the terminal has")
        func noColor() throws {
            let pseudo = PseudoTerminal()
            let terminal = try Terminal(pseudo.options())
            _ = pseudo.shown()
            _ = draw(Theme.standard.fitting(colorCount: 256, allowsColor: false), on: terminal)
            let shown = pseudo.shown()
            #expect(LookTests.colors(in: shown) == [])
            #expect(shown.contains("\u{1B}[1m") || shown.contains("\u{1B}[0;1m"))
            terminal.close()
        }

        @Test("a bright colour on eight is the plain one in bold")
        func brightened() throws {
            let pseudo = PseudoTerminal()
            let terminal = try Terminal(pseudo.options(term: "xterm"))
            var surface = terminal.blank()
            surface.put("x", row: 0, column: 0, style: Style(foreground: .palette(14)))
            _ = pseudo.shown()
            terminal.draw(surface)
            let shown = pseudo.shown()
            #expect(LookTests.colors(in: shown) == [6])
            #expect(LookTests.parameters(in: shown).contains(1))
            terminal.close()
        }
    }
}

/// What a stream of bytes does to colours.
private enum LookTests {
    /// The parameters of every `SGR` sequence, in order (ECMA-48 8.3.117).
    static func parameters(in text: String) -> [Int] { sequences(in: text).flatMap(\.self) }

    /// The colours that are asked for by number.
    static func colors(in text: String) -> [Int] {
        sequences(in: text).flatMap { parameters -> [Int] in
            var colors: [Int] = []
            var rest = parameters[...]
            while let parameter = rest.popFirst() {
                switch parameter {
                case 30...37, 40...47: colors.append(parameter % 10)
                case 90...97: colors.append(parameter - 90 + 8)
                case 100...107: colors.append(parameter - 100 + 8)
                case 38, 48:
                    rest = rest.dropFirst()
                    colors.append(rest.popFirst() ?? 999)
                default: break
                }
            }
            return colors
        }
    }

    private static func sequences(in text: String) -> [[Int]] {
        text.split(separator: "\u{1B}[").compactMap { piece in
            let digits = piece.prefix { $0.isNumber || $0 == ";" || $0 == ":" }
            guard piece.dropFirst(digits.count).first == "m" else { return nil }
            return digits.split { $0 == ";" || $0 == ":" }.compactMap { Int($0) }
        }
    }
}
