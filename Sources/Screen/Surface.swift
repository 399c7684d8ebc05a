/// One place on a surface.
package struct Cell: Hashable, Sendable {
    /// What is drawn here; empty where a wide glyph further left reaches into this cell.
    package var text: String
    /// How it looks.
    package var style: Style

    /// A cell as it stands on a surface.
    package init(text: String, style: Style) {
        self.text = text
        self.style = style
    }

    /// A space in the terminal's own colours.
    package static let blank = Cell(text: " ", style: .normal)
}

/// A picture of a whole screen, drawn in memory and painted by the terminal or compared by a test.
///
/// Everything drawn is made safe and clipped; nothing outside the surface is ever an error, so
/// that a view need not know how small the window has become.
package struct Surface: Sendable {
    /// Rows and columns.
    package let size: Size
    /// Decides widths, and what hostile text looks like.
    package let shaper: TextShaper
    /// Where the terminal's cursor goes; nil leaves it where the last drawing ended.
    package var cursor: Position?
    /// Whether the cursor shows; an invisible one still tells screen readers where the work is.
    package var isCursorVisible = false
    private(set) var cells: [Cell]

    /// A blank surface.
    package init(size: Size, shaper: TextShaper) {
        self.size = size
        self.shaper = shaper
        cells = Array(repeating: .blank, count: size.columns * size.rows)
    }

    /// The cell at a place; blank outside the surface.
    package subscript(row: Int, column: Int) -> Cell {
        guard contains(row, column) else { return .blank }
        return cells[row * size.columns + column]
    }

    /// The cells of one row, from left to right; empty outside the surface.
    package func row(_ row: Int) -> ArraySlice<Cell> {
        guard (0..<size.rows).contains(row) else { return [] }
        return cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Draws text from a place to the right and says how many columns it took.
    ///
    /// Text wider than `width` (up to the right edge where nil) is cut with `…`; a place outside
    /// the surface draws nothing. Cells beyond the text stay as they are.
    @discardableResult
    package mutating func put(
        _ text: String, row: Int, column: Int, style: Style = .normal, width: Int? = nil
    ) -> Int {
        guard contains(row, column) else { return 0 }
        let room = min(width ?? .max, size.columns - column)
        let bytes = text.utf8
        if bytes.count <= room, isPrintableASCII(bytes) {
            return putASCII(bytes, row: row, column: column, style: style)
        }
        var next = column
        for glyph in shaper.fitted(text, to: room) where glyph.columns > 0 {
            place(glyph.text, columns: glyph.columns, row: row, column: next, style: style)
            next += glyph.columns
        }
        return next - column
    }

    /// Repeats a character over columns of one row; a wide one that does not fit leaves a space.
    package mutating func fill(
        row: Int, columns: Range<Int>, with text: Character = " ", style: Style
    ) {
        guard (0..<size.rows).contains(row) else { return }
        let range = columns.clamped(to: 0..<size.columns)
        let glyph = shaper.glyph(text)
        var next = range.lowerBound
        while next < range.upperBound {
            let fits = glyph.columns > 0 && next + glyph.columns <= range.upperBound
            let step = fits ? glyph.columns : 1
            let drawn = fits ? glyph.text : " "
            place(drawn, columns: step, row: row, column: next, style: style)
            next += step
        }
    }

    /// Changes how columns of one row look, not what they say.
    package mutating func restyle(
        row: Int, columns: Range<Int>, _ change: (inout Style) -> Void
    ) {
        guard (0..<size.rows).contains(row) else { return }
        for column in columns.clamped(to: 0..<size.columns) {
            change(&cells[row * size.columns + column].style)
        }
    }

    /// Every row as text without the blanks at its end.
    package func lines() -> [String] {
        (0..<size.rows).map { row in
            var line = self.row(row).reduce(into: "") { $0 += $1.text }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func contains(_ row: Int, _ column: Int) -> Bool {
        (0..<size.rows).contains(row) && (0..<size.columns).contains(column)
    }

    private mutating func putASCII(
        _ bytes: String.UTF8View, row: Int, column: Int, style: Style
    ) -> Int {
        var next = column
        for byte in bytes {
            let text = String(Unicode.Scalar(byte))
            place(text, columns: 1, row: row, column: next, style: style)
            next += 1
        }
        return next - column
    }

    /// Writes a glyph that is known to fit, and blanks what remains of wide glyphs it cuts.
    private mutating func place(
        _ text: String, columns: Int, row: Int, column: Int, style: Style
    ) {
        let first = row * size.columns + column
        separate(at: first, row: row)
        separate(at: first + columns, row: row)
        cells[first] = Cell(text: text, style: style)
        for index in first + 1..<first + columns {
            cells[index] = Cell(text: "", style: style)
        }
    }

    /// Blanks the wide glyph that lies across the boundary before `index`, if one does.
    private mutating func separate(at index: Int, row: Int) {
        let end = (row + 1) * size.columns
        guard index < end, cells[index].text.isEmpty else { return }
        var head = index
        while cells[head].text.isEmpty { head -= 1 }
        var tail = index
        while tail < end, cells[tail].text.isEmpty { tail += 1 }
        for part in head..<tail { cells[part].text = " " }
    }
}
