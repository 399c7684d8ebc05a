package import ContactModel

/// The list: a listing, the window of rows on screen, and where the cursor is.
package struct ListState: Sendable {
    /// What a listing holds; its rows are fetched as they are needed.
    package struct Listing: Hashable, Sendable {
        /// The number under which rows are asked for.
        package var number: Int
        /// How many contacts match.
        package var count: Int
        /// How many there are.
        package var total: Int
        /// Whether a server may hold more that were not fetched.
        package var isPartial: Bool
        /// Where the contact that was to be kept under the cursor stands now.
        package var keptPosition: Int?

        /// A listing as a backend answered it.
        package init(
            number: Int, count: Int, total: Int, isPartial: Bool, keptPosition: Int? = nil
        ) {
            self.number = number
            self.count = count
            self.total = total
            self.isPartial = isPartial
            self.keptPosition = keptPosition
        }
    }

    /// The listing shown; nil until the first answer.
    package internal(set) var listing: Listing?
    /// The rows fetched so far, by position.
    package internal(set) var rows: [Int: ContactRow] = [:]
    /// The position under the cursor.
    package internal(set) var selected = 0
    /// The first position on the screen.
    package internal(set) var top = 0
    /// What is filtered by, as it was typed.
    package internal(set) var filter = ""
    /// Where a half-typed filter stopped making sense, in scalars from 0.
    package internal(set) var filterFlaw: Int?
    /// The order.
    package internal(set) var order = SortOrder.byName
    /// The count typed before a movement, such as the 10 of `10j`.
    package internal(set) var count: Int?

    /// How many contacts match.
    package var size: Int { listing?.count ?? 0 }

    /// The row under the cursor, where it was fetched.
    package var selectedRow: ContactRow? { rows[selected] }

    /// Moves the cursor and scrolls so that it stays in a window of `height` rows.
    mutating func select(_ position: Int, height: Int) {
        selected = min(max(0, position), max(0, size - 1))
        let height = max(1, height)
        if selected < top { top = selected }
        if selected >= top + height { top = selected - height + 1 }
        top = max(0, min(top, size - height))
    }

    /// Positions to fetch: nil while everything within half a screenful of the screen is there,
    /// else a screenful to both sides, so that scrolling finds its rows waiting.
    func missing(height: Int) -> Range<Int>? {
        let height = max(1, height)
        let near = max(0, top - height / 2)..<max(0, min(size, top + height + height / 2))
        guard near.contains(where: { rows[$0] == nil }) else { return nil }
        return max(0, top - height)..<min(size, top + 2 * height)
    }
}
