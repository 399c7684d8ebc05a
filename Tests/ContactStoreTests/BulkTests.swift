import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Many changes as one step, and many processes on one file")
struct BulkTests {
    private func book(_ count: Int) -> String {
        let lines = (0..<count).map { #"{"id":"c\#($0)","tags":["a"]}"# }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }

    private func tag(_ id: String, _ tags: String) throws -> ContactChange {
        ContactChange(key: .id(id), change: .retag(add: try TagList(csv: tags), remove: TagList()))
    }

    @Test("what is refused is left out and told; the rest is one entry and one undo")
    func leftOut() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json", #"[{"id":"c1"},{"id":"c2","tags":["t"]},{"id":"c3","tags":5}]"#)
        let store = try Store(opening: path)
        let changes = try ["c1", "nobody", "c2", "c3"].map { try tag($0, "t") }
        let outcome = try store.apply(changes)
        #expect(outcome.changed == 1)
        #expect(outcome.unchanged == 1)
        #expect(outcome.reached == 4)
        #expect(outcome.failures.map(\.index) == [1, 3])
        #expect(outcome.failures[0].error == .unknown(.id("nobody")))
        let journal = try Scratch.text(at: path + ".journal")
        #expect(journal.split(separator: "\n").count == 2)
        #expect(try store.undo().map(\.restored) == [[.id("c1")]])
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
    }

    @Test("stopped in the middle, what was reached is kept")
    func stopped() throws {
        let scratch = try Scratch()
        let store = try Store(opening: try scratch.file("contacts.json", book(300)))
        let changes = try (0..<300).map { try tag("c\($0)", "b") }
        let outcome = try store.apply(changes, progress: { $0 < 100 })
        #expect((100..<300).contains(outcome.reached))
        #expect(outcome.changed == outcome.reached)
        let tagged = try store.latest().tagCounts.first { $0.tag.text == "b" }
        #expect(tagged?.count == outcome.reached)
        #expect(try store.undo().map(\.restored.count) == [outcome.reached])
    }

    @Test("a bulk step of thousands survives folding and a restart as one step")
    func large() throws {
        let scratch = try Scratch()
        let text = book(2_000)
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let changes = try (0..<2_000).map { try tag("c\($0)", "b") }
        #expect(try store.apply(changes).changed == 2_000)
        try store.fold()
        let again = try Store(opening: path)
        #expect(try again.log(limit: 5).map(\.what.text) == ["+b 2000"])
        #expect(try again.undo().map(\.restored.count) == [2_000])
        try again.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test("reading notices what others wrote, folded or replaced")
    func freshReads() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(2))
        let (one, two) = (try Store(opening: path), try Store(opening: path))
        let reader = try Store(opening: path, options: StoreOptions(readsOnly: true))
        let rename = { (name: String) in
            ContactChange(key: .id("c1"), change: .update(ContactPatch(name: .set(name))))
        }
        _ = try one.commit([rename("x")])
        #expect(try two.latest().contact(1).name == "x")
        #expect(try reader.latest().contact(1).name == "x")
        _ = try two.commit([rename("y")])
        try two.fold()
        #expect(try one.latest().contact(1).name == "y")
        #expect(try reader.latest().contact(1).name == "y")
        _ = try scratch.file("contacts.json", #"[{"id":"c1","name":"theirs"}]"#)
        #expect(try one.latest().contact(0).name == "theirs")
        #expect(try reader.latest().contact(0).name == "theirs")
        _ = try scratch.file("contacts.json", "[")
        #expect(throws: StoreError.self) { try one.latest() }
        _ = try scratch.file("contacts.json", "[]")
        #expect(try one.latest().count == 0)
    }

    @Test("a store that is only read makes no file and takes no change")
    func readsOnly() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(1))
        let store = try Store(opening: path, options: StoreOptions(readsOnly: true))
        #expect(store.readOnly == .asked)
        #expect(throws: StoreError.readOnly(path: path, .asked)) {
            try store.commit([try tag("c0", "b")])
        }
        try store.close()
        #expect(access(path + ".lock", F_OK) != 0)
        #expect(access(path + ".journal", F_OK) != 0)
    }

    @Test("a guarded change is checked against what others wrote a moment ago")
    func guarded() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1","name":"a"}]"#)
        let (one, two) = (try Store(opening: path), try Store(opening: path))
        let original = one.snapshot.contact(0)
        let patch = { (name: String) in
            ContactChange(
                key: .id("c1"), change: .update(ContactPatch(name: .set(name))),
                unlessChangedFrom: original)
        }
        _ = try two.commit([patch("theirs")])
        let present = two.snapshot.contact(0)
        #expect(throws: StoreError.unexpected(present)) {
            try one.commit([patch("mine")])
        }
        let same = try one.commit([patch("theirs")])
        #expect(same.map(\.outcome) == [.unchanged])
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550001001"))
        let made = ContactChange(key: phone, change: .create(ContactPatch(), source: "manual"))
        let first = try two.commit([made], onlyNew: true)[0].contact
        #expect(throws: StoreError.unexpected(first)) {
            try one.commit([made], onlyNew: true)
        }
    }

    @Test("of many changes those whose contacts others changed meanwhile are left out")
    func guardedOnes() throws {
        let scratch = try Scratch()
        let path = try scratch.file(
            "contacts.json", #"[{"id":"c1","name":"a","tags":["x"]},{"id":"c2","name":"b"}]"#)
        let (one, two) = (try Store(opening: path), try Store(opening: path))
        let seen = [one.snapshot.contact(0), one.snapshot.contact(1)]
        func change(_ index: Int, _ change: Change) -> ContactChange {
            ContactChange(
                key: .id("c\(index + 1)"), change: change, unlessChangedFrom: seen[index])
        }
        let theirs = ContactPatch(name: .set("theirs"), tags: try TagList(csv: "x,theirs"))
        _ = try two.commit([ContactChange(key: .id("c1"), change: .update(theirs))])
        let mine = Change.update(ContactPatch(name: .set("mine")))
        let outcome = try one.apply([
            change(0, mine), change(0, .retag(add: try TagList(csv: "y"), remove: TagList())),
            change(0, .delete), change(1, mine),
        ])
        #expect(outcome.changed == 2)
        #expect(outcome.failures.map(\.index) == [0, 2])
        let present = one.snapshot.contact(0)
        #expect(present.name == "theirs" && present.tags.csv == "x,theirs,y")
        #expect(one.snapshot.contact(1).name == "mine")
        #expect(throws: StoreError.unexpected(present)) {
            try one.commit([ContactChange(key: .id("c2"), change: .delete), change(0, .delete)])
        }
    }

    @Test("racing creators of one number make one contact")
    func racingCreators() async throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", "[]")
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550001001"))
        let made = ContactChange(key: phone, change: .create(ContactPatch(), source: "manual"))
        let created = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let store = try? Store(opening: path)
                    return (try? store?.commit([made], onlyNew: true)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(created == 1)
        #expect(try Store(opening: path).latest().count == 1)
    }
}

