import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Contacts without an id or a number are found again by their text")
struct DisplacementTests {
    private static let text = #"[{"name":"A"},{"name":"B"},{"name":"C"}]"#

    private func named(_ name: String, in store: Store) throws -> (ContactKey, Contact) {
        let snapshot = try store.latest()
        let rows = snapshot.select(.all, order: SortOrder()).map(snapshot.row)
        let row = try #require(rows.first { $0.contact.name == name })
        return (try #require(row.key), row.contact)
    }

    private func tag(_ name: String, _ tag: String, in store: Store) throws {
        let (key, _) = try named(name, in: store)
        _ = try store.commit([
            ContactChange(key: key, change: .retag(add: try TagList(csv: tag), remove: TagList()))
        ])
    }

    private func tags(_ store: Store) throws -> [String: [String]] {
        let snapshot = try store.latest()
        let rows = snapshot.select(.all, order: SortOrder()).map(snapshot.row)
        return Dictionary(
            rows.map { ($0.contact.name ?? "", $0.contact.tags.texts) }, uniquingKeysWith: { $1 })
    }

    @Test(
        "edits go on top of what another program wrote around them",
        arguments: [
            #"[{"name":"A"},{"name":"B"},{"name":"C"},{"name":"D"}]"#,
            #"[ {"name":"A"} , {"name":"B"} , {"name":"C"} ]"#,
            #"[{"name":"X"},{"name":"Y"},{"name":"A"},{"name":"B"},{"name":"C"}]"#,
            #"[{"name":"C"},{"name":"B"},{"name":"A"}]"#,
            "[\n  {\n    \"name\": \"A\"\n  },\n  {\n    \"name\": \"B\"\n  },\n  "
                + "{\n    \"name\": \"C\"\n  }\n]\n",
        ])
    func goOn(outside: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", DisplacementTests.text)
        let store = try Store(opening: path)
        try tag("A", "vip", in: store)
        try tag("C", "eu", in: store)
        try tag("A", "late", in: store)
        _ = try scratch.file("contacts.json", outside)
        let found = try tags(store)
        #expect(found["A"] == ["vip", "late"])
        #expect(found["C"] == ["eu"])
        #expect(found["B"] == [])
        guard case .changedOutside(3, []) = store.takeNotices().first else {
            Issue.record("something was told that is not so")
            return
        }
        #expect(try tags(Store(opening: path)) == found)
        try store.fold()
        #expect(try tags(store) == found)
    }

    @Test("whoever cannot be found again is told, and nobody else is written to")
    func lost() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", DisplacementTests.text)
        let store = try Store(opening: path)
        try tag("A", "vip", in: store)
        let outside = #"[{"name":"Ann"},{"name":"B"},{"name":"C"}]"#
        _ = try scratch.file("contacts.json", outside)
        #expect(try tags(store).values.allSatisfy(\.isEmpty))
        guard case .changedOutside(0, let conflicts) = store.takeNotices().first else {
            Issue.record("nothing was told")
            return
        }
        #expect(conflicts.map(\.isMissing) == [true])
        #expect(try Scratch.text(at: path) == outside)
    }

