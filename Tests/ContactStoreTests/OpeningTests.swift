import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Opening a file")
struct OpeningTests {
    @Test("edits of a file that was moved and left a link in its place are told of")
    func movedBehindALink() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1","name":"a"}]"#)
        let change = Change.update(ContactPatch(name: .set("b")))
        _ = try Store(opening: path).commit([ContactChange(key: .id("c1"), change: change)])
        mkdir(scratch.path + "/real", 0o700)
        let real = scratch.path + "/real/contacts.json"
        #expect(rename(path, real) == 0 && symlink(real, path) == 0)
        let store = try Store(opening: path)
        let (stray, belongs) = (path + ".journal", real + ".journal")
        #expect(store.takeNotices() == [.strayJournal(path: stray, belongs: belongs)])
        #expect(rename(stray, belongs) == 0)
        let next = try Store(opening: path)
        #expect(next.snapshot.contact(0).name == "b")
        #expect(next.takeNotices().isEmpty)
    }

    private func failure(_ text: String) throws -> StoreError? {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", text)
        let error = #expect(throws: StoreError.self) { try Store(opening: path) }
        #expect(try Scratch.text(at: path) == text)
        return error
    }

    @Test("says where a text is not JSON")
    func syntax() throws {
        guard case .syntax(_, let flaw) = try failure("[\n  {\"id\": \"c1\",}\n]\n") else {
            Issue.record("not a syntax error")
            return
        }
        #expect([flaw.line, flaw.column, flaw.offset] == [2, 15, 16])
    }

    @Test(
        "refuses what is no list of objects",
        arguments: [
            ("1", "number", nil, 0), ("[{}, 2]", "number", 2, 5), ("[[]]", "list", 1, 1),
            ("{\"data\": null}", "null", nil, 9),
            ("{\"contacts\": []}", "object without a list", nil, 0),
            ("{\"data\": [{}, \"x\"]}", "text", 2, 14),
        ] as [(String, String, Int?, Int)])
    func shape(text: String, found: String, element: Int?, offset: Int) throws {
        guard case .shape(_, let flaw) = try failure(text) else {
            Issue.record("no shape flaw")
            return
        }
        #expect(flaw.found == found)
        #expect(flaw.element == element)
        #expect(flaw.offset == offset)
    }

    @Test("names a missing file, a folder, and a file that is too large")
    func files() throws {
        let scratch = try Scratch()
        #expect(throws: StoreError.missing(path: scratch.path + "/none")) {
            try Store(opening: scratch.path + "/none")
        }
        #expect(throws: StoreError.self) { try Store(opening: scratch.path) }
        let path = try scratch.file("big.json", "[" + String(repeating: " ", count: 2000) + "]")
        #expect(throws: StoreError.tooLarge(path: path, limit: 1000)) {
            try Store(opening: path, options: StoreOptions(sizeLimit: 1000))
        }
    }

    @Test("flags repeated keys, refuses to write by them, and shows every contact")
    func identity() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json",
            """
            [{"id":"a","phone":"+1 555 000 1001","name":"one"},
             {"id":"a","phone":"+15550001002","name":"two"},
             {"phone":"+15550001001","name":"three"},
             {"name":"four"}, {"phone":"+15550001003","name":5}, {"id":7}]
            """)
        let store = try Store(opening: path)
        let snapshot = store.snapshot
        let rows = (0..<6).map { snapshot.row(Int32($0)) }
        #expect(rows[0].flaws == [.repeatedPhone, .repeatedID, .nameless])
        #expect(rows[0].key == .place(0, reading: snapshot.reading))
        #expect(rows[1].flaws == [.repeatedID])
        #expect(rows[1].key == .phone(try PhoneNumber(parsing: "+15550001002")))
        #expect(rows[2].flaws == [.repeatedPhone, .nameless])
        #expect(rows[3].flaws == [.noPhone, .nameless])
        #expect(rows[4].flaws == [.wrongType(.name, .number(JSONNumber(5)))])
        #expect(rows[4].contact.shown(.name) == "5")
        let rename = Change.update(ContactPatch(name: .set("x")))
        #expect(throws: StoreError.ambiguous(.id("a"))) {
            try store.commit([ContactChange(key: .id("a"), change: rename)])
        }
        #expect(throws: StoreError.unknown(.id("zzz"))) {
            try store.commit([ContactChange(key: .id("zzz"), change: rename)])
        }
        _ = try store.commit([ContactChange(key: try #require(rows[1].key), change: rename)])
        #expect(store.snapshot.contact(1).name == "x")
    }

    @Test("several changes are one step: all or none")
    func atomicity() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"a"},{"id":"b"}]"#)
        let store = try Store(opening: path)
        let rename = Change.update(ContactPatch(name: .set("x")))
        #expect(throws: StoreError.self) {
            try store.commit(
                ["a", "none", "b"].map { ContactChange(key: .id($0), change: rename) })
        }
        #expect(store.snapshot.contact(0).name == nil)
        _ = try store.commit(["a", "b"].map { ContactChange(key: .id($0), change: rename) })
        #expect(try store.undo().map(\.restored.count) == [2])
    }

    @Test("searches name, email and phone, and sorts by folded name with nameless contacts last")
    func search() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json",
            """
            [{"id":"1","name":"Zoë","phone":"+1 (555) 000-1001"},{"id":"2"},
             {"id":"3","name":"åsa","email":"X@example.com"},{"id":"4","name":"Ánna\\n\\u0000"}]
            """)
        let snapshot = try Store(opening: path).snapshot
        func ids(_ text: String) throws -> [String?] {
            snapshot.select(try Query(text, clock: .still), order: .byName).map {
                snapshot.contact($0).id
            }
        }
        #expect(try ids("") == ["4", "3", "1", "2"])
        #expect(try ids("zoe") == ["1"])
        #expect(try ids("555000") == ["1"])
        #expect(try ids("x@EXAMPLE a") == ["3"])
        #expect(try ids("anna") == ["4"])
        #expect(try ids("nobody") == [])
    }
}
