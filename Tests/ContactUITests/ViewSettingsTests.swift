import ContactModel
import ContactUI
import JSONText
import Testing

@Suite("Columns and orders that were chosen")
struct ViewSettingsTests {
    private let standard = ViewSettings(columns: [.field(.name), .field(.phone)], order: .byName)

    @Test("come back as they were")
    func roundTrip() throws {
        let chosen = ViewSettings(
            columns: [.field(.email), .metadata("plan"), .field(.name)],
            order: SortOrder([SortOrder.Key(.createdAt, descending: true), SortOrder.Key(.name)]))
        var book = ViewBook()
        book.set(chosen, for: "/a")
        book.set(ViewSettings(columns: [.field(.id)], order: SortOrder()), for: "/b")
        let text = JSONValue.object(book.record).jsonText
        let read = ViewBook(record: try #require(try JSONValue(parsing: text).object))
        #expect(read.settings(of: "/a", fallback: standard) == chosen)
        #expect(read.settings(of: "/b", fallback: standard)?.order == SortOrder())
        #expect(read.settings(of: "/c", fallback: standard) == nil)
        #expect(read == book)
    }

    @Test(
        "what a later version wrote, or a person spoiled, is read as far as it goes",
        arguments: [
            (
                #"{"columns": ["name", "size", 7, "name", "meta.plan"], "sort": "phone:desc"}"#,
                "name meta.plan | phone:desc"
            ),
            (#"{"columns": "name", "sort": "phone:sideways"}"#, "name phone | name"),
            (#"{"columns": [], "sort": null}"#, "name phone | name"),
            (#"{"wide": true}"#, "name phone | name"),
        ])
    func tolerant(text: String, read: String) throws {
        let record = try #require(try JSONValue(parsing: text).object)
        let settings = ViewSettings(record: record, fallback: standard)
        let columns = settings.columns.map(\.name).joined(separator: " ")
        #expect("\(columns) | \(settings.order.written)" == read)
    }

    @Test("the places chosen for longest ago are forgotten, and what is no book is an empty one")
    func bounds() throws {
        var book = ViewBook()
        for number in 0...ViewBook.capacity { book.set(standard, for: "/\(number)") }
        #expect(book.settings(of: "/0", fallback: standard) == nil)
        #expect(book.settings(of: "/1", fallback: standard) == standard)
        book.set(standard, for: "/1")
        book.set(standard, for: "/new")
        #expect(book.settings(of: "/1", fallback: standard) == standard)
        #expect(book.settings(of: "/2", fallback: standard) == nil)
        let odd = try #require(
            try JSONValue(parsing: #"{"places": [7, {"place": 1}, {}, {"place": "/x"}]}"#).object)
        #expect(ViewBook(record: odd).settings(of: "/x", fallback: standard) == standard)
        #expect(ViewBook(record: ["places": .string("x")]) == ViewBook())
    }
}
