import ContactModel
import ContactStore
import Dispatch
import Glibc
import Synchronization
import TestGround
import Testing

@Suite("The files beside the contacts")
struct CompanionTests {
    private static let text = #"[{"id":"c1","name":"a"}]"#

    private func rename(_ name: String) -> ContactChange {
        ContactChange(key: .id("c1"), change: .update(ContactPatch(name: .set(name))))
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    @Test(
        "a link in the place of one is not followed: nobody is led to what others own",
        arguments: [".lock", ".journal"])
    func links(ending: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        let secret = try scratch.file("secret", "secret\n")
        try #require(chmod(secret, 0o600) == 0 && chmod(path, 0o664) == 0)
        try #require(symlink(secret, path + ending) == 0)
        let store = try Store(opening: path)
        #expect(store.readOnly == .companion(path: path + ending))
        #expect(store.snapshot.contact(0).name == "a")
        #expect(throws: StoreError.self) { try store.commit([rename("x")]) }
        #expect(try Scratch.text(at: secret) == "secret\n")
        #expect(try mode(secret) == 0o600)
        try #require(unlink(path + ending) == 0)
        _ = try store.commit([rename("x")])
        #expect(try Store(opening: path).snapshot.contact(0).name == "x")
    }

    @Test("where the history is a link, edits stay in the journal, and that is told")
    func linkedHistory() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        let secret = try scratch.file("secret", "secret\n")
        try #require(symlink(secret, path + ".history") == 0)
        let store = try Store(opening: path)
        _ = try store.commit([rename("x")])
        try store.close()
        #expect(try Scratch.text(at: secret) == "secret\n")
        guard case .notFolded(let failure) = store.takeNotices().first else {
            Issue.record("nothing was told")
            return
        }
        #expect(failure.path == path + ".history")
        #expect(try Store(opening: path).snapshot.contact(0).name == "x")
    }

    @Test("nothing is written into a file that bears another name too, or that others may read")
    func shownElsewhere() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        let victim = try scratch.file("victim", "important\n")
        try #require(link(victim, path + ".history") == 0)
        let store = try Store(opening: path)
        _ = try store.commit([rename("x")])
        try #require(link(path + ".journal", scratch.path + "/copy") == 0)
        let copy = try Scratch.text(at: scratch.path + "/copy")
        let other = try Store(opening: path)
        _ = try other.commit([rename("y")])
        #expect(try Scratch.text(at: scratch.path + "/copy") == copy)
        try other.fold()
        #expect(try Scratch.text(at: victim) == "important\n")
        #expect(try other.undo(2).map(\.restored.count) == [1, 1])
    }

    @Test("they take the rights that the file is given later")
    func laterRights() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        try #require(chmod(path, 0o644) == 0)
        let store = try Store(opening: path)
        _ = try store.commit([rename("x")])
        try store.fold()
        #expect(try mode(path + ".history") == 0o644)
        try #require(chmod(path, 0o600) == 0)
        _ = try store.latest()
        #expect(try mode(path + ".history") == 0o600)
        #expect(try mode(path + ".lock") == 0o600)
    }

    @Test("a pipe in the place of the journal keeps nobody waiting")
    func pipe() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        try #require(mkfifo(path + ".journal", 0o600) == 0)
        let store = try Store(opening: path, options: StoreOptions(readsOnly: true))
        #expect(store.snapshot.contact(0).name == "a")
    }

    @Test("their owner can write them also while the file may not be written")
    func readOnlyFile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        let store = try Store(opening: path)
        try #require(chmod(path, 0o444) == 0)
        if geteuid() == 0 {
            _ = try store.commit([rename("x")])
            #expect(try mode(path + ".journal") == 0o644)
        } else {
            #expect(throws: StoreError.readOnly(path: path, .file)) {
                try store.commit([rename("x")])
            }
            try #require(chmod(path, 0o644) == 0)
            _ = try store.commit([rename("x")])
        }
        #expect(try store.latest().contact(0).name == "x")
    }

    @Test("whoever waits for the lock is told so after a while, and goes on when it is free")
    func waiting() async throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", CompanionTests.text)
        let holder = try Store(opening: path)
        let told = DispatchSemaphore(value: 0)
        var options = StoreOptions()
        options.onWait = { told.signal() }
        let change = rename("x")
        let waiter = Mutex<Task<Int, any Error>?>(nil)
        _ = try holder.apply([rename("held")]) { [options] _ in
            // The lock is held here, until the other has been told.
            waiter.withLock {
                $0 = Task.detached {
                    try Store(opening: path, options: options).commit([change]).count
                }
            }
            told.wait()
            return true
        }
        #expect(try await waiter.withLock(\.self)?.value == 1)
        #expect(try holder.latest().contact(0).name == "x")
    }
}