@Suite("Contacts that only their place names")
struct PlaceTests {
    private static let twins = """
        [{"id":"a","phone":"+15550001001","name":"one"},
         {"id":"a","phone":"+15550001001","name":"two"}, {"name":"three"}]
        """

    private func rename(_ key: ContactKey, _ name: String) -> ContactChange {
        ContactChange(key: key, change: .update(ContactPatch(name: .set(name))))
    }

    @Test("they are edited, merged and taken back by their place, also after a kill")
    func edits() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", PlaceTests.twins)
        let store = try Store(opening: path)
        let keys = try (0..<3).map { try #require(store.snapshot.row(Int32($0)).key) }
        _ = try store.commit([
            rename(keys[0], "merged"), ContactChange(key: keys[1], change: .delete),
        ])
        #expect(store.snapshot.row(0).key == .id("a"))
        let killed = try Store(opening: path)
        #expect(killed.snapshot.count == 2)
        #expect(killed.snapshot.contact(0).name == "merged")
        #expect(try killed.undo().map(\.skipped) == [[]])
        try killed.close()
        #expect(try Scratch.text(at: path) == PlaceTests.twins)
    }

    @Test("undo finds the record by its place in a later reading, while it is as it was left")
    func laterReading() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", PlaceTests.twins)
        let store = try Store(opening: path)
        for name in ["x", "y"] {
            _ = try store.commit([rename(try #require(store.snapshot.row(1).key), name)])
        }
        try store.fold()
        let later = try Store(opening: path)
        #expect(try later.undo(2).map(\.skipped) == [[], []])
        try later.fold()
        #expect(try Scratch.text(at: path) == PlaceTests.twins)
        #expect(try later.redo(2).map(\.skipped) == [[], []])
        #expect(try later.latest().contact(1).name == "y")
        try later.fold()
        let text = try Scratch.text(at: path)
        _ = try scratch.file(
            "contacts.json", text.replacing("\"y\"", with: "\"y\",\"z\":1"))
        #expect(try Store(opening: path).undo().map(\.restored) == [[]])
    }

    @Test("a place means nothing in another reading of the file")
    func otherReading() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", PlaceTests.twins)
        let store = try Store(opening: path)
        let key = try #require(store.snapshot.row(2).key)
        _ = try store.commit([rename(key, "3")])
        try store.fold()
        _ = try store.commit([rename(key, "again")])
        #expect(store.snapshot.contact(2).name == "again")
        _ = try scratch.file("contacts.json", #"[{"name":"x"},{"name":"y"},{"name":"z"}]"#)
        #expect(throws: StoreError.unknown(key)) { try store.commit([rename(key, "no")]) }
        #expect(try store.latest().contact(2).name == "z")
    }

    @Test("many changes are made whole where another program writes into the file meanwhile")
    func besideWriter() throws {
        let scratch = try Scratch()
        let ids = (0..<200).map { "c\($0)" }
        func text(_ tail: String) -> String {
            "[" + ids.map { #"{"id":"\#($0)","name":"a"}"# }.joined(separator: ",") + tail + "]"
        }
        let path = try scratch.file("contacts.json", text(""))
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let changes = ids.map { id in
            ContactChange(key: .id(id), change: .update(ContactPatch(name: .set("new"))))
        }
        var written = 0
        let outcome = try store.apply(changes) { done in
            if done == 64, written < 3 {
                written += 1
                _ = try? scratch.file("contacts.json", text(#",{"id":"other\#(written)"}"#))
            }
            return true
        }
        #expect(written == 3 && outcome.failures.isEmpty && outcome.changed == 200)
        try store.fold()
        let after = try Scratch.text(at: path)
        #expect(after.split(separator: #""name":"new""#).count == 201)
        #expect(after.contains(#"{"id":"other3"}"#))
    }
}
