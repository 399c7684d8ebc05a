import ContactModel
import ContactStore
import Glibc
import Synchronization
import TestGround
import Testing

@Suite("What a failure or another program left is put in order, and never at a reader's cost")
struct MendingTests {
    private static let text = "[\n{\"id\":\"c1\",\"name\":\"a\"},\n{\"id\":\"c2\"}\n]\n"

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func names(_ store: Store) throws -> [String?] {
        let snapshot = try store.latest()
        return snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    private func append(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "a"))
        defer { fclose(file) }
        #expect(fputs(text, file) >= 0)
    }

    @Test("a folding that cannot write the history is finished later; nothing is written before")
    func blockedHistory() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "first")])
        mkdir(path + ".history", 0o700)
        let error = #expect(throws: StoreError.self) { try store.fold() }
        guard case .notFolded(let failure)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.path == path + ".history")
        #expect(try names(store) == ["first", nil])
        #expect(throws: StoreError.self) { try store.commit([rename("c2", "second")]) }
        #expect(try names(try Store(opening: path)) == ["first", nil])
        rmdir(path + ".history")
        _ = try store.commit([rename("c2", "second")])
        #expect(try names(store) == ["first", "second"])
        #expect(try store.undo(9).count == 2)
        #expect(try names(try Store(opening: path)) == ["a", nil])
    }

    @Test("what was part of a file that another program then wrote is not written once more")
    func writtenAfterTheExchange() throws {
        let scratch = try Scratch()
        let ways = [(true, true), (true, false), (false, true), (false, false)]
        for (isToldOnly, isPutBack) in ways {
            let path = try scratch.file("contacts.json", MendingTests.text)
            let store = try Store(opening: path)
            _ = try store.commit([rename("c1", "first")])
            mkdir(path + ".history", 0o700)
            #expect(throws: StoreError.self) { try store.fold() }
            let left = scratch.path + "/.contacts.json.new"
            if isToldOnly {
                // By the journal itself, as when somebody opened the file meanwhile.
                unlink(left)
            } else {
                // By what the exchange displaced, as where the program was killed after it.
                let journal = try Scratch.text(at: path + ".journal")
                let lines = journal.split(separator: "\n").dropLast()
                _ = try scratch.file(
                    "contacts.json.journal", lines.joined(separator: "\n") + "\n")
                #expect(access(left, F_OK) == 0)
            }
            let theirs = MendingTests.text.replacing(
                "\"c2\"", with: isPutBack ? "\"c2\"" : "\"c2\",\"name\":\"b\"")
            _ = try scratch.file("contacts.json", theirs)
            // Who comes by first and cannot finish it leaves a trace of it all the same.
            #expect(try names(try Store(opening: path)) == ["a", isPutBack ? nil : "b"])
            #expect(access(left, F_OK) != 0)
            rmdir(path + ".history")
            for options in [StoreOptions(readsOnly: true), StoreOptions()] {
                let reader = try Store(opening: path, options: options)
                #expect(try names(reader) == ["a", isPutBack ? nil : "b"])
                #expect(try reader.log(limit: 9).count == 1)
            }
            let next = try Store(opening: path)
            #expect(next.unfoldedSteps == 0)
            #expect(try next.log(limit: 9).count == 1)
            #expect(try Scratch.text(at: path) == theirs)
            unlink(path + ".history")
        }
    }

    @Test("what was to be part of a file that another program wrote before goes on top of that")
    func writtenBeforeTheExchange() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let theirs = MendingTests.text.replacing("\"c2\"", with: "\"c2\",\"name\":\"b\"")
        let journals = Mutex<[String]>([])
        var options = StoreOptions()
        options.onSync = {
            let journal = (try? Scratch.text(at: path + ".journal")) ?? ""
            journals.withLock { $0.append(journal) }
        }
        let store = try Store(opening: path, options: options)
        _ = try store.commit([rename("c1", "first")])
        try store.fold()
        let noted = try #require(journals.withLock(\.self).last)
        let made = try Scratch.text(at: path)
        unlink(path + ".history")
        _ = try scratch.file("contacts.json.journal", noted)
        _ = try scratch.file(".contacts.json.new", made)
        _ = try scratch.file("contacts.json", theirs)
        let next = try Store(opening: path)
        #expect(try names(next) == ["first", "b"])
        #expect(next.unfoldedSteps == 1)
    }

    @Test("damage that comes while the file is open ends writing, and nothing stands after it")
    func damageMeanwhile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "first")])
        try append("[\"00000000\",{}]\n", to: path + ".journal")
        let journal = try Scratch.text(at: path + ".journal")
        #expect(throws: StoreError.readOnly(path: store.path, .damage)) {
            try store.commit([rename("c2", "second")])
        }
        #expect(try names(store) == ["first", nil])
        #expect(try Scratch.text(at: path + ".journal") == journal)
        _ = try Store.repair(path)
        _ = try store.commit([rename("c2", "second")])
        #expect(store.readOnly == nil)
        #expect(try names(try Store(opening: path)) == ["first", "second"])
    }

    @Test("who only reads a repaired journal may write again as well")
    func repairedMeanwhile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        _ = try Store(opening: path).commit([rename("c1", "first")])
        try append("[\"00000000\",{}]\n", to: path + ".journal")
        let store = try Store(opening: path)
        #expect(store.readOnly == .damage)
        _ = try Store.repair(path)
        _ = try Store(opening: path).commit([rename("c2", "second")])
        #expect(try store.latest().count == 2)
        #expect(store.readOnly == nil)
        #expect(try names(store) == ["first", "second"])
    }

    @Test("an entry that lacks its line feed can be folded")
    func lacksLineFeed() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        _ = try Store(opening: path).commit([rename("c1", "first")])
        let journal = try Scratch.text(at: path + ".journal")
        _ = try scratch.file("contacts.json.journal", String(journal.dropLast()))
        mkdir(path + ".history", 0o700)
        let store = try Store(opening: path)
        #expect(throws: StoreError.self) { try store.fold() }
        rmdir(path + ".history")
        let next = try Store(opening: path)
        #expect(next.readOnly == nil)
        #expect(try names(next) == ["first", nil])
        #expect(try next.undo().map(\.restored) == [[.id("c1")]])
    }

    @Test("a line of the history that was cut off does not pass for the whole step")
    func tornHistory() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "first")])
        let journal = try Scratch.text(at: path + ".journal")
        let step = try #require(journal.split(separator: "\n").last)
        _ = try scratch.file("contacts.json.history", String(step.prefix(60)))
        try store.fold()
        #expect(try Scratch.text(at: path + ".history") == step + "\n")
        #expect(try store.undo().map(\.restored) == [[.id("c1")]])
    }

    @Test("a history whose last line feed is another byte by now, or gone, loses no step")
    func flippedLineFeedOfHistory() throws {
        for end in ["", "J"] {
            let scratch = try Scratch()
            let path = try scratch.file("contacts.json", MendingTests.text)
            let store = try Store(opening: path)
            _ = try store.commit([rename("c1", "first")])
            try store.fold()
            let history = try Scratch.text(at: path + ".history")
            _ = try scratch.file("contacts.json.history", String(history.dropLast()) + end)
            _ = try store.commit([rename("c2", "second")])
            try store.fold()
            let lines = try Scratch.text(at: path + ".history").split(separator: "\n")
            #expect(lines.count == 2 && lines[0] == history.dropLast())
            #expect(try store.undo(2).map(\.restored) == [[.id("c2")], [.id("c1")]])
        }
    }

    @Test("a contact that others changed is not taken away; one that they took away is named")
    func outsideAgainstDeletion() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .delete), rename("c2", "mine"),
        ])
        _ = try scratch.file("contacts.json", "[{\"id\":\"c1\",\"name\":\"theirs\"}]")
        #expect(try names(store) == ["theirs"])
        #expect(
            store.takeNotices() == [
                .changedOutside(
                    reapplied: 0,
                    conflicts: ["c1", "c2"].map { id in
                        StoreConflict(
                            key: .id(id), field: "contact", isOpen: true, isMissing: id == "c2")
                    })
            ])
        #expect(try store.log(limit: 9).count == 1)
    }

    @Test("two windows that fold at once do no harm, whatever is edited between")
    func foldingTogether() async throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let stores = try (0..<2).map { _ in try Store(opening: path) }
        try await withThrowingTaskGroup { group in
            for (index, store) in stores.enumerated() {
                group.addTask {
                    for turn in 0..<40 {
                        _ = try store.commit([rename("c\(index + 1)", "\(turn)")])
                        try store.fold()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try names(stores[0]) == ["39", "39"])
        #expect(try names(stores[1]) == ["39", "39"])
        #expect(try stores[0].log(limit: 999).count == 80)
    }

    @Test("a file is whole from the moment it has its name, and one that is there is left alone")
    func making() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/contacts.json"
        _ = try scratch.file(".contacts.json.new", "[")
        let store = try Store(opening: path, options: StoreOptions(creates: true))
        #expect(try Scratch.text(at: path) == "[\n]\n")
        #expect(store.readOnly == nil)
        #expect(Scratch.names(in: scratch.path) == ["contacts.json", "contacts.json.lock"])
        _ = try scratch.file("contacts.json", MendingTests.text)
        _ = try Store(opening: path, options: StoreOptions(creates: true))
        #expect(try Scratch.text(at: path) == MendingTests.text)
    }

    @Test("a watch tells of a commit, a folding and a replacement, and not of other files")
    func watching() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", MendingTests.text)
        let store = try Store(opening: path)
        let other = try Store(opening: path)
        let watch = try #require(StoreWatch(store))
        _ = try scratch.file("others.json", "[]")
        #expect(watch.wait(milliseconds: 0) == false)
        let seen = store.readingsOfOthers
        _ = try other.commit([rename("c1", "first")])
        #expect(watch.wait() == true)
        #expect(watch.wait(milliseconds: 0) == false)
        #expect(try names(store) == ["first", nil])
        #expect(store.readingsOfOthers == seen + 1)
        try other.fold()
        #expect(watch.wait() == true)
        _ = try scratch.file("others.json", MendingTests.text)
        #expect(Glibc.rename(scratch.path + "/others.json", path) == 0)
        #expect(watch.wait() == true)
        #expect(try names(store) == ["a", nil])
        _ = try store.commit([rename("c2", "own")])
        #expect(watch.wait() == true)
        #expect(store.readingsOfOthers == seen + 2)
    }
}
