package import ContactModel

/// The list: a listing, the window of rows on screen, and where the cursor is.
package struct ListState: Sendable {
    /// What a listing holds; its rows are fetched as they are needed.
    package struct Listing: Hashable, Sendable {
        /// The number under which rows are asked for.
        package var number: Int
        /// How many contacts there are, whether they match or not.
        package var total: Int
        /// Whether a server may hold more that were not fetched.
        package var isPartial: Bool
        /// How many contacts the filter asks metadata of that is not known.
        package var unknown: Int
        /// Where the contact that was to be kept under the cursor stands now.
        package var keptPosition: Int?
        /// Which reading of the place the numbers belong to.
        package var reading: Int
        /// The numbers of the contacts that match, in order; shared, never copied.
        package var numbers: [Int32]
        /// The same numbers as a set.
        package var members: RowSet
        /// The marks in the numbers of this reading, where it is another than before.
        package var translated: Translation?
        /// The marks, in the numbers of this reading, whose contacts are not there any more.
        package var gone: RowSet
        /// The rows that the screen shows first, by their positions; others are asked for.
        package var rows: [Int: ContactRow] = [:]

        /// Marks carried over into another reading.
        package struct Translation: Hashable, Sendable {
            /// Who is marked.
            package var marked: RowSet
            /// Who was marked before the last bulk change.
            package var last: RowSet
            /// How many marked contacts were not found again.
            package var lost: Int

            /// Marks in the numbers of another reading.
            package init(marked: RowSet, last: RowSet, lost: Int) {
                self.marked = marked
                self.last = last
                self.lost = lost
            }
        }

        /// A listing as a backend answered it.
        package init(
            number: Int, numbers: [Int32], total: Int, isPartial: Bool = false, unknown: Int = 0,
            keptPosition: Int? = nil, reading: Int = 0, translated: Translation? = nil,
            gone: RowSet = RowSet()
        ) {
            self.number = number
            self.numbers = numbers
            self.total = total
            self.isPartial = isPartial
            self.unknown = unknown
            self.keptPosition = keptPosition
            self.reading = reading
            self.translated = translated
            self.gone = gone
            members = RowSet(numbers)
        }

        /// How many contacts match.
        package var count: Int { numbers.count }
    }

    /// A range of marks that is being drawn.
    package struct MarkedRange: Hashable, Sendable {
        /// The position where it began.
        package let anchor: Int
        /// Who was marked before.
        package let before: RowSet
    }

    /// The listing shown; nil until the first answer.
    package internal(set) var listing: Listing?
    /// How many rows are shown of a place that is still being read.
    package internal(set) var beginning = 0
    /// The rows fetched so far, by position.
    package internal(set) var rows: [Int: ContactRow] = [:]
    /// What is shown of a listing before it is there, and the request for it.
    var glimpse: (request: Int, seen: ListGlimpse)?
    /// Where the cursor is.
    package internal(set) var cursor = LineCursor()
    /// What is filtered by, as it was typed.
    package internal(set) var filter = ""
    /// Where a half-typed filter stopped making sense, and why.
    package internal(set) var filterFlaw: QueryFlaw?
    /// Whether only marked contacts are shown.
    package internal(set) var showsOnlyMarked = false
    /// The order.
    package internal(set) var order = SortOrder.byName
    /// The columns, from left to right; those that do not fit are left out.
    package internal(set) var columns = ListState.standardColumns
    /// The count typed before a movement, such as the 10 of `10j`.
    package internal(set) var count: Int?
    /// The range of marks that is being drawn.
    package internal(set) var range: MarkedRange?
    /// How far the listing has come that was asked for last, in percent, where it takes long.
    package internal(set) var searched: Int?
    /// What is looked for without filtering, and who was found.
    package internal(set) var found: Found?
    /// The row whose details are shown; it follows the cursor when keys have rested.
    package internal(set) var detailed: ContactRow?
    /// The position that is told in words; it follows the cursor when keys have rested.
    package internal(set) var told = 0

    /// The columns a list begins with.
    package static let standardColumns: [Column] = [
        .field(.name), .field(.phone), .field(.email), .field(.tags),
    ]

    /// Who was found.
    package struct Found: Hashable, Sendable {
        /// What was looked for.
        package var text: String
        /// The numbers of those that match.
        package var numbers: RowSet
    }

    /// How many contacts match.
    package var size: Int { listing?.count ?? beginning }

    /// The position under the cursor.
    package var selected: Int { cursor.selected }

    /// The first position on the screen.
    package var top: Int { cursor.top }

    /// The row under the cursor, where it was fetched.
    package var selectedRow: ContactRow? { rows[selected] }

    /// The number of the contact under the cursor.
    var selectedNumber: Int32? {
        guard let listing, listing.numbers.indices.contains(selected) else { return nil }
        return listing.numbers[selected]
    }

    /// Moves the cursor and scrolls so that it stays in a window of `height` rows.
    mutating func select(_ position: Int, height: Int) {
        cursor.select(position, of: size, height: height)
    }

    /// Positions to fetch: nil while everything within half a screenful of the screen is there,
    /// else a screenful to both sides, so that scrolling finds its rows waiting.
    func missing(height: Int) -> Range<Int>? {
        let height = max(1, height)
        let near = max(0, top - height / 2)..<max(0, min(size, top + height + height / 2))
        guard near.contains(where: { rows[$0] == nil }) else { return nil }
        return cursor.reach(of: size, height: height)
    }
}
