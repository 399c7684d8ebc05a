import Screen
import TestGround
import Testing

@Suite("Surfaces")
struct SurfaceTests {
    var surface = Surface(
        size: Size(columns: 10, rows: 3), shaper: TextShaper(width: .approximate))
    let bold = Style(attributes: .bold)

    @Test("Text stands where it was put, and the rest is blank")
    mutating func put() {
        #expect(surface.put("Ivanov", row: 1, column: 2, style: bold) == 6)
        #expect(surface.lines() == ["", "  Ivanov", ""])
        #expect(surface[1, 2] == Cell(text: "I", style: bold))
        #expect(surface[1, 8] == .blank)
    }

    @Test("Text is cut at the right edge or at the width given")
    mutating func cut() {
        #expect(surface.put("Haddad, Fatima", row: 0, column: 3) == 7)
        #expect(surface.put("Haddad, Fatima", row: 1, column: 0, width: 4) == 4)
        #expect(surface.put("田中太郎", row: 2, column: 5) == 5)
        #expect(surface.lines() == ["   Haddad…", "Had…", "     田中…"])
    }

    @Test("A wide glyph owns two cells, and writing over one half blanks the other")
    mutating func wideGlyphs() {
        surface.put("田中", row: 0, column: 0)
        #expect(surface[0, 1].text.isEmpty)
        surface.put("x", row: 0, column: 1)
        #expect(surface.lines()[0] == " x中")
        surface.put("y", row: 0, column: 2)
        #expect(surface.lines()[0] == " xy")
        #expect(surface[0, 3].text == " ")
    }

    @Test("A wide glyph over two others blanks what is left of both")
    mutating func wideOverWide() {
        surface.put("田中", row: 0, column: 0)
        surface.put("郎", row: 0, column: 1)
        #expect(surface.row(0).prefix(4).map(\.text) == [" ", "郎", "", " "])
    }

    @Test("A conjunct of several letters stays in one cell with its continuations")
    mutating func conjunct() {
        #expect(surface.put("क्षि", row: 0, column: 0) == 3)
        #expect(surface.row(0).prefix(4).map(\.text) == ["क्षि", "", "", " "])
    }

    @Test("Nothing outside the surface is an error")
    mutating func outside() {
        let blank = surface.lines()
        #expect(surface.put("x", row: 3, column: 0) == 0)
        #expect(surface.put("x", row: -1, column: 0) == 0)
        #expect(surface.put("x", row: 0, column: 10) == 0)
        #expect(surface.put("x", row: 0, column: -1) == 0)
        #expect(surface.put("x", row: 0, column: 0, width: -4) == 0)
        surface.fill(row: 7, columns: 0..<4, with: "x", style: .normal)
        surface.restyle(row: -1, columns: 0..<4) { $0.attributes = .bold }
        #expect(surface.lines() == blank)
        #expect(surface[9, 9] == .blank)
        var nothing = Surface(size: Size(columns: -2, rows: 0), shaper: surface.shaper)
        #expect(nothing.put("x", row: 0, column: 0) == 0)
        #expect(nothing.lines().isEmpty)
    }

    @Test("Filling stays inside and pads where a wide character does not fit")
    mutating func fill() {
        surface.fill(row: 0, columns: -3..<99, with: "─", style: bold)
        surface.fill(row: 1, columns: 0..<5, with: "田", style: .normal)
        surface.fill(row: 2, columns: 0..<3, with: "\u{200B}", style: .normal)
        #expect(surface.lines() == ["──────────", "田田", ""])
        #expect(surface[0, 9].style == bold)
    }

    @Test("Restyling changes the look and keeps the text")
    mutating func restyle() {
        surface.put("Sato", row: 0, column: 0, style: bold)
        surface.restyle(row: 0, columns: 1..<20) { $0.attributes.insert(.reverse) }
        #expect(surface.lines()[0] == "Sato")
        #expect(surface[0, 0].style == bold)
        #expect(surface[0, 1].style == Style(attributes: [.bold, .reverse]))
        #expect(surface[0, 9].style == Style(attributes: .reverse))
    }

    @Test("Whatever is drawn in whatever order, every row keeps its columns", arguments: 1...40)
    mutating func rowsStayWhole(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<8, using: &random) {
                text.unicodeScalars.append(random.scalar())
            }
            surface.put(
                text, row: 0, column: Int.random(in: 0..<10, using: &random),
                width: Int.random(in: 0..<12, using: &random))
        }
        var next = 0
        while next < surface.size.columns {
            let text = surface[0, next].text
            let columns = surface.shaper.columns(text)
            #expect(columns > 0)
            for inside in next + 1..<max(next + 1, next + columns) {
                #expect(surface[0, inside].text.isEmpty)
            }
            next += max(1, columns)
        }
        #expect(next == surface.size.columns)
    }
}
