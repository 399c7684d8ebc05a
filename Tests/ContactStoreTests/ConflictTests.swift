import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Where another program wrote the same field, somebody chooses")
struct ConflictTests {
    private static let text =
        #"[\#n{"id":"c1","name":"a","metadata":{"k":1}},\#n{"id":"c2","name":"b"}\#n]\#n"#

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func name(_ store: Store, _ id: String) throws -> String? {
        let snapshot = try store.latest()
        return snapshot.contact(try snapshot.number(of: .id(id))).name
    }

    /// A file of which `c1`'s name was changed here twice, and then by another program.
    private func disputed(_ scratch: Scratch) throws -> (path: String, theirs: String) {
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        for name in ["first", "mine"] { _ = try store.commit([rename("c1", name)]) }
        let theirs = ConflictTests.text.replacing("\"a\"", with: "\"theirs\"")
        _ = try scratch.file("contacts.json", theirs)
        return (path, theirs)
    }

    private func ids(_ store: Store) -> Set<Int> {
        Set(store.snapshot.openConflicts.map(\.id))
    }

    @Test("it is told with all three values, also by later processes, until it is settled")
    func told() throws {
        let scratch = try Scratch()
        let (path, theirs) = try disputed(scratch)
        for options in [StoreOptions(readsOnly: true), StoreOptions(), StoreOptions()] {
            let open = try Store(opening: path, options: options).snapshot.openConflicts
            #expect(open.map(\.change) == [rename("c1", "mine")])
            #expect(open.map(\.original.name) == ["a"])
            #expect(open.map(\.theirs?.name) == ["theirs"])
        }
        let store = try Store(opening: path)
        let window = try Store(opening: path)
        try store.keepTheirs(ids(store))
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try window.latest().openConflicts.isEmpty)
        #expect(access(path + ".journal", F_OK) != 0)
        #expect(try Scratch.text(at: path) == theirs)
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
    }

    @Test("a contact of which nothing but the time of change is left to write stays as it is")
    func timeOfChange() throws {
        let scratch = try Scratch()
        let text =
            #"[{"id":"c1","name":"a","email":null,"updated_at":"2020-01-01T00:00:00+00:00"}]"#
        for (patch, isTouched) in [
            (ContactPatch(name: .set("mine")), false),
            (
                ContactPatch(name: .set("mine"), email: .set(try #require(EmailAddress("m@e.x")))),
                true
            ),
        ] {
            let path = try scratch.file("contacts.json", text)
            let store = try Store(opening: path)
            _ = try store.commit([ContactChange(key: .id("c1"), change: .update(patch))])
            let theirs = text.replacing("\"a\"", with: "\"theirs\"")
            _ = try scratch.file("contacts.json", theirs)
            #expect(try store.latest().openConflicts.count == 1)
            try store.fold()
            #expect(try (Scratch.text(at: path) == theirs) == !isTouched)
            try store.keepTheirs(ids(store))
            #expect(try (Scratch.text(at: path) == theirs) == !isTouched)
        }
    }

    @Test("it outlives foldings and what other programs write elsewhere")
    func kept() throws {
        let scratch = try Scratch()
        let (path, theirs) = try disputed(scratch)
        let store = try Store(opening: path)
        for round in 0..<3 {
            _ = try store.commit([rename("c2", "\(round)")])
            try store.fold()
            #expect(store.snapshot.openConflicts.map(\.change) == [rename("c1", "mine")])
            #expect(
                try Store(opening: path).snapshot.openConflicts == store.snapshot.openConflicts)
        }
        _ = try scratch.file("contacts.json", theirs.replacing("\"b\"", with: "\"else\""))
        #expect(try store.latest().openConflicts.count == 1)
        #expect(store.takeNotices().count == 1)
        _ = try scratch.file("contacts.json", theirs.replacing("theirs", with: "later"))
        #expect(try store.latest().openConflicts.map(\.theirs?.name) == ["later"])
        _ = try store.commit([
            ContactChange(
                key: .id("c1"), change: .retag(add: try TagList(csv: "t"), remove: TagList()))
        ])
        #expect(try Store(opening: path).snapshot.openConflicts.count == 1)
        _ = try scratch.file("contacts.json", theirs.replacing("theirs", with: "mine"))
        #expect(try store.latest().openConflicts.isEmpty)
    }

    @Test("mine is an ordinary change: it is folded, and undo brings theirs back")
    func mine() throws {
        let scratch = try Scratch()
        let (path, theirs) = try disputed(scratch)
        let store = try Store(opening: path)
        #expect(try store.keepMine(ids(store)).changed == 1)
        #expect(try name(store, "c1") == "mine")
        #expect(store.snapshot.openConflicts.isEmpty)
        _ = try store.undo()
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
        _ = try store.redo()
        try store.fold()
        #expect(access(path + ".journal", F_OK) != 0)
        #expect(try Scratch.text(at: path) == theirs.replacing("theirs", with: "mine"))
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == theirs)
    }

    @Test("what was taken back before another program wrote is in no conflict, and so it is told")
    func takenBackBefore() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "mine")])
        _ = try store.undo()
        _ = try scratch.file(
            "contacts.json", ConflictTests.text.replacing("\"a\"", with: "\"theirs\""))
        #expect(try store.latest().openConflicts.isEmpty)
        guard case .changedOutside(_, let conflicts) = store.takeNotices().first else {
            Issue.record("nothing was told")
            return
        }
        #expect(conflicts.isEmpty)
    }

    @Test("what is taken back does not wait any more")
    func takenBack() throws {
        let scratch = try Scratch()
        let (path, _) = try disputed(scratch)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c2", "x")])
        _ = try store.undo()
        #expect(try Store(opening: path).snapshot.openConflicts.count == 1)
        #expect(try store.undo().map(\.restored) == [[.id("c1")]], "by giving it up")
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
        #expect(try name(store, "c1") == "theirs")
    }

    @Test("a step of which a part waits is taken back with that part, and tells so")
    func takenBackInPart() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        _ = try store.commit(["c1", "c2"].map { ContactChange(key: .id($0), change: .delete) })
        let theirs = ConflictTests.text.replacing("\"a\"", with: "\"theirs\"")
        _ = try scratch.file("contacts.json", theirs)
        #expect(try store.latest().openConflicts.count == 1)
        let undone = try store.undo()
        #expect(undone.map { Set($0.restored) } == [[.id("c1"), .id("c2")]])
        #expect(undone.map(\.skipped) == [[]])
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
        #expect(try store.latest().count == 2)
    }

    @Test("what gave way and what did not stand in the history once, in their order")
    func historyOnce() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        for (id, name) in [("c2", "first"), ("c1", "mine"), ("c2", "last")] {
            _ = try store.commit([rename(id, name)])
        }
        _ = try scratch.file(
            "contacts.json", ConflictTests.text.replacing("\"a\"", with: "\"theirs\""))
        #expect(try Store(opening: path).snapshot.openConflicts.count == 1)
        let next = try Store(opening: path)
        try next.keepTheirs(ids(next))
        try next.fold()
        #expect(try Scratch.text(at: path + ".history").split(separator: "\n").count == 3)
        #expect(try next.log(limit: 9).count == 3)
        #expect(try next.undo().map(\.restored) == [[.id("c2")]])
        #expect(try name(next, "c2") == "first")
    }

    @Test("whoever writes the field otherwise has chosen, and mine does not overwrite that")
    func overtaken() throws {
        let scratch = try Scratch()
        let (path, _) = try disputed(scratch)
        let store = try Store(opening: path)
        let ids = ids(store)
        #expect(ids.count == 1)
        _ = try Store(opening: path).commit([rename("c1", "third")])
        #expect(try store.keepMine(ids).reached == 0)
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try name(store, "c1") == "third")
    }

    @Test("each field is chosen by itself; a metadata key that was taken away and a deletion too")
    func fields() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([
            rename("c1", "mine"),
            ContactChange(key: .id("c1"), change: .removeMetadata(["k"])),
            ContactChange(key: .id("c2"), change: .delete),
        ])
        _ = try scratch.file(
            "contacts.json",
            ConflictTests.text.replacing("\"a\"", with: "\"x\"").replacing(":1}", with: ":2}")
                .replacing("\"b\"", with: "\"y\""))
        let open = try store.latest().openConflicts
        #expect(
            open.map(\.change) == [
                rename("c1", "mine"),
                ContactChange(key: .id("c1"), change: .removeMetadata(["k"])),
                ContactChange(key: .id("c2"), change: .delete),
            ])
        #expect(
            open.map { $0.original.metadata?["k"] } == [
                .number(JSONNumber(2)), .number(JSONNumber(1)), nil,
            ])
        try store.keepTheirs([open[0].id])
        #expect(try store.keepMine(ids(store)).changed == 2)
        #expect(store.snapshot.openConflicts.isEmpty)
        #expect(try store.log(limit: 1).map(\.contacts) == [2])
        try store.close()
        #expect(
            try Scratch.text(at: path) == "[\n{\"id\":\"c1\",\"name\":\"x\",\"metadata\":{}}\n]\n")
    }

    @Test("what was changed and changed back is nobody's conflict")
    func changedBack() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "mine")])
        _ = try store.undo()
        _ = try scratch.file("contacts.json", ConflictTests.text.replacing("\"a\"", with: "\"x\""))
        #expect(try store.latest().openConflicts.isEmpty)
        #expect(access(path + ".journal", F_OK) != 0)
    }

    @Test("an edit whose contact is gone, or stands there twice, waits for a choice too")
    func gone() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", ConflictTests.text)
        let store = try Store(opening: path)
        let tags = try TagList(csv: "t")
        _ = try store.commit([
            rename("c1", "mine"),
            ContactChange(key: .id("c2"), change: .retag(add: tags, remove: TagList())),
        ])
        let c2 = #"{"id":"c2","name":"b"}"#
        _ = try scratch.file("contacts.json", "[\(c2),\(c2)]")
        let open = try store.latest().openConflicts
        #expect(open.map(\.number) == [nil, nil] && open.map(\.theirs) == [nil, nil])
        #expect(open[0].change == rename("c1", "mine") && open[0].original.name == "a")
        #expect(try store.keepMine([open[0].id]).failures.map(\.error) == [.unknown(.id("c1"))])
        #expect(try Store(opening: path).snapshot.openConflicts == open)

        // They come back, one with another name by now: nothing is written blindly.
        _ = try scratch.file("contacts.json", ConflictTests.text.replacing("\"a\"", with: "\"z\""))
        #expect(try store.latest().openConflicts.map(\.theirs?.name) == ["z", "b"])
        #expect(try name(store, "c1") == "z")
        #expect(try store.keepMine(ids(store)).changed == 2)
        #expect(try name(store, "c1") == "mine")
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
    }

    @Test("where another kind of value stands by now it is not written over")
    func otherKinds() throws {
        let scratch = try Scratch()
        let text = #"[{"id":"c1","tags":["x"],"metadata":{"k":1}},{"id":"c2"},{"id":"c3"}]"#
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let tags = try TagList(csv: "t")
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .retag(add: tags, remove: TagList())),
            ContactChange(
                key: .id("c1"), change: .update(ContactPatch(metadata: ["new": .bool(true)]))),
        ])
        _ = try store.apply(
            ["c2", "c3"].map { id in
                ContactChange(key: .id(id), change: .retag(add: tags, remove: TagList()))
            })
        let theirs = #"[{"id":"c1","tags":"oops","metadata":[1]},{"id":"c2","tags":7},{"id":"c3"}]"#
        _ = try scratch.file("contacts.json", theirs)
        #expect(try store.latest().openConflicts.count == 3)
        for id in ["c1", "c2"] {
            #expect(throws: StoreError.self) {
                try store.commit([
                    ContactChange(key: .id(id), change: .retag(add: tags, remove: TagList()))
                ])
            }
        }
        try store.fold()
        let folded = theirs.replacing(#""c3""#, with: #""c3","tags":["t"]"#)
        #expect(try Scratch.text(at: path) == folded)
        #expect(try store.keepMine(ids(store)).changed == 3)
        #expect(store.snapshot.openConflicts.isEmpty)
        try store.fold()
        let mine = try Scratch.text(at: path).filter { $0 != " " }
        #expect(
            mine == #"[{"id":"c1","tags":["x","t"],"metadata":{"new":true}},"#
                + #"{"id":"c2","tags":["t"]},{"id":"c3","tags":["t"]}]"#)
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == folded)
    }

    @Test("a step asked for by a number is about the contact that had it then")
    func swappedNumbers() throws {
        let scratch = try Scratch()
        func book(_ one: Int, _ two: Int) -> String {
            #"[{"id":"c1","phone":"+1555000000\#(one)","name":"a"},"#
                + #"{"id":"c2","phone":"+1555000000\#(two)","name":"b"}]"#
        }
        let path = try scratch.file("contacts.json", book(1, 2))
        let store = try Store(opening: path)
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550000001"))
        let tags = try TagList(csv: "t")
        for change in [
            Change.update(ContactPatch(name: .set("mine"))), .retag(add: tags, remove: TagList()),
            .create(ContactPatch(metadata: ["k": .bool(true)]), source: "manual"),
        ] {
            _ = try store.commit([ContactChange(key: phone, change: change)])
        }
        _ = try scratch.file("contacts.json", book(2, 1))
        _ = try store.latest()
        #expect(try name(store, "c1") == "mine" && name(store, "c2") == "b")
        try store.fold()
        _ = try scratch.file(
            "contacts.json",
            try Scratch.text(at: path).replacing("+15550000002", with: "+15550000003"))
        #expect(try store.undo(3).map(\.restored) == [[.id("c1")], [.id("c1")], [.id("c1")]])
        #expect(try name(store, "c1") == "a" && name(store, "c2") == "b")
    }

    @Test("a number that two programs gave to new contacts is told; both are kept")
    func twiceCreated() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", "[]")
        let store = try Store(opening: path)
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550000001"))
        let patch = ContactPatch(name: .set("mine"))
        _ = try store.commit([
            ContactChange(key: phone, change: .create(patch, source: "manual"))
        ])
        _ = try scratch.file(
            "contacts.json", #"[{"id":"c9","phone":"+15550000001","name":"theirs"}]"#)
        #expect(try store.latest().count == 2)
        let told = StoreConflict(key: phone, field: "phone")
        #expect(store.takeNotices() == [.changedOutside(reapplied: 1, conflicts: [told])])
        for _ in 0..<2 {
            #expect(try Store.check(path).repeated == [phone: 2])
            try store.fold()
        }
    }

    @Test("what another program wrote after somebody looked is not overwritten by the choice")
    func unseen() throws {
        let scratch = try Scratch()
        let (path, theirs) = try disputed(scratch)
        let store = try Store(opening: path)
        let seen = ids(store)
        _ = try scratch.file("contacts.json", theirs.replacing("theirs", with: "later"))
        #expect(try store.keepMine(seen).reached == 0)
        try store.keepTheirs(seen)
        #expect(try name(store, "c1") == "later")
        #expect(store.snapshot.openConflicts.map(\.theirs?.name) == ["later"])
        #expect(try store.keepMine(ids(store)).changed == 1)
        #expect(try name(store, "c1") == "mine")
    }

    @Test("a choice that is not part of the file yet stays made when another program writes")
    func chosen() throws {
        let scratch = try Scratch()
        let (path, theirs) = try disputed(scratch)
        let store = try Store(opening: path)
        _ = try store.latest()
        _ = try store.commit([ContactChange(key: .id("c1"), change: .delete)])
        let c2 = try #require(theirs.split(separator: "\n").last { $0.contains("c2") })
        _ = try scratch.file("contacts.json", "[\(c2)]")
        #expect(try store.latest().openConflicts.isEmpty)
        #expect(try Store(opening: path).snapshot.openConflicts.isEmpty)
    }
}
