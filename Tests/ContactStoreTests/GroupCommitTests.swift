import ContactModel
import ContactStore
import Glibc
import Synchronization
import TestGround
import Testing

@Suite("Commits that share one wait for the disk")
struct GroupCommitTests {
    private static let book = """
        [{"id":"c1","name":"a"},
        {"id":"c2","name":"b"},
        {"id":"c3","tags":5}]
        """

    private func rename(
        _ id: String, _ name: String, unlessChangedFrom original: Contact? = nil
    ) -> ContactChange {
        ContactChange(
            key: .id(id), change: .update(ContactPatch(name: .set(name))),
            unlessChangedFrom: original)
    }

    @Test("each is made or refused by itself, is a step of its own, and all wait once")
    func together() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", GroupCommitTests.book)
        let syncs = Mutex(0)
        var options = StoreOptions()
        options.onSync = { syncs.withLock { $0 += 1 } }
        let store = try Store(opening: path, options: options)
        let original = store.snapshot.contact(0)
        let results = try store.commit([
            CommitRequest([rename("c1", "x")]),
            CommitRequest([rename("nobody", "x")]),
            CommitRequest([rename("c2", "y"), rename("nobody", "y")]),
            CommitRequest([rename("c1", "z", unlessChangedFrom: original)]),
            CommitRequest([rename("c1", "x")]),
            CommitRequest([rename("c2", "w")]),
        ])
        #expect(syncs.withLock(\.self) == 1)
        let outcomes = results.map { try? $0.get().map(\.outcome) }
        #expect(outcomes == [[.changed], nil, nil, nil, [.unchanged], [.changed]])
        #expect(throws: StoreError.unknown(.id("nobody"))) { try results[2].get() }
        #expect(throws: StoreError.unexpected(store.snapshot.contact(0))) { try results[3].get() }

        let journal = try Scratch.text(at: path + ".journal")
        #expect(journal.split(separator: "\n").count == 3)
        let reread = try Store(opening: path, options: StoreOptions(readsOnly: true))
        #expect((0..<2).map { reread.snapshot.contact($0).name } == ["x", "w"])

        #expect(try store.undo().map(\.restored) == [[.id("c2")]])
        #expect((0..<2).map { store.snapshot.contact($0).name } == ["x", "b"])
    }

    @Test("a write that fails is told to all of them, and nothing of any is there")
    func failing() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", GroupCommitTests.book)
        let store = try Store(opening: path)
        #expect(symlink("contacts.json.journal", path + ".journal") == 0)
        #expect(throws: StoreError.self) {
            try store.commit([
                CommitRequest([rename("c1", "x")]), CommitRequest([rename("c2", "y")]),
            ])
        }
        #expect((0..<2).map { store.snapshot.contact($0).name } == ["a", "b"])
    }

    @Test("whoever reads while a commit waits for the disk sees what was there before, at once")
    func readingMeanwhile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", GroupCommitTests.book)
        let held = Mutex<Store?>(nil)
        let seen = Mutex<[String?]>([])
        var options = StoreOptions()
        options.onSync = {
            let store = held.withLock(\.self)
            // Whoever is served is told at once whether anything can be written.
            guard store?.readOnly == nil else { return }
            let name = try? store?.latest().contact(0).name
            seen.withLock { $0.append(name ?? nil) }
        }
        let store = try Store(opening: path, options: options)
        held.withLock { $0 = store }
        _ = try store.commit([rename("c1", "x")])
        _ = try store.commit([rename("c1", "y")])
        #expect(seen.withLock(\.self) == ["a", "x"])
        #expect(try store.latest().contact(0).name == "y")
        held.withLock { $0 = nil }
    }
}
