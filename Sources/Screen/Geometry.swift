/// The extent of a screen in cells.
package struct Size: Hashable, Sendable {
    /// Cells from left to right.
    package var columns: Int
    /// Cells from top to bottom.
    package var rows: Int

    /// An extent; a negative one counts as none.
    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}

/// A cell's place, counted from 0 at the top left.
package struct Position: Hashable, Sendable {
    /// Rows below the top.
    package var row: Int
    /// Columns right of the left edge.
    package var column: Int

    /// A place, which need not lie on any screen.
    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}
