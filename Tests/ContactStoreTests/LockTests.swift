import ContactModel
import ContactStore
import Glibc
import TestGround
import Testing

@Suite("The lock beside a file")
struct LockTests {
    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func file(_ scratch: Scratch) throws -> String {
        try scratch.file("contacts.json", #"[{"id":"c1","name":"a"},{"id":"c2","name":"b"}]"#)
    }

    private func inode(_ path: String) throws -> UInt {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt(status.st_ino)
    }

    @Test("whoever holds one that was removed takes the one that others made")
    func removed() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let one = try Store(opening: path)
        try #require(unlink(path + ".lock") == 0)
        let other = try Store(opening: path)
        let made = try inode(path + ".lock")
        for round in 0..<3 {
            _ = try one.commit([rename("c1", "one \(round)")])
            _ = try other.commit([rename("c2", "other \(round)")])
        }
        #expect(try inode(path + ".lock") == made)
        let now = try one.latest()
        #expect((0..<2).map { now.contact($0).name } == ["one 2", "other 2"])
        try #require(unlink(path + ".lock") == 0)
        try one.fold()
        #expect(try Scratch.text(at: path).contains("other 2"))
    }

    @Test("nothing is written once the lock that kept others out is gone")
    func removedMeanwhile() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let store = try Store(opening: path)
        #expect(throws: StoreError.self) {
            try store.apply([rename("c1", "x"), rename("c2", "y")]) { _ in
                unlink(path + ".lock")
                return true
            }
        }
        #expect(try Scratch.text(at: path).contains(#""name":"a""#))
        #expect(access(path + ".journal", F_OK) != 0 || store.unfoldedSteps == 0)
        _ = try store.commit([rename("c1", "x")])
        #expect(try Store(opening: path).snapshot.contact(0).name == "x")
    }

    @Test("a link that takes the name of the file meanwhile stays")
    func becameLink() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c1", "x")])
        let moved = scratch.path + "/moved.json"
        try #require(Glibc.rename(path, moved) == 0 && symlink(moved, path) == 0)
        #expect(throws: StoreError.becameLink(path: path)) {
            try store.commit([rename("c2", "y")])
        }
        #expect(throws: StoreError.self) { try store.fold() }
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("a writer that is stuck keeps nobody from reading")
    func stuck() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let writer = try Store(opening: path)
        var names: [String?] = []
        _ = try writer.apply([rename("c1", "x"), rename("c2", "y")]) { _ in
            let reader = try? Store(opening: path, options: StoreOptions(readsOnly: true))
            names.append(reader?.snapshot.contact(0).name)
            return true
        }
        #expect(names == ["a"])
    }

    @Test("marks of a large file outlive a program that writes into that very file")
    func overwritten() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let old = try store.latest()
        let other = #"[{"id":"c9","name":"z"},{"id":"c2","name":"b"},{"id":"c1","name":"a"}]"#
        let handle = try #require(fopen(path, "r+"))
        fputs(other, handle)
        fclose(handle)
        let new = try store.latest()
        #expect(new.reading != old.reading)
        #expect(old.row(0).flaws == [.unreadable])
        #expect(new.likelyNumbers(of: RowSet([0]), in: old) == RowSet([2]))
        #expect(new.likelyNumbers(of: RowSet([1]), in: old) == RowSet([1]))
    }
}
