import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

/// The reading of whole files in one pass, against reading value by value.
@Suite("Reading a whole file")
struct ReadingTests {
    /// The list of contacts of a text, read value by value.
    private func plainList(_ bytes: [UInt8]) throws(JSONSyntaxError) -> [JSONObject]? {
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let value = try JSONValue(
            parsing: bytes, in: (hasMark ? 3 : 0)..<bytes.count, loneSurrogates: .replace)
        let list =
            value.object?.members.last { $0.name == "data" && $0.value.array != nil }?.value
            ?? value
        guard let elements = list.array, elements.allSatisfy({ $0.object != nil }) else {
            return nil
        }
        return elements.compactMap(\.object)
    }

    /// Every other file is kept in memory.
    private func options(_ seed: UInt64) -> StoreOptions {
        let options = StoreOptions.keepingHalf(of: seed)
        return options
    }

    private func ugly(_ seed: UInt64, _ count: Int) -> [UInt8] {
        var book = MixedBook(seed: seed)
        var text = UglyText(seed: seed)
        text.write((0..<count).map { _ in book.contact() })
        return text.bytes
    }

    @Test("finds every contact of any writing, and what is searched of it", arguments: 0..<30)
    func contacts(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let bytes = ugly(seed, 60)
        let contacts = try #require(try plainList(bytes))
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", bytes: bytes)
        let snapshot = try Store(opening: path, options: options(seed)).snapshot
        #expect(snapshot.count == contacts.count)
        let rows = contacts.indices.map { snapshot.row(Int32($0)) }
        #expect(rows.map(\.contact.record) == contacts)
        for _ in 0..<30 {
            let text = book.query(depth: 2)
            let query = try Query(text, clock: .still)
            let expected = rows.filter { query.matches($0, isMarked: false) }.map(\.number)
            #expect(snapshot.select(query, order: SortOrder()) == expected, "\(text)")
        }
        for written in [
            "name", "email:desc", "phone", "tags,name:desc", "id", "meta.k", "meta.o.k:desc",
            "source,total_messages", "metadata,id:desc",
        ] {
            let order = try #require(SortOrder(written: written))
            let expected = order.order(of: contacts.map { Contact(record: $0) })
            #expect(snapshot.select(.all, order: order) == expected.map(Int32.init), "\(written)")
        }
    }

    @Test("tells what is wrong and where, as reading value by value does", arguments: 0..<30)
    func errors(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scratch = try Scratch()
        let whole = ugly(seed, 4)
        for _ in 0..<60 {
            var bytes = whole
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 3 {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.remove(at: place)
            default:
                let signs = Array("\"\\{}[],:0-e \u{0}\n".utf8) + [0x80, 0xC3, 0xF5]
                bytes[place] = signs[Int(random.next() % UInt64(signs.count))]
            }
            let path = try scratch.file("contacts.json", bytes: bytes)
            let found = found(at: path, options(random.next()))
            let plain = plain(bytes)
            // What is no contact is told before what is wrong behind it.
            if found == .shape, case .syntax = plain { continue }
            #expect(found == plain)
        }
    }

    /// What became of a text: how many contacts there are, or where it is no JSON, or neither.
    private enum Outcome: Equatable {
        case contacts(Int)
        case syntax(JSONSyntaxError)
        case shape
    }

    private func found(at path: String, _ options: StoreOptions) -> Outcome {
        do throws(StoreError) {
            return .contacts(try Store(opening: path, options: options).snapshot.count)
        } catch .syntax(_, let error) {
            return .syntax(error)
        } catch {
            return .shape
        }
    }

    private func plain(_ bytes: [UInt8]) -> Outcome {
        do throws(JSONSyntaxError) {
            return try plainList(bytes).map { .contacts($0.count) } ?? .shape
        } catch {
            return .syntax(error)
        }
    }

    @Test("of a file that another program writes into nothing wrong is shown or written")
    func overwritten() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"1","name":"Ada"},{"id":"2"}]"#)
        let store = try Store(opening: path, options: options(0))
        let snapshot = store.snapshot
        #expect(snapshot.contact(0).name == "Ada")
        _ = try scratch.file("contacts.json", #"[{"id":"2","name":"Zoe"},{"id":"1"},{"id":"3"}]"#)
        #expect(snapshot.contact(0) == Contact(record: [:]))
        let rename = Change.update(ContactPatch(name: .set("Bea")))
        _ = try store.commit([ContactChange(key: .id("2"), change: rename)])
        #expect(store.snapshot.count == 3)
        #expect(store.snapshot.contact(0).name == "Bea")
        try store.fold()
        let text = try Scratch.text(at: path)
        #expect(text == #"[{"id":"2","name":"Bea"},{"id":"1"},{"id":"3"}]"#)
    }

    @Test("also where that program sets the time back; a new mode is no writing")
    func timeSetBack() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"1","name":"Ada"}]"#)
        let snapshot = try Store(opening: path, options: options(0)).snapshot
        var before = stat()
        #expect(chmod(path, 0o600) == 0 && stat(path, &before) == 0)
        #expect(snapshot.contact(0).name == "Ada")
        var now = before
        while now.st_ctim.tv_sec == before.st_ctim.tv_sec
            && now.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        {
            _ = try scratch.file("contacts.json", #"[{"id":"1","name":"Zoe"}]"#)
            #expect(utimensat(AT_FDCWD, path, [before.st_atim, before.st_mtim], 0) == 0)
            #expect(stat(path, &now) == 0)
        }
        #expect(now.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
        #expect(snapshot.contact(0) == Contact(record: [:]))
    }

    @Test("a listing of a file that was folded since still shows its rows")
    func folded() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"1","name":"Ada"},{"id":"2"}]"#)
        let store = try Store(opening: path, options: options(0))
        let rename = Change.update(ContactPatch(name: .set("Bea")))
        _ = try store.commit([ContactChange(key: .id("2"), change: rename)])
        let snapshot = store.snapshot
        try store.fold()
        #expect([Int32(0), 1].map { snapshot.contact($0).name } == ["Ada", "Bea"])
        #expect([Int32(0), 1].map { store.snapshot.contact($0).name } == ["Ada", "Bea"])
    }

    @Test("a record larger than any piece of the file is read", arguments: [0, 1] as [UInt64])
    func large(seed: UInt64) throws {
        let scratch = try Scratch()
        let long = String(repeating: "ab\\u00e9", count: 200_000)
        let text = #"[{"id":"1"},{"id":"2","name":"\#(long)"},{"id":"3"}]"#
        let path = try scratch.file("contacts.json", text)
        let snapshot = try Store(opening: path, options: options(seed)).snapshot
        #expect(snapshot.count == 3)
        let query = Query(phrase: "beabeabe")
        #expect(snapshot.select(query, order: SortOrder()) == [1])
    }
}
