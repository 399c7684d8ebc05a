import Screen

/// A frame of single lines with a title in it.
struct Box {
    let top: Int
    let left: Int
    let width: Int
    let height: Int

    func draw(title: String, on surface: inout Surface, theme: Theme) {
        for row in top..<top + height {
            surface.fill(row: row, columns: left..<left + width, style: .normal)
            surface.put("│", row: row, column: left, style: theme.dim)
            surface.put("│", row: row, column: left + width - 1, style: theme.dim)
        }
        for (row, ends) in [(top, ("┌", "┐")), (top + height - 1, ("└", "┘"))] {
            surface.fill(row: row, columns: left..<left + width, with: "─", style: theme.dim)
            surface.put(ends.0, row: row, column: left, style: theme.dim)
            surface.put(ends.1, row: row, column: left + width - 1, style: theme.dim)
        }
        surface.put(
            " \(title) ", row: top, column: left + 2, style: theme.strong, width: width - 4)
    }
}
