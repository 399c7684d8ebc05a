import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("What was acknowledged is there")
struct JournalTests {
    private static let text = "[\n{\"id\":\"c1\",\"name\":\"a\",\"tags\":[]},\n{\"id\":\"c2\"}\n]\n"

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func names(_ path: String) throws -> [String?] {
        let snapshot = try Store(opening: path).snapshot
        return snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    /// A file with a journal of two steps that was never folded, as `kill -9` leaves it.
    private func unfolded(_ scratch: Scratch) throws -> (path: String, journal: [UInt8]) {
        let path = try scratch.file("contacts.json", JournalTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "first")])
        _ = try store.commit([rename("c2", "second")])
        return (path, Array(try Scratch.text(at: path + ".journal").utf8))
    }

    @Test("after a kill the next opener sees every commit, and the file is untouched")
    func killed() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        #expect(try Scratch.text(at: path) == JournalTests.text)
        #expect(try names(path) == ["first", "second"])
    }

    @Test("every line of a journal is JSON")
    func readable() throws {
        let (_, journal) = try unfolded(try Scratch())
        let lines = journal.split(separator: 0x0A)
        #expect(lines.count == 3)
        for line in lines { #expect(try JSONValue(parsing: Array(line)).array?.count == 2) }
    }

    @Test("a journal cut anywhere loses at most the step that was cut")
    func tornTails() throws {
        let scratch = try Scratch()
        let (path, journal) = try unfolded(scratch)
        let ends = journal.indices.filter { journal[$0] == 0x0A }
        for length in 0...journal.count {
            try write(journal[..<length], to: path + ".journal")
            let seen = try names(path)
            switch length {
            case ..<ends[1]: #expect(seen == ["a", nil])
            case ..<ends[2]: #expect(seen == ["first", nil])
            default: #expect(seen == ["first", "second"])
            }
        }
    }

    @Test("a tail of zeros, as file systems leave it, is cut and told")
    func zeros() throws {
        let scratch = try Scratch()
        let (path, journal) = try unfolded(scratch)
        try write(journal + [UInt8](repeating: 0, count: 300), to: path + ".journal")
        let store = try Store(opening: path)
        #expect(store.takeNotices() == [.tornTail(bytes: 300, kept: nil)])
        _ = try store.commit([rename("c1", "third")])
        #expect(try names(path) == ["third", "second"])
    }

    @Test("what was cut off is kept beside the journal, with its rights, and named")
    func tornTailIsSetAside() throws {
        let scratch = try Scratch()
        let (path, journal) = try unfolded(scratch)
        #expect(chmod(path, 0o660) == 0)
        try write(journal.dropLast(10), to: path + ".journal")
        let store = try Store(opening: path)
        guard case .tornTail(let count, let kept?)? = store.takeNotices().first else {
            Issue.record("nothing was set aside")
            return
        }
        let whole = try #require(journal.dropLast().lastIndex(of: 0x0A)) + 1
        #expect(Array(try Scratch.text(at: kept).utf8) == Array(journal[whole...].dropLast(10)))
        #expect(count == journal.count - whole - 10)
        #expect(kept.hasPrefix(path + ".journal.torn-"))
        var status = stat()
        #expect(stat(kept, &status) == 0 && status.st_mode & 0o777 == 0o660)
    }

    @Test("a journal that another program took away or emptied is written once more")
    func takenAway() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        let store = try Store(opening: path)
        for round in 0..<3 {
            _ = try store.commit([rename("c1", "round \(round)")])
            switch round {
            case 0: #expect(unlink(path + ".journal") == 0)
            case 1: try write([], to: path + ".journal")
            default: #expect(truncate(path + ".journal", 200) == 0)
            }
            #expect(try store.refresh())
            #expect(
                store.takeNotices().contains { if case .journalGone = $0 { true } else { false } })
            #expect(try names(path) == ["round \(round)", "second"])
            #expect(try Store(opening: path).log(limit: 9).count == 3 + round)
        }
        try store.fold()
        #expect(try Store(opening: path).log(limit: 9).count == 5)
    }

    @Test("what another process folded is not written once more, whatever it came to")
    func foldedElsewhere() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", JournalTests.text)
        let (store, other) = (try Store(opening: path), try Store(opening: path))
        for name in ["b", "a"] { _ = try store.commit([rename("c1", name)]) }
        try other.fold()
        _ = try store.refresh()
        #expect(store.takeNotices().isEmpty && store.unfoldedSteps == 0)
        #expect(try store.log(limit: 9).count == 2)
    }

    @Test("a journal of another version is damage")
    func otherVersion() throws {
        let scratch = try Scratch()
        let (path, journal) = try unfolded(scratch)
        let text = String(decoding: journal, as: UTF8.self)
        let payload = try #require(text.split(separator: "\n").first).dropFirst(12).dropLast()
        let newer = payload.replacing("\"patchbook\":1", with: "\"patchbook\":2")
        let lines = text.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
        try write(Array((JournalLine.text(String(newer)) + lines).utf8), to: path + ".journal")
        #expect(try Store(opening: path).readOnly == .damage)
    }

    @Test(
        "a flipped bit anywhere loses nothing behind which nothing else stands, and is told")
    func flippedBits() throws {
        let scratch = try Scratch()
        let (path, journal) = try unfolded(scratch)
        let allowed: [[String?]] = [["a", nil], ["first", nil], ["first", "second"]]
        for index in journal.indices {
            for bit in [0, 3, 5, 7] {
                var damaged = journal
                damaged[index] ^= 1 << bit
                try write(damaged[...], to: path + ".journal")
                let store = try Store(opening: path)
                let snapshot = store.snapshot
                let seen = snapshot.select(.all, order: SortOrder()).map {
                    snapshot.contact($0).name
                }
                #expect(allowed.contains(seen))
                #expect(store.readOnly == .damage || seen == allowed[2])
            }
        }
    }

    @Test("a line feed that is another byte by now costs nothing but itself")
    func flippedLineFeed() throws {
        let scratch = try Scratch()
        var (path, journal) = try unfolded(scratch)
        journal[journal.count - 1] ^= 0x40
        try write(journal[...], to: path + ".journal")
        #expect(try Store(opening: path).readOnly == .damage)
        #expect(try names(path) == ["first", "second"])
        let repair = try Store.repair(path)
        #expect(repair.setAside.count == 1)
        let store = try Store(opening: path)
        #expect(store.readOnly == nil)
        #expect(try names(path) == ["first", "second"])
    }

    @Test("damage in the middle makes the store read-only and leaves both files as they are")
    func damage() throws {
        let scratch = try Scratch()
        var (path, journal) = try unfolded(scratch)
        let second = try #require(journal.firstIndex(of: 0x0A)) + 20
        journal[second] ^= 1
        try write(journal[...], to: path + ".journal")
        let store = try Store(opening: path)
        #expect(store.readOnly == .damage)
        #expect(throws: StoreError.self) { try store.commit([rename("c1", "x")]) }
        try store.close()
        #expect(Array(try Scratch.text(at: path + ".journal").utf8) == journal)
        #expect(try Scratch.text(at: path) == JournalTests.text)
    }

    @Test("two windows on one file see each other's edits, and lose none")
    func twoWindows() throws {
        let scratch = try Scratch()
        let shared = try scratch.file("contacts.json", JournalTests.text)
        let one = try Store(opening: shared)
        let two = try Store(opening: shared)
        _ = try one.commit([rename("c1", "one")])
        _ = try two.commit([
            ContactChange(
                key: .id("c1"), change: .retag(add: try TagList(csv: "two"), remove: TagList()))
        ])
        #expect(two.snapshot.contact(0).name == "one")
        #expect(try one.refresh())
        #expect(one.snapshot.contact(0).tags.texts == ["two"])
        try one.fold()
        _ = try two.commit([rename("c2", "after")])
        #expect(try one.refresh())
        #expect(one.snapshot.contact(1).name == "after")
        try one.close()
        try two.close()
        #expect(try names(shared) == ["one", "after"])
    }

    @Test(
        "an outside edit is read again, and our changes go on top unless it changed the same field")
    func outsideEdit() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        _ = try scratch.file(
            "contacts.json", "[{\"id\":\"c1\",\"name\":\"theirs\"},{\"id\":\"c2\",\"x\":1}]")
        let store = try Store(opening: path)
        #expect(
            store.takeNotices() == [
                .changedOutside(
                    reapplied: 1,
                    conflicts: [StoreConflict(key: .id("c1"), field: "name", isOpen: true)])
            ])
        #expect(try names(path) == ["theirs", "second"])
        try store.close()
        #expect(try JSONValue(parsing: try Scratch.text(at: path)).array?.count == 2)
    }

    @Test(
        "undo takes back this user's newest step, also after folding, and then the one before"
    )
    func undo() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        try Store(opening: path).close()
        let store = try Store(opening: path)
        #expect(try store.undo().map(\.restored) == [[.id("c2")]])
        #expect(store.snapshot.contact(1).name == nil)
        #expect(try store.undo().map(\.restored) == [[.id("c1")]])
        #expect(store.snapshot.contact(0).name == "a")
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
    }

    @Test("undo leaves alone what was changed since")
    func undoSkips() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        let text = try Scratch.text(at: path)
        try Store(opening: path).close()
        _ = try scratch.file(
            "contacts.json",
            text.replacing("{\"id\":\"c2\"}", with: "{\"id\":\"c2\",\"name\":\"z\"}"))
        let store = try Store(opening: path)
        #expect(try store.undo().map(\.skipped) == [[.id("c2")]])
        #expect(store.snapshot.contact(1).name == "z")
    }

    @Test("a folding that was cut off before the exchange is as if it had not begun")
    func foldingCutOff() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        _ = try scratch.file(".contacts.json.new", "[{\"id\":")
        #expect(try names(path) == ["first", "second"])
        #expect(throws: ScratchFailure.self) {
            try Scratch.text(at: scratch.path + "/.contacts.json.new")
        }
    }

    @Test("modes and symbolic links stay")
    func modes() throws {
        let scratch = try Scratch()
        let (path, _) = try unfolded(scratch)
        chmod(path, 0o664)
        let link = scratch.path + "/link.json"
        symlink(path, link)
        let store = try Store(opening: link)
        _ = try store.commit([rename("c1", "linked")])
        #expect(mode(path + ".lock") == mode(path + ".journal"))
        try store.close()
        #expect(mode(path) == 0o664)
        var status = stat()
        lstat(link, &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
        #expect(try names(path).first == "linked")
        let made = scratch.path + "/made.json"
        _ = try Store(opening: made, options: StoreOptions(creates: true))
        #expect(mode(made) == 0o600)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        stat(path, &status)
        return status.st_mode & 0o777
    }

    private func write(_ bytes: ArraySlice<UInt8>, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        let count = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        try #require(count == bytes.count)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try write(bytes[...], to: path)
    }
}