    @Test("however far they moved, and laid out in whatever way")
    func farAway() throws {
        let scratch = try Scratch()
        let records = (0..<1500).map { #"{"name":"P\#($0)","tags":["x"]}"# }
        let path = try scratch.file(
            "contacts.json", "[\n" + records.joined(separator: ",\n") + "\n]\n")
        let store = try Store(opening: path)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let tags = try TagList(csv: "v")
        _ = try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList())
        let moved = records.reversed().map { $0.replacing(":", with: " : ") }
        let outside = "[" + moved.joined(separator: " , ") + "]"
        _ = try scratch.file("contacts.json", outside)
        #expect(try store.latest().tagCounts.first { $0.tag.text == "v" }?.count == 1500)
        try store.fold()
        #expect(
            try Scratch.text(at: path) == outside.replacing("[\"x\"]", with: "[\"x\",\"v\"]"))
        #expect(try store.undo().map(\.restored.count) == [1500])
    }

    @Test("who was put back stays whatever is written around, and nobody comes twice")
    func putBack() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", DisplacementTests.text)
        let store = try Store(opening: path)
        let (key, _) = try named("B", in: store)
        _ = try store.commit([ContactChange(key: key, change: .delete)])
        try store.fold()
        _ = try store.undo()
        _ = try scratch.file("contacts.json", #"[{"name":"A"}, {"name":"Cy"}]"#)
        #expect(try tags(store).keys.sorted() == ["A", "B", "Cy"])
        try store.fold()
        #expect(try Scratch.text(at: path).contains("\"B\""))
        #expect(try tags(Store(opening: path)).count == 3)
    }

    @Test("a deletion is found again in other formatting; one that is not brings nobody back")
    func deleted() throws {
        let scratch = try Scratch()
        for (outside, left) in [
            (#"[ {"name" : "A"}, {"name" : "B"}, {"name" : "C"} ]"#, ["A", "C"]),
            (#"[ {"name" : "A"}, {"name" : "B", "k": 1}, {"name" : "C"} ]"#, ["A", "B", "C"]),
        ] {
            let path = try scratch.file("contacts.json", DisplacementTests.text)
            let store = try Store(opening: path)
            let (key, _) = try named("B", in: store)
            _ = try store.commit([ContactChange(key: key, change: .delete)])
            _ = try scratch.file("contacts.json", outside)
            #expect(try tags(store).keys.sorted() == left)
            #expect(try store.log(limit: 9).count == 1)
            let reader = try Store(opening: path, options: StoreOptions(readsOnly: true))
            #expect(try reader.log(limit: 9).count == 1)
            #expect(try store.undo().map(\.restored.count) == [left.count == 2 ? 1 : 0])
            #expect(try store.latest().count == 3)
            unlink(path + ".history")
            unlink(path + ".journal")
        }
    }

    @Test("a form that was opened before saves into the contact where it stands now")
    func form() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", DisplacementTests.text)
        let store = try Store(opening: path)
        let (key, original) = try named("B", in: store)
        let outside = #"[{"name":"New"},{"name":"A"},{"name":"B"},{"name":"C"}]"#
        _ = try scratch.file("contacts.json", outside)
        let change = Change.update(ContactPatch(name: .set("Bea")))
        _ = try store.commit([ContactChange(key: key, change: change, unlessChangedFrom: original)])
        try store.fold()
        #expect(try Scratch.text(at: path) == outside.replacing("\"B\"", with: "\"Bea\""))
    }

    @Test("a deletion is taken back and done again as often as one likes, and makes no copies")
    func deletedAgain() throws {
        let scratch = try Scratch()
        let text = "[\n{\"name\":\"A\"},\n{\"name\":\"B\"}\n]\n"
        let path = try scratch.file("contacts.json", text)
        let (key, _) = try named("B", in: Store(opening: path))
        let store = try Store(opening: path)
        let (present, _) = try named("B", in: store)
        #expect(key != present, "a place is one of its reading alone")
        _ = try store.commit([ContactChange(key: present, change: .delete)])
        try store.fold()
        for _ in 0..<3 {
            let window = try Store(opening: path)
            #expect(try window.undo().map(\.skipped) == [[]])
            try window.fold()
            #expect(try Scratch.text(at: path) == text)
            #expect(try window.redo().map(\.skipped) == [[]])
            try window.fold()
            #expect(try tags(window).keys.sorted() == ["A"])
        }
    }

    @Test("steps are taken back one after the other, though each undoing renews the time of change")
    func timeOfChange() throws {
        let scratch = try Scratch()
        func record(_ name: String, _ tags: String, _ time: String = "2020-02-02") -> String {
            #"{"phone":"+4930123456","name":"\#(name)","tags":\#(tags),"updated_at":"\#(time)"}"#
        }
        let (ann, bob) = (record("Ann", "[]"), record("Bob", "[]"))
        let path = try scratch.file("contacts.json", "[\(ann),\(bob)]")
        let store = try Store(opening: path)
        for added in ["first", "second"] {
            try tag("Bob", added, in: store)
            try store.fold()
        }
        #expect(try store.undo().map(\.skipped) == [[]])
        try store.fold()
        let later = "[\(ann),\(record("Bob", #"["first"]"#, "2038-01-19"))]"
        _ = try scratch.file("contacts.json", later)
        #expect(try store.undo().map(\.restored.count) == [1])
        #expect(try tags(store) == ["Ann": [], "Bob": []])
    }

    @Test(
        "whoever differs in nothing but the time of change is not taken for another",
        arguments: [true, false])
    func twins(isFolded: Bool) throws {
        let scratch = try Scratch()
        let first = #"{"name":"Twin","tags":["z"],"updated_at":"2024"}"#
        let second = #"{"name":"Twin","tags":[],"updated_at":"2020"}"#
        let path = try scratch.file("contacts.json", "[\(first),\(second)]")
        let store = try Store(opening: path)
        let number = try #require(store.snapshot.select(.all, order: SortOrder()).last)
        let key = try #require(store.snapshot.row(number).key)
        let change = Change.retag(add: TagList(stored: "z"), remove: TagList())
        _ = try store.commit([ContactChange(key: key, change: change)])
        if isFolded { try store.fold() }
        let text = try Scratch.text(at: path)
        _ = try scratch.file("contacts.json", #"[{"name":"New"},"# + text.dropFirst())
        try store.fold()
        let tagged = try Scratch.text(at: path)
        #expect(tagged.hasPrefix(#"[{"name":"New"},\#(first),{"name":"Twin","tags":["z"]"#))
        #expect(try store.undo().map(\.restored.count) == [1])
        try store.fold()
        let undone = try Scratch.text(at: path)
        #expect(undone.hasPrefix(#"[{"name":"New"},\#(first),{"name":"Twin","tags":[]"#))
    }

    @Test("what could not be done again leaves what was taken back as it is")
    func notDoneAgain() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"name":"A"},{"name":"B"}]"#)
        let store = try Store(opening: path)
        let (key, _) = try named("B", in: store)
        _ = try store.commit([ContactChange(key: key, change: .delete)])
        _ = try store.undo()
        try store.fold()
        let outside = #"[{"name":"A"},{"name":"B","new":1}]"#
        _ = try scratch.file("contacts.json", outside)
        #expect(try store.redo().map(\.restored) == [[]])
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
        #expect(try Scratch.text(at: path) == outside)
    }
}
