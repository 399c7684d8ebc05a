package import ContactModel

/// Rows of a listing that is still being made: what the screen will show of it.
package struct ListGlimpse: Hashable, Sendable {
    /// The rows by their positions.
    package let rows: [Int: ContactRow]
    /// Where the contact stands that is kept under the cursor.
    package let position: Int
    /// How many contacts the listing will hold.
    package let count: Int
    /// The reading of the place that the rows' numbers belong to.
    package let reading: Int

    /// Rows by their positions in a listing of `count` contacts.
    package init(rows: [Int: ContactRow], position: Int, count: Int, reading: Int = 0) {
        self.rows = rows
        self.position = position
        self.count = count
        self.reading = reading
    }

    /// The rows that stand in the listing where they were shown.
    func rows(in listing: ListState.Listing) -> [Int: ContactRow] {
        guard reading == listing.reading else { return [:] }
        return rows.filter { position, row in
            position < listing.count && listing.numbers[position] == row.number
        }
    }
}

extension AppState {
    /// Shows rows before their listing is there; keys that are about a contact go on waiting.
    ///
    /// Nothing is shown where the listing will be of another size, for that is told on the screen.
    mutating func glimpsed(_ request: Int, _ glimpse: ListGlimpse) -> [Effect] {
        guard awaited[.list] == request, !glimpse.rows.isEmpty else { return [] }
        if list.beginning > 0 {
            guard list.selected == 0, glimpse.position == 0 else { return [] }
            list.beginning = glimpse.rows.count
        } else {
            guard glimpse.count == list.listing?.count else { return [] }
        }
        awaited[.rows] = nil
        list.glimpse = (request, glimpse)
        list.rows = glimpse.rows
        list.cursor.keepRow(at: glimpse.position, of: list.size, height: listHeight)
        return []
    }
}
