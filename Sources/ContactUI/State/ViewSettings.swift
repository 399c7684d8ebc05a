package import ContactModel
package import JSONText

/// The columns and the order a person chose for the list of one place.
package struct ViewSettings: Hashable, Sendable {
    /// The columns from left to right; never none.
    package var columns: [Column]
    /// The order of the rows.
    package var order: SortOrder

    /// Columns and an order as they were chosen.
    package init(columns: [Column], order: SortOrder) {
        self.columns = columns
        self.order = order
    }

    /// The settings as JSON.
    package var record: JSONObject {
        [
            "columns": .array(columns.map { .string($0.name) }),
            "sort": .string(order.written),
        ]
    }

    /// Reads settings back; what this version does not know is left out, and what is missing
    /// then is taken from `fallback`.
    package init(record: JSONObject, fallback: ViewSettings) {
        let names = (record["columns"]?.array ?? []).compactMap(\.text)
        var seen: Set<Column> = []
        let columns = names.compactMap(Column.init(name:)).filter { seen.insert($0).inserted }
        self.columns = columns.isEmpty ? fallback.columns : columns
        let sort = record["sort"]?.text
        order = sort == "" ? SortOrder() : sort.flatMap(SortOrder.init(written:)) ?? fallback.order
    }
}

/// The settings of many places, the latest chosen first.
package struct ViewBook: Hashable, Sendable {
    /// The most places that are remembered.
    package static let capacity = 500

    /// One place with its settings.
    private struct Page: Hashable, Sendable {
        let place: String
        let settings: JSONObject
    }

    private var pages: [Page] = []

    /// A book without pages.
    package init() {}

    /// Reads a book back; what is no page is left out.
    package init(record: JSONObject) {
        for value in (record["places"]?.array ?? []).prefix(ViewBook.capacity) {
            guard var page = value.object, let place = page["place"]?.text else { continue }
            page["place"] = nil
            pages.append(Page(place: place, settings: page))
        }
    }

    /// The book as JSON.
    package var record: JSONObject {
        [
            "places": .array(
                pages.map { page in
                    let place = JSONObject.Member(name: "place", value: .string(page.place))
                    return .object(JSONObject([place] + page.settings.members))
                })
        ]
    }

    /// What was chosen for a place; nil where nothing was.
    package func settings(of place: String, fallback: ViewSettings) -> ViewSettings? {
        pages.first { $0.place == place }.map {
            ViewSettings(record: $0.settings, fallback: fallback)
        }
    }

    /// Remembers what was chosen for a place; the places chosen for longest ago go.
    package mutating func set(_ settings: ViewSettings, for place: String) {
        pages.removeAll { $0.place == place }
        pages.insert(Page(place: place, settings: settings.record), at: 0)
        pages = Array(pages.prefix(ViewBook.capacity))
    }
}
