import ContactModel
import ContactStore
import Glibc
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
        let options = StoreOptions.keepingHalf(of: seed)
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

    @Test("takes back what stood in no list before, to the byte, also before any folding")
    func nothingBefore() throws {
        let scratch = try Scratch()
        let text = """
            [{"id":"1", "name":null}, {"id":"2", "name":"a"}, {"id":"3", "tags":null},
            {"id":"4", "tags":null}, {"id":"5", "tags":[]}, {"id":"6", "tags":[]},
            {"id":"7", "tags":[ ]}, {"id":"8", "tags":[ ]}]
            """
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let tags = try TagList(csv: "one,two")
        #expect(
            try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList()).changed
                == 8)
        for number in everybody { #expect(store.snapshot.contact(number).tags == tags) }
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    /// Very many contacts, among each thousand some that are written in other ways.
    ///
    /// - Parameters:
    ///   - note: how long a text each has.
    ///   - ids: the ids of most of them.
    private func crowd(
        _ count: Int, note: Int = 0, ids: (Int) -> String = { "i\($0)" }
    ) -> String {
        let note = note > 0 ? #","note":"\#(String(repeating: "x", count: note))"}"# : "}"
        let lines = (0..<count).map { number in
            let line = line(number, ids(number))
            return line.dropLast() + note
        }
        return "[" + lines.joined(separator: ",\n") + "]"
    }

    private func uuid(_ number: Int) -> String {
        let digits = String(UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-4abc-8def-0123-0123\(padded.suffix(8))"
    }

    private func line(_ number: Int, _ id: String) -> String {
        switch number % 1000 {
        case 7: #"{"tags":["b"],"id":"\#(id)"}"#
        case 8: #"{"id": "\#(id)", "tags": ["a"]}"#
        case 9: #"{"id":"\#(id)","tags":null}"#
        case 10: #"{"id":"\#(id)","name":"a"}"#
        case 11: #"{"id":"\u0078\#(number)","tags":["a"]}"#
        case 12: #"{"id":"twice\#(number / 2000)","tags":["b"]}"#
        case 13: #"{"name":"nobody","tags":["a"]}"#
        case 15: #"{"id":"\#(id)","tags":["a"],"id":"again\#(number)"}"#
        case 16: #"{"id":"\#(id)" , "name":"a"}"#
        case 14: #"{"id":"\#(String(repeating: "i", count: 100))\#(number)","tags":["a"]}"#
        default:
            number % 3 == 0
                ? #"{"id":"\#(id)","tags":[]}"#
                : #"{"id":"\#(id)","tags":["a\#(number % 701)"]}"#
        }
    }

    @Test("UUIDs are kept, and name whom those in the file would")
    func keptIDs() throws {
        let scratch = try Scratch()
        let text = crowd(1200, note: 300, ids: uuid)
        let paths = try ["many.json", "one.json"].map { try scratch.file($0, text) }
        var options = StoreOptions()
        options.keptSize = 0
        options.smallSize = 0
        let many = try Store(opening: paths[0], options: options)
        let one = try Store(opening: paths[1], options: options)
        for (tag, leftOut) in [("new", 3), ("newer", 2)] {
            let chosen = many.snapshot.select(.all, order: SortOrder()).filter { $0 % 7 != leftOut }
            let tags = TagList(stored: tag)
            let outcome = try many.retag(chosen, of: many.snapshot, add: tags, remove: TagList())
            #expect(outcome.changed == chosen.count)
            let bearers = try Query("tag:\(tag)", clock: .still)
            let reopened = try Store(opening: paths[0], options: StoreOptions(readsOnly: true))
            #expect(reopened.snapshot.select(bearers, order: SortOrder()) == chosen)
            let keys = chosen.compactMap { one.snapshot.row($0).key }
            let change = Change.retag(add: tags, remove: TagList())
            for key in keys { _ = try one.commit([ContactChange(key: key, change: change)]) }
            for store in [many, one] { try store.fold() }
            #expect(try Scratch.text(at: paths[0]) == Scratch.text(at: paths[1]))
        }
        _ = try many.undo(2)
        try many.fold()
        #expect(try Scratch.text(at: paths[0]) == text)
    }

    @Test("names each of very many by the own id, and no others by themselves")
    func crowd() throws {
        let count = 300_000
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", crowd(count))
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let chosen = everybody.filter { $0 % 7 != 3 }
        let tags = TagList(stored: "new")
        let outcome = try store.retag(chosen, of: store.snapshot, add: tags, remove: TagList())
        #expect(outcome.changed == chosen.count)
        let bearers = try Query("tag:new", clock: .still)
        for snapshot in [
            store.snapshot,
            try Store(opening: path, options: StoreOptions(readsOnly: true)).snapshot,
        ] {
            #expect(snapshot.select(bearers, order: SortOrder()) == chosen)
        }
        // Some of so many ids have the same hash as another one.
        let journal = try Scratch.text(at: path + ".journal")
        #expect(strstr(journal, #"{"id":"i"#) == nil)
        #expect(strstr(journal, #"{"id":"x11","#) != nil)
    }

    @Test("reaches those that were added since the file was read, wherever their numbers begin")
    func added() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", crowd(1 << 15))
        let store = try Store(opening: path)
        let phone = try PhoneNumber(parsing: "+15550000001")
        _ = try store.commit([
            ContactChange(
                key: .phone(phone), change: .create(ContactPatch(), source: "manual"))
        ])
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let tags = TagList(stored: "new")
        let outcome = try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList())
        #expect(outcome.changed == (1 << 15) + 1)
        #expect(store.snapshot.contact(1 << 15).tags == tags)
    }

    @Test("tells that another program wrote into the file, not that its contacts are gone")
    func overwritten() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", crowd(100))
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let seen = store.snapshot
        let everybody = seen.select(.all, order: SortOrder())
        let file = try #require(fopen(path, "r+"))
        fputs(#"[{"id":"other"}]"# + String(repeating: " ", count: 9), file)
        ftruncate(fileno(file), 25)
        fclose(file)
        #expect(throws: StoreError.overwritten(path: path)) {
            try store.retag(everybody, of: seen, add: TagList(stored: "new"), remove: TagList())
        }
        #expect(access(path + ".journal", F_OK) != 0)
    }

    @Test("writes nothing where another program cuts the file meanwhile")
    func cut() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", crowd(70_000))
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        #expect(throws: StoreError.self) {
            try store.retag(
                everybody, of: store.snapshot, add: TagList(stored: "new"), remove: TagList()
            ) { done in
                if done == 64 { truncate(path, 20_000) }
                return true
            }
        }
        #expect(access(path + ".journal", F_OK) != 0)
    }
}
