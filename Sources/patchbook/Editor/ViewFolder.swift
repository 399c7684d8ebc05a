package import ContactUI
import JSONText

/// The columns and orders that were chosen, kept from one run to the next.
package struct ViewFolder: Sendable {
    private let path: String
    private let isKept: Bool

    /// The settings kept in `views.json` of a folder; `isKept` false keeps none.
    package init(folder: String, isKept: Bool = true) {
        path = folder + "/views.json"
        self.isKept = isKept
    }

    /// What was chosen for a place; nil where nothing was.
    package func load(place: String, fallback: ViewSettings) -> ViewSettings? {
        isKept ? book.settings(of: place, fallback: fallback) : nil
    }

    /// Remembers what was chosen for a place; other places keep theirs.
    ///
    /// - Returns: false where it could not be written.
    @discardableResult
    package func save(_ settings: ViewSettings, place: String) -> Bool {
        guard isKept else { return true }
        var book = book
        book.set(settings, for: place)
        return SmallFile.write(Array(JSONValue.object(book.record).jsonText.utf8), to: path)
    }

    /// A file that is damaged or of another kind counts as none: it holds nothing irreplaceable.
    private var book: ViewBook {
        guard let bytes = SmallFile.read(path),
            let record = try? JSONValue(parsing: bytes).object
        else { return ViewBook() }
        return ViewBook(record: record)
    }
}
