import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Taking back, and doing again")
struct UndoTests {
    private static let text = "[\n{\"id\":\"c1\",\"name\":\"a\"},\n{\"id\":\"c2\"}\n]\n"

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func names(_ store: Store) throws -> [String?] {
        let snapshot = try store.latest()
        return snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    @Test("what a server was asked for is nobody's to take back by the newest step")
    func served() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "mine")])
        var options = StoreOptions()
        options.servesOthers = true
        _ = try Store(opening: path, options: options).commit([rename("c2", "theirs")])
        #expect(try store.log(limit: 9).map(\.isMine) == [false, true])
        #expect(try store.undo().map(\.restored) == [[.id("c1")]])
        #expect(try names(store) == ["a", "theirs"])
    }

    @Test("what was taken back is done again, newest first, across restarts and foldings")
    func redo() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        var store = try Store(opening: path)
        for name in ["1", "2", "3"] { _ = try store.commit([rename("c1", name)]) }
        #expect(try store.undo(2).map(\.restored) == [[.id("c1")], [.id("c1")]])
        #expect(try names(store) == ["1", nil])
        try store.close()
        store = try Store(opening: path)
        #expect(try store.redo().count == 1)
        #expect(try names(store) == ["2", nil])
        try store.fold()
        #expect(try store.redo(9).count == 1)
        #expect(try names(store) == ["3", nil])
        #expect(throws: StoreError.nothingToRedo) { try store.redo() }
        #expect(try store.undo(9).count == 3)
        #expect(try names(store) == ["a", nil])
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
        #expect(try store.redo(9).count == 3)
        #expect(try names(store) == ["3", nil])
    }

    @Test("a new step ends what could be done again, and undo goes on before it")
    func newStep() throws {
        let scratch = try Scratch()
        let store = try Store(opening: try scratch.file("contacts.json", UndoTests.text))
        for name in ["1", "2"] { _ = try store.commit([rename("c1", name)]) }
        _ = try store.undo()
        _ = try store.commit([rename("c2", "new")])
        #expect(throws: StoreError.nothingToRedo) { try store.redo() }
        #expect(try store.undo(2).map(\.restored) == [[.id("c2")], [.id("c1")]])
        #expect(try names(store) == ["a", nil])
    }

    @Test("an undo of one that was partly changed since leaves that contact alone, and names it")
    func partly() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "x"), rename("c2", "x")])
        try store.fold()
        let text = try Scratch.text(at: path)
        _ = try scratch.file(
            "contacts.json", text.replacing("\"c2\",\"name\":\"x\"", with: "\"c2\",\"name\":\"y\""))
        let undone = try store.undo()
        #expect(undone.map(\.restored) == [[.id("c1")]])
        #expect(undone.map(\.skipped) == [[.id("c2")]])
        #expect(try names(store) == ["a", "y"])
        #expect(try store.redo().map(\.restored) == [[.id("c1")]])
        #expect(try names(store) == ["x", "y"])
    }

    @Test("a contact that others changed after it was made is not taken away")
    func createdAndChanged() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", "[]")
        let store = try Store(opening: path)
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550001001"))
        let made = ContactChange(key: phone, change: .create(ContactPatch(), source: "manual"))
        let id = try #require(try store.commit([made])[0].contact.id)
        try store.fold()
        let text = try Scratch.text(at: path)
        _ = try scratch.file(
            "contacts.json", text.replacing("\"name\":null", with: "\"name\":\"theirs\""))
        #expect(try store.undo().map(\.skipped) == [[.id(id)]])
        #expect(try names(store) == ["theirs"])
        #expect(try store.log(limit: 9).map(\.isUndone) == [false])
    }

    @Test("undo gives back every byte, and redo those after the edit", arguments: 0..<150)
    func everyByte(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var book = RandomBook(&random)
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book.text)
        var store = try Store(opening: path)
        for _ in 0..<6 {
            _ = try store.commit([try book.change(&random)])
            if random.next() % 4 == 0 { try store.fold() }
        }
        try store.fold()
        let edited = try Scratch.text(at: path)
        let count = (try? store.undo(100).count) ?? 0
        try store.close()
        #expect(try Scratch.text(at: path) == book.text)
        guard count > 0 else { return }
        store = try Store(opening: path)
        #expect(try store.redo(100).count == count)
        try store.close()
        #expect(try Scratch.text(at: path) == edited)
    }

    @Test("members that were not there go again; lists and keys come back where they stood")
    func looks() throws {
        let text =
            "[{ \"id\":\"c1\", \"metadata\":{ \"a\" : 1 ,\t\"b\":\"\\u0041\", \"c\":{ } } , "
            + "\"tags\":[\"x\",  \"\\u0079\", \"z\"] },\n {\"id\":\"c2\",\"metadata\":null}, "
            + "{\"id\": \"c3\", \"metadata\": { }}, {\"id\":\"c4\"}, {\"id\":\"c5\", "
            + "\"metadata\":{\n \"only\":1\n}}]"
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let patch = ContactPatch(
            name: .set("N"), tags: try TagList(csv: "z,new"), metadata: ["b": .null, "n": .null])
        let removal = Change.removeMetadata(["a", "c", "only"])
        for id in ["c1", "c2", "c3", "c4", "c5"] {
            let retag = Change.retag(add: try TagList(csv: "k"), remove: try TagList(csv: "x"))
            _ = try store.commit(
                [retag, .update(patch), removal].map { ContactChange(key: .id(id), change: $0) })
        }
        try store.fold()
        #expect(try Scratch.text(at: path) != text)
        _ = try store.undo(5)
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test("a contact that is deleted and taken back stands where it stood")
    func deletion() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([ContactChange(key: .id("c1"), change: .delete)])
        #expect(try names(store) == [nil])
        _ = try store.undo()
        #expect(try names(store) == ["a", nil])
        _ = try store.redo()
        #expect(try names(store) == [nil])
        _ = try store.undo()
        try store.close()
        #expect(try Scratch.text(at: path) == UndoTests.text)
    }

    @Test("the history drops the oldest steps and never the newest, however large")
    func bounded() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        let store = try Store(opening: path, options: StoreOptions(historyLimit: 1000))
        for index in 0..<12 {
            _ = try store.commit([rename("c1", "n\(index)")])
            try store.fold()
        }
        let large = String(repeating: "n", count: 5000)
        _ = try store.commit([rename("c1", large)])
        try store.fold()
        #expect(try store.log(limit: 99).map(\.what.text) == ["name 1"])
        #expect(try store.undo(9).count == 1)
        #expect(try names(store).first == "n11")
    }

    @Test("the log tells every step with the plan that would make it again")
    func log() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json", #"[{"id":"c1","tags":["x"],"metadata":{"k":1}},{"id":"c2"}]"#)
        let store = try Store(opening: path)
        let retag = Change.retag(add: try TagList(csv: "vip"), remove: try TagList(csv: "x"))
        _ = try store.commit(["c1", "c2"].map { ContactChange(key: .id($0), change: retag) })
        try store.fold()
        _ = try store.commit([ContactChange(key: .id("c1"), change: .removeMetadata(["k"]))])
        _ = try store.commit([ContactChange(key: .id("c2"), change: .delete)])
        _ = try store.undo()
        let log = try store.log(limit: 9)
        #expect(
            log.map(\.what.text) == ["created 1", "deleted 1", "meta.k 1", "+vip 2, -x 1"])
        #expect(log.map(\.isUndone) == [false, true, false, false])
        #expect(log[0].undoes == log[1].id)
        #expect(log.allSatisfy { $0.isMine && $0.time.hasSuffix("+00:00") })
        let lines = log.dropFirst().map { $0.lines.map { JSONValue.object($0).jsonText } }
        #expect(
            Array(lines) == [
                [#"{"contact_id":"c2","delete":true}"#],
                [#"{"contact_id":"c1","remove_metadata":["k"]}"#],
                [
                    #"{"contact_id":"c1","add_tags":["vip"],"remove_tags":["x"]}"#,
                    #"{"contact_id":"c2","add_tags":["vip"]}"#,
                ],
            ])
        #expect(try store.log(limit: 2).count == 2)
    }

    @Test("whose tags do not stand as they were left is left alone, and named")
    func tagsChangedSince() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json",
            #"[{"id":"c1","tags":["x"]},{"id":"c2","tags":["x"]},{"id":"c3","tags":["x"]}]"#)
        let store = try Store(opening: path)
        let retag = Change.retag(add: try TagList(csv: "a,b"), remove: try TagList(csv: "x"))
        _ = try store.commit(
            ["c1", "c2", "c3"].map { ContactChange(key: .id($0), change: retag) })
        try store.fold()
        _ = try scratch.file(
            "contacts.json",
            #"[{"id":"c1","tags":["a","b","o"]},{"id":"c2","tags":["b","o"]},"#
                + #"{"id":"c3","tags":["o"]}]"#)
        let undone = try store.undo()
        #expect(undone.map { Set($0.restored) } == [[.id("c1")]])
        #expect(undone.map { Set($0.skipped) } == [[.id("c2"), .id("c3")]])
        let contacts = try Store(opening: path).snapshot
        #expect(
            (0..<3).map { contacts.contact($0).tags.texts } == [["o", "x"], ["b", "o"], ["o"]])
        #expect(try store.redo().map { Set($0.restored) } == [[.id("c1")]])
    }

    @Test("every member of a repeated name comes back to its place")
    func repeatedKeys() throws {
        let scratch = try Scratch()
        let text =
            #"[{"id":"c1","metadata":{ "plan":"old", "z":1,"plan" : "gold" ,"y":2,"plan":3}}]"#
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .removeMetadata(["plan"]))
        ])
        try store.fold()
        #expect(try !Scratch.text(at: path).contains("plan"))
        let other = try Store(opening: path)
        _ = try other.undo()
        try other.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test("what undo would write can be looked at first")
    func preview() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "x")])
        let plan = try store.plan(.undo, 1).lines.map { JSONValue.object($0).jsonText }
        #expect(plan == [#"{"contact_id":"c1","name":"a"}"#])
        #expect(throws: StoreError.nothingToRedo) { try store.plan(.redo, 1) }
        #expect(try names(store) == ["x", nil])
    }

    @Test("steps that earlier versions wrote are read, shown and taken back")
    func earlierFormat() throws {
        let scratch = try Scratch()
        let text = #"[{"id":"c1","name":"a","metadata":{}},{"id":"c2","tags":["x"]}]"#
        let path = try scratch.file("contacts.json", text)
        let first = try Store(opening: path)
        _ = try first.commit([rename("c2", "mine")])
        let author = try #require(try first.log(limit: 1).first?.author)
        try first.fold()
        let writes =
            #"{"id":"c1","writes":[{"set":"email","to":"a@b.co"},"#
            + #"{"key":"k","to":1},{"set":"name","to":"b","was":"a"}]},"#
            + #"{"id":"c2","writes":[{"add":["new"],"remove":["x"]}]}"#
        let step =
            #"{"step":"0011223344556677","at":"2026-01-01T00:00:00+00:00","by":"\#(author)","#
            + #""changes":[\#(writes)]}"#
        let folded = try Scratch.text(at: path)
        let journal = [header(of: folded), step].map(JournalLine.text).joined()
        _ = try scratch.file("contacts.json.journal", journal)
        let store = try Store(opening: path)
        #expect(store.takeNotices().isEmpty)
        let edited = try store.latest()
        #expect(edited.contact(0).email == "a@b.co")
        #expect(edited.contact(1).tags.texts == ["new"])
        #expect(try store.undo(2).count == 2)
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    private func header(of text: String) -> String {
        let checksum = JournalLine.checksum(Array(text.utf8))
        return #"{"patchbook":1,"base":{"size":\#(text.utf8.count),"crc32c":"\#(checksum)"}}"#
    }

    @Test("a step of which nothing is left is gone by in later runs too, until a new step is made")
    func goneBy() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        func run<T>(_ body: (Store) throws -> T) throws -> T {
            let store = try Store(opening: path)
            defer { try? store.close() }
            return try body(store)
        }
        for (id, name) in [("c1", "1"), ("c2", "2")] {
            _ = try run { try $0.commit([rename(id, name)]) }
        }
        let theirs = try Scratch.text(at: path).replacing("\"2\"", with: "\"theirs\"")
        _ = try scratch.file("contacts.json", theirs)
        #expect(try run { try $0.undo() }.map(\.skipped) == [[.id("c2")]])
        #expect(try Scratch.text(at: path) == theirs)
        #expect(try run { try $0.undo() }.map(\.restored) == [[.id("c1")]])
        #expect(throws: StoreError.nothingToUndo) { try run { try $0.undo() } }
        #expect(try run { try $0.log(limit: 9) }.map(\.isUndone) == [false, false, true])

        // The same for what is done again.
        let again = try Scratch.text(at: path).replacing("\"a\"", with: "\"other\"")
        _ = try scratch.file("contacts.json", again)
        #expect(try run { try $0.redo() }.map(\.skipped) == [[.id("c1")]])
        #expect(throws: StoreError.nothingToRedo) { try run { try $0.redo() } }
        #expect(try Scratch.text(at: path) == again)

        _ = try run { try $0.commit([rename("c1", "new")]) }
        #expect(access(path + ".journal", F_OK) != 0)
        #expect(try run { try $0.undo(2) }.map(\.skipped) == [[], [.id("c2")]])
    }

    @Test("lines of the history that are not what was written are counted, once")
    func damagedHistory() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", UndoTests.text)
        var store = try Store(opening: path)
        for name in ["1", "2", "3", "4"] { _ = try store.commit([rename("c1", name)]) }
        try store.fold()
        let whole = try Scratch.text(at: path + ".history")
        let damaged = whole.replacing("\"to\":\"2\"", with: "\"to\":\"x\"")
            .replacing("\"to\":\"3\"", with: "\"to\":\"y\"")
        _ = try scratch.file("contacts.json.history", damaged)
        store = try Store(opening: path)
        #expect(try store.log(limit: 9).count == 2)
        #expect(store.takeNotices() == [.damagedHistory(lines: 2)])
        #expect(try store.log(limit: 9).count == 2)
        #expect(store.takeNotices().isEmpty)
        store = try Store(opening: path)
        _ = try store.undo(2)
        #expect(store.takeNotices() == [.damagedHistory(lines: 2)])
        _ = try scratch.file("contacts.json.history", whole + whole.prefix(40))
        store = try Store(opening: path)
        _ = try store.log(limit: 9)
        #expect(store.takeNotices().isEmpty)
    }

    @Test("a value of another type that stands there by now is left alone")
    func otherTypes() throws {
        let scratch = try Scratch()
        let text = #"[{"id":"c1","tags":["x"],"metadata":{"k":1}},{"id":"c2","tags":[]}]"#
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let tags = try TagList(csv: "x")
        for change in [Change.retag(add: TagList(), remove: tags), .removeMetadata(["k"])] {
            _ = try store.commit([ContactChange(key: .id("c1"), change: change)])
        }
        try store.fold()
        let theirs = #"[{"id":"c1","tags":"oops","metadata":[1]},{"id":"c2","tags":[]}]"#
        _ = try scratch.file("contacts.json", theirs)
        #expect(try store.undo(2).map(\.skipped) == [[.id("c1")], [.id("c1")]])
        try store.close()
        #expect(try Scratch.text(at: path) == theirs)
    }
}

/// A line of a journal made without the store's own code.
enum JournalLine {
    static func text(_ payload: String) -> String {
        "[\"\(checksum(Array(payload.utf8)))\",\(payload)]\n"
    }

    /// CRC-32C, bit by bit (RFC 3720, appendix B.4).
    static func checksum(_ bytes: [UInt8]) -> String {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        }
        let digits = String(~crc, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
