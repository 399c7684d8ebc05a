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
            #expect(open.map(\.theirs.name) == ["theirs"])
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
}
