import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Of a large file only the contacts are read that are asked for")
struct ExcerptTests {
    static let text =
        "[\n" + #"{"id":"c1","phone":"+15550100","name":"a"},"# + "\n"
        + #"{"id":"c2","phone":"+15550101","name":"b"},"# + "\n"
        + #"{"id":"c3","name":"c"}, {"name":"d","metadata":{"x":""#
        + String(repeating: "x", count: 9000) + #""}}"# + "\n]\n"

    static func options(_ wanted: [ContactKey]?) -> StoreOptions {
        var options = StoreOptions()
        options.keptSize = 0
        options.smallSize = 0
        options.restBeforeIndex = 0
        options.wanted = wanted
        return options
    }

    static func rename(_ key: ContactKey, _ name: String) -> ContactChange {
        ContactChange(key: key, change: .update(ContactPatch(name: .set(name))))
    }

    /// A file in a folder, with an index beside it.
    private func indexed(in scratch: Scratch) throws -> String {
        let path = try scratch.file("contacts.json", Self.text)
        try Store(opening: path, options: Self.options([])).close()
        try #require(access(path + ".index", F_OK) == 0)
        return path
    }

    private func names(_ path: String) throws -> [String?] {
        let snapshot = try Store(opening: path).snapshot
        return snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    @Test("one contact is found, changed and told; who comes next sees it")
    func one() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+1 555 0101"))
        let store = try Store(opening: path, options: Self.options([phone]))
        #expect(store.snapshot.count == 1)
        let receipt = try store.commit([Self.rename(phone, "x")])[0]
        #expect(receipt.contact.id == "c2" && receipt.outcome == .changed)
        #expect(try store.latest(about: [.id("c2")]).count == 1)
        try store.close()
        #expect(try Scratch.text(at: path + ".journal").contains(#"{"id":"c2""#))
        #expect(try Scratch.text(at: path) == Self.text)
        #expect(try names(path) == ["a", "x", "c", "d"])
        #expect(Scratch.names(in: scratch.path).count == 4)
        // Whom the journal names is none of a command's business.
        let other = try Store(opening: path, options: Self.options([.id("c1"), .id("none")]))
        #expect(other.snapshot.count == 1)
        #expect(throws: StoreError.unknown(.id("none"))) {
            try other.commit([Self.rename(.id("none"), "x")])
        }
    }

    @Test("whatever else is asked for reads the whole file")
    func widened() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        func store() throws -> Store {
            let store = try Store(opening: path, options: Self.options([.id("c1")]))
            #expect(store.snapshot.count < 4)
            return store
        }
        #expect(try store().latest().count == 4)
        _ = try store().commit([Self.rename(.id("c3"), "y")])
        _ = try store().commit([ContactChange(key: .id("c1"), change: .delete)])
        #expect(try names(path) == ["b", "y", "d"])
        #expect(try Scratch.text(at: path + ".journal").contains(#""before":{"id":"c2"}"#))
        #expect(try store().undo(2).map(\.restored) == [[.id("c1")], [.id("c3")]])
        #expect(try names(path) == ["a", "b", "c", "d"])
        let mine = try store()
        _ = try mine.commit([Self.rename(.id("c1"), "z")])
        try mine.fold()
        #expect(try Scratch.text(at: path) == Self.text.replacing("\"a\"", with: "\"z\""))
    }

    @Test("what others write between opening and committing counts")
    func others() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        let store = try Store(opening: path, options: Self.options([.id("c1")]))
        let other = try Store(opening: path)
        _ = try other.commit([Self.rename(.id("c3"), "theirs"), Self.rename(.id("c1"), "old")])
        let tags = try TagList(csv: "vip")
        let tagging = Change.retag(add: tags, remove: TagList())
        _ = try store.commit([ContactChange(key: .id("c1"), change: tagging)])
        #expect(store.snapshot.count == 1)
        #expect(store.snapshot.soleNumber(of: .id("c1")).map(store.snapshot.contact)?.name == "old")
        let place = try #require(try other.latest().row(3).key)
        _ = try other.commit([Self.rename(place, "nameless")])
        _ = try store.commit([Self.rename(.id("c1"), "new")])
        // Somebody who is named by a place can only be found in the whole file.
        #expect(store.snapshot.count == 4)
        #expect(try names(path) == ["new", "b", "theirs", "nameless"])
    }

    @Test("a journal that is more than edits of these contacts has the file read whole")
    func otherJournals() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        _ = try Store(opening: path).commit([Self.rename(.id("c1"), "mine")])
        let journal = path + ".journal"
        let steps = try Scratch.text(at: journal)
        _ = try scratch.file("contacts.json.journal", steps + "[\"00000000\",{}]\n" + steps)
        let damaged = try Store(opening: path, options: Self.options([.id("c1")]))
        #expect(damaged.snapshot.count == 4 && damaged.readOnly == .damage)
        // The journal of another file.
        let other = try Scratch()
        let otherText = Self.text.replacing("\"b\"", with: "\"B\"")
        let otherPath = try other.file("contacts.json", otherText)
        _ = try Store(opening: otherPath).commit([Self.rename(.id("c1"), "mine")])
        let foreign = try Scratch.text(at: otherPath + ".journal")
        _ = try scratch.file("contacts.json.journal", foreign)
        let rebased = try Store(opening: path, options: Self.options([.id("c1")]))
        #expect(rebased.takeNotices() == [.changedOutside(reapplied: 1, conflicts: [])])
        #expect(rebased.snapshot.count == 4)
        _ = try scratch.file("contacts.json.journal", steps)
        _ = try scratch.file("contacts.json", Self.text.replacing("\"a\"", with: "\"theirs\""))
        for _ in 1...2 {
            let store = try Store(opening: path, options: Self.options([.id("c1")]))
            #expect(store.snapshot.openConflicts.count == 1 && store.snapshot.count == 4)
            try store.close()
            #expect(access(path + ".index", F_OK) == 0)
        }
    }

    @Test("where another program takes the journal away nothing of it is lost")
    func journalGone() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        _ = try Store(opening: path).commit([Self.rename(.id("c3"), "theirs")])
        let store = try Store(opening: path, options: Self.options([.id("c1")]))
        _ = try store.commit([Self.rename(.id("c1"), "mine")])
        try #require(unlink(path + ".journal") == 0)
        _ = try store.commit([Self.rename(.id("c1"), "again")])
        #expect(store.takeNotices() == [.journalGone(restored: 2, conflicts: [])])
        #expect(try names(path) == ["again", "b", "theirs", "d"])
    }

    @Test("a file that another program has written is read whole, also of the same size and time")
    func stale() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        var before = stat()
        try #require(stat(path, &before) == 0)
        let descriptor = open(path, O_WRONLY)
        let bytes = Array(Self.text.replacing("c1", with: "c9").utf8)
        try #require(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
        var times = [before.st_atim, before.st_mtim]
        try #require(futimens(descriptor, &times) == 0)
        close(descriptor)
        let key = ContactKey.id("c9")
        let store = try Store(opening: path, options: Self.options([key]))
        #expect(store.snapshot.count == 4)
        _ = try store.commit([Self.rename(key, "x")])
        try store.close()
        // It is known anew.
        #expect(try Store(opening: path, options: Self.options([.id("c1")])).snapshot.count == 0)
        #expect(try Store(opening: path, options: Self.options([key])).snapshot.count == 1)
    }

    @Test("an index that is damaged anywhere, or cut off, gives no other answer")
    func damaged() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        let index = try Scratch.bytes(at: path + ".index")
        let damages = (0..<index.count).map { place in
            var bytes = index
            bytes[place] ^= 1 << UInt8(place % 8)
            return bytes
        }
        let cuts = (0..<index.count).map { Array(index[..<$0]) }
        for bytes in damages + cuts + [index + [0]] {
            _ = try scratch.file("contacts.json.index", bytes: bytes)
            for (key, name) in [("c1", "a"), ("c3", "c")] {
                let store = try Store(opening: path, options: Self.options([.id(key)]))
                let number = try store.snapshot.number(of: .id(key))
                #expect(store.snapshot.contact(number).name == name)
                #expect(store.snapshot.soleNumber(of: .id("none")) == nil)
            }
        }
    }

    @Test("one that is damaged within is made anew by who had to read the file")
    func mended() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        var bytes = try Scratch.bytes(at: path + ".index")
        bytes[96] ^= 1
        _ = try scratch.file("contacts.json.index", bytes: bytes)
        try Store(opening: path, options: Self.options([.id("c1")])).close()
        #expect(try Store(opening: path, options: Self.options([.id("c1")])).snapshot.count == 1)
    }

    @Test("that of somebody who could not have written the contacts is not believed")
    func stranger() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        // Only root can make it a stranger's.
        let isStrangers = chown(path + ".index", 65_534, 65_534) == 0
        for _ in 1...2 {
            let store = try Store(opening: path, options: Self.options([.id("c1")]))
            #expect(store.snapshot.count == (isStrangers ? 4 : 1))
        }
    }

    @Test("none is made by who reads, of a small file, or of one written a moment ago")
    func none() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", Self.text)
        var small = Self.options([])
        small.keptSize = 10_000
        var early = Self.options([])
        early.restBeforeIndex = 1000
        var reading = Self.options([])
        reading.readsOnly = true
        var folded = Self.options([])
        folded.smallSize = 10_000
        for options in [small, folded, early, reading, Self.options(nil)] {
            try Store(opening: path, options: options).close()
            #expect(access(path + ".index", F_OK) != 0)
        }
        try Store(opening: path, options: Self.options([])).close()
        small.wanted = [.id("c1")]
        #expect(try Store(opening: path, options: small).snapshot.count == 4)
        try #require(unlink(path + ".index") == 0)
        let victim = try scratch.file("victim", "important\n")
        try #require(symlink(victim, path + ".index") == 0)
        let store = try Store(opening: path, options: Self.options([.id("c1")]))
        #expect(store.snapshot.count == 4)
        try store.close()
        #expect(try Scratch.text(at: victim) == "important\n")
    }

    @Test("it is for the same people as the file")
    func rights() throws {
        let scratch = try Scratch()
        let path = try indexed(in: scratch)
        var status = stat()
        try #require(chmod(path, 0o640) == 0)
        _ = try Store(opening: path)
        try #require(stat(path + ".index", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
    }
}
