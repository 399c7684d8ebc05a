import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

/// Tagging many contacts at once against tagging one after the other.
@Suite("Tagging many contacts")
struct RetaggingTests {
    @Test("writes to the byte what tagging each by itself writes", arguments: 0..<20)
    func likeOneByOne(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        var text = UglyText(seed: seed)
        // Only what `updated_at` says may differ, so nobody has one.
        text.write((0..<60).map { _ in book.contact() })
        let scratch = try Scratch()
        var options = StoreOptions()
        options.keptSize = seed % 2 == 0 ? 0 : 1 << 20
        let paths = try ["one.json", "all.json"].map {
            try scratch.file($0, bytes: text.bytes)
        }
        let stores = try paths.map { try Store(opening: $0, options: options) }
        let change = Change.retag(
            add: try TagList(csv: "new,vip"), remove: try TagList(csv: "beta,é"))
        let changes = stores.map { store in
            store.snapshot.select(.all, order: SortOrder()).compactMap { number in
                store.snapshot.row(number).key.map { ContactChange(key: $0, change: change) }
            }
        }
        var refused = 0
        for change in changes[0] where (try? stores[0].commit([change])) == nil { refused += 1 }
        let outcome = try stores[1].apply(changes[1])
        #expect(outcome.failures.count == refused)
        #expect(outcome.changed > 0)
        for query in ["tag:new", "tag:beta", "a", "tag:vip 5"] {
            let asked = try Query(query, clock: .still)
            let found = stores.map { $0.snapshot.select(asked, order: .byName) }
            #expect(found[0] == found[1], "\(query)")
        }
        for store in stores { try store.fold() }
        #expect(try Scratch.text(at: paths[0]) == Scratch.text(at: paths[1]))
        _ = try stores[1].undo()
        try stores[1].fold()
        #expect(try Scratch.text(at: paths[1]) == String(decoding: text.bytes, as: UTF8.self))
    }

    @Test("stamps those that have a time of change, and no others")
    func stamps() throws {
        let scratch = try Scratch()
        let old = #""updated_at":"2026-01-01T00:00:00+00:00""#
        let path = try scratch.file(
            "contacts.json",
            #"[{"id":"1","tags":[],\#(old)},{"id":"2","tags":[],\#(old)},{"id":"3","tags":[]}]"#)
        let store = try Store(opening: path)
        let change = Change.retag(add: try TagList(csv: "new"), remove: TagList())
        _ = try store.apply(["1", "2", "3"].map { ContactChange(key: .id($0), change: change) })
        let records = (0..<3).map { store.snapshot.contact(Int32($0)).record }
        #expect(records.allSatisfy { $0["tags"] == .array([.string("new")]) })
        #expect(records[0]["updated_at"] == records[1]["updated_at"])
        #expect(records[0]["updated_at"] != .string("2026-01-01T00:00:00+00:00"))
        #expect(records[2]["updated_at"] == nil)
        _ = try store.undo()
        try store.fold()
        #expect(store.snapshot.contact(1).tags.isEmpty)
    }
}
