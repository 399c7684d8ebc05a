import ContactModel
import ContactStore
import TestGround
import Testing

/// Contacts that may be one person, found by hashes, against comparing everybody.
@Suite struct DuplicatesTests {
    private func plain(_ snapshot: Snapshot) -> Duplicates {
        Duplicates(in: snapshot.select(.all, order: SortOrder()).map(snapshot.row))
    }

    @Test("finds what comparing everybody finds, in random contacts", arguments: 0..<20)
    func random(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let options = StoreOptions.keepingHalf(of: seed)
        let path = try scratch.file("contacts.json", book.file(of: 80))
        let store = try Store(opening: path, options: options)
        #expect(store.snapshot.duplicates == plain(store.snapshot))
        _ = try store.commit(book.edits(of: store.snapshot))
        let found = store.snapshot.duplicates
        #expect(found == plain(store.snapshot))
        #expect(found.count > 0)
    }

    @Test(
        "two that count as the same are one group",
        arguments: [
            (#""name":"김 서연""#, "\"name\":\"\u{1100}\u{1175}\u{11B7} 서연\""),
            (#""name":"  María   José ""#, #""name":"maria jose""#),
            (#""email":"Jo@Example.com""#, #""email":"jo@example.COM""#),
            ("\"email\":\"й@b.c\"", "\"email\":\"и\u{306}@b.c\""),
            (#""phone":"+1 (555) 000-1111""#, #""phone":"+15550001111""#),
            (#""phone":"none""#, #""phone":"n\u006fne""#),
        ])
    func alike(one: String, other: String) throws {
        let scratch = try Scratch()
        let list = #"[{"id":"a",\#(one)},{"id":"b","name":"X"},{"id":"c",\#(other)}]"#
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        let found = snapshot.duplicates
        #expect(found.groups.map(\.numbers) == [[0, 2]])
        #expect(found == plain(snapshot))
    }

    @Test("nothing is shared by those of whom nothing stands there")
    func nothing() throws {
        let scratch = try Scratch()
        let blank = #"{"name":"","email":null,"phone":""},{"name":"  "},{"name":7,"email":7}"#
        let list = "[\(blank),\(blank)]"
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        #expect(snapshot.duplicates.count == 0)
    }

    @Test("of very many groups and members all are counted and the first are shown")
    func many() throws {
        let scratch = try Scratch()
        let pairs = (0..<1500).flatMap { number in
            Array(repeating: #"{"email":"\#(number)@b.c"}"#, count: 2)
        }
        let crowd = Array(repeating: #"{"phone":"+15550001111"}"#, count: 60)
        let list = "[" + (pairs + crowd).joined(separator: ",") + "]"
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        let found = snapshot.duplicates
        #expect(found.count == 1501)
        #expect(found.groups.count == 1000)
        #expect(found.groups[0].numbers == Array(3000..<3060))
        #expect(found.groups[0].rows.map(\.number) == Array(3000..<3050))
        #expect(found.groups[1].numbers == [0, 1])
        #expect(found == plain(snapshot))
    }
}
