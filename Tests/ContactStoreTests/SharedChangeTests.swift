import ContactModel
import ContactStore
import Glibc
import JSONText
import Synchronization
import TestGround
import Testing

/// Changes of tags that stand in the journal once for all contacts, against the same changes made
/// contact by contact.
@Suite("Changes that many contacts share")
struct SharedChangeTests {
    private static let old = "2026-01-01T00:00:00+00:00"

    /// Contacts written in every way, most of them with a time of change.
    private func text(_ book: inout MixedBook, seed: UInt64) -> [UInt8] {
        var text = UglyText(seed: seed)
        text.write(
            (0..<24).map { _ in
                var contact = book.contact()
                if !book.chance(of: 4) { contact["updated_at"] = .string(Self.old) }
                return contact
            })
        return text.bytes
    }

    private func retag(_ book: inout MixedBook) throws -> (add: TagList, remove: TagList) {
        let tags = ["new", "vip", "beta", "é", "b f"]
        let add = TagList(stored: [book.pick(tags), book.pick(tags)])
        return (add, TagList(stored: [book.pick(tags)]).subtracting(add))
    }

    /// What contacts hold, but for the time of a change that differs by when it was made.
    private func records(_ snapshot: Snapshot) -> [JSONObject] {
        snapshot.select(.all, order: SortOrder()).map { number in
            var record = snapshot.contact(number).record
            if let time = record["updated_at"], time != .string(Self.old) {
                record["updated_at"] = .string("changed")
            }
            return record
        }
    }

    private func expectSame(_ one: Snapshot, _ other: Snapshot) throws {
        let (records, others) = (records(one), records(other))
        #expect(records.count == others.count)
        for (record, other) in zip(records, others) {
            let (text, otherText) = (
                JSONValue.object(record).jsonText, JSONValue.object(other).jsonText
            )
            #expect(text == otherText)
        }
        #expect(one.tagCounts == other.tagCounts)
        let asked = [
            "", "tag:new", "-tag:vip", "tag:b* a", "updated>2026-06-01", "updated<2026-06-01",
            "is:flagged", "a OR tag:é",
        ]
        for text in asked {
            let query = try Query(text, clock: .still)
            let found = [one, other].map { $0.select(query, order: .byName) }
            #expect(found[0] == found[1], "\(text)")
        }
        for written in ["tags:desc", "tags,name", "updated_at"] {
            let order = try #require(SortOrder(written: written))
            for snapshot in [one, other] {
                let present = snapshot.select(.all, order: SortOrder())
                let expected = order.order(of: present.map(snapshot.contact)).map { present[$0] }
                #expect(snapshot.select(.all, order: order) == expected, "\(written)")
            }
        }
    }

    @Test(
        "are what changes one by one are, also read anew and taken back", arguments: 1...6)
    func likeOneByOne(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let bytes = text(&book, seed: seed)
        let scratch = try Scratch()
        let options = StoreOptions.keepingHalf(of: seed)
        let paths = try ["one.json", "all.json"].map { try scratch.file($0, bytes: bytes) }
        let (one, all) = (
            try Store(opening: paths[0], options: options),
            try Store(opening: paths[1], options: options)
        )
        if seed > 3 { try putBack(&book, in: [one, all]) }
        let window = try Store(opening: paths[1], options: options)
        let before = records(one.snapshot)
        for _ in 0..<3 {
            let chosen = one.snapshot.select(.all, order: SortOrder())
                .filter { _ in !book.chance(of: 4) }
            let (add, remove) = try retag(&book)
            let change = Change.retag(add: add, remove: remove)
            var changed = 0
            for number in chosen {
                let key = try #require(one.snapshot.row(number).key)
                let made = try? one.commit([ContactChange(key: key, change: change)])
                if made?.first?.outcome == .changed { changed += 1 }
            }
            let outcome = try all.retag(chosen, of: all.snapshot, add: add, remove: remove)
            #expect(outcome.changed == changed)
            try expectSame(one.snapshot, all.snapshot)
            try rename(book.pick(chosen), in: [one, all])
            try expectSame(one.snapshot, all.snapshot)
        }
        try expectSame(all.snapshot, try window.latest())
        let reread = try Store(opening: paths[1], options: StoreOptions(readsOnly: true))
        try expectSame(all.snapshot, reread.snapshot)
        let taken = try all.undo(6)
        #expect(taken.allSatisfy { $0.skipped.isEmpty })
        for (now, then) in zip(records(all.snapshot), before) {
            #expect(now["tags"] == then["tags"])
            #expect(now["name"] == then["name"])
        }
        try expectSame(all.snapshot, try window.latest())
        _ = try all.redo(6)
        try expectSame(all.snapshot, one.snapshot)
        try all.fold()
        try one.fold()
        try expectSame(all.snapshot, one.snapshot)
        for path in paths {
            let anew = try Store(opening: path, options: StoreOptions(readsOnly: true))
            try expectSame(all.snapshot, anew.snapshot)
        }
        let numbers = all.snapshot.select(.all, order: SortOrder())
        _ = try all.retag(
            numbers, of: all.snapshot, add: TagList(), remove: TagList(stored: ["vip", "beta"]))
        try all.fold()
        let anew = try Store(opening: paths[1], options: StoreOptions(readsOnly: true))
        try expectSame(all.snapshot, anew.snapshot)
    }

    /// Lets some contacts be such as were taken away, folded and put back since: they stand in no
    /// file.
    private func putBack(_ book: inout MixedBook, in stores: [Store]) throws {
        let numbers = stores[0].snapshot.select(.all, order: SortOrder())
            .filter { _ in book.chance(of: 3) }
        for store in stores {
            let deletions = numbers.compactMap { number -> ContactChange? in
                guard let key = store.snapshot.row(number).key else { return nil }
                if case .place = key { return nil }
                return ContactChange(key: key, change: .delete)
            }
            #expect(try store.apply(deletions).changed > 0)
            try store.fold()
            _ = try store.undo()
        }
    }

    private func rename(_ number: Int32, in stores: [Store]) throws {
        for store in stores {
            let key = try #require(store.snapshot.row(number).key)
            let patch = ContactPatch(name: .set("renamed"))
            _ = try? store.commit([ContactChange(key: key, change: .update(patch))])
        }
    }

    private func create(_ number: Int, in store: Store) throws {
        let phone = try PhoneNumber(parsing: "+1555000000\(number)")
        let change = Change.create(ContactPatch(), source: "manual")
        _ = try store.commit([ContactChange(key: .phone(phone), change: change)])
    }

    private func book(_ count: Int) -> String {
        let lines = (0..<count).map { number in
            #"{"id":"00000000-0000-4000-8000-\#(100_000_000_000 + number)","#
                + #""tags":["a"],"updated_at":"\#(Self.old)"}"#
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }

    @Test(
        "take one wait for the disk and little more than the names, also beside unfolded contacts",
        arguments: [0, 3])
    func bounded(made: Int) throws {
        let count = 2_000
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(count))
        let syncs = Mutex(0)
        var options = StoreOptions()
        options.onSync = { syncs.withLock { $0 += 1 } }
        let store = try Store(opening: path, options: options)
        for number in 0..<made { try create(number, in: store) }
        let tags = try TagList(csv: "b")
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let outcome = try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList())
        #expect(outcome.changed == count + made)
        #expect(syncs.withLock(\.self) == 1 + made)
        try expectSame(store.snapshot, try Store(opening: path).snapshot)
        let journal = try Scratch.text(at: path + ".journal")
        #expect(journal.utf8.count < 45 * count)
        let lines = journal.split(separator: "\n")
        #expect(lines.count == 2 + made)
        for line in lines {
            #expect(try JSONValue(parsing: Array(line.utf8)).array?.count == 2)
        }
        _ = try store.undo()
        let both = try Scratch.text(at: path + ".journal").utf8.count
        #expect(both < 2 * 45 * count)
        #expect(
            try store.log(limit: 2).map(\.what.text)
                == ["-b", "+b"].map { "\($0) \(count + made)" })
        #expect(try store.log(limit: 1)[0].lines.count == LogEntry.lineLimit)
    }

    @Test("undo passes over those whose tag somebody took away, and names them")
    func undoSkips() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(20))
        let store = try Store(opening: path)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let tags = TagList(stored: ["b", "c"])
        _ = try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList())
        try store.fold()
        var lines = try Scratch.text(at: path).split(separator: "\n").map(String.init)
        // One has lost both, one is gone, and one has a tag of another person's.
        lines[5] = lines[5].replacing(#"["a","b","c"]"#, with: #"["a"]"#)
        lines[9] = lines[9].replacing(#"["a","b","c"]"#, with: #"["a","b","c","d"]"#)
        let (lost, gone) = (store.snapshot.row(4).key, store.snapshot.row(6).key)
        lines.remove(at: 7)
        _ = try scratch.file("contacts.json", lines.joined(separator: "\n") + "\n")
        _ = try store.latest()
        #expect(try store.plan(.undo, 1).lines.count == 18)
        let undone = try store.undo()[0]
        #expect(Set(undone.skipped) == Set([lost, gone].compactMap(\.self)))
        #expect(undone.restored.count == 18)
        #expect(store.snapshot.contact(7).tags.texts == ["a", "d"])
        #expect(store.snapshot.contact(8).tags.texts == ["a"])
        #expect(try store.redo()[0].restored.count == 18)
        #expect(store.snapshot.contact(7).tags.texts == ["a", "b", "c", "d"])
    }

    @Test("one of which everything was changed since is told, and passed over by the next undo")
    func passedOver() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(2))
        let store = try Store(opening: path)
        let keys = (0..<2).compactMap { store.snapshot.row($0).key }
        for key in keys {
            let patch = ContactPatch(tags: TagList(stored: "mine"))
            _ = try store.commit([ContactChange(key: key, change: .update(patch))])
        }
        try store.fold()
        var lines = try Scratch.text(at: path).split(separator: "\n").map(String.init)
        lines[2] = lines[2].replacing("mine", with: "theirs")
        _ = try scratch.file("contacts.json", lines.joined(separator: "\n") + "\n")
        let first = try store.undo()
        #expect(first.map(\.skipped) == [[keys[1]]])
        #expect(first.map(\.restored) == [[]])
        let second = try store.undo()
        #expect(second.map(\.restored) == [[keys[0]]])
        #expect(second.map(\.skipped) == [[]])
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
        #expect(store.snapshot.contact(1).tags.texts == ["theirs"])
    }

    @Test("keep what they can where another program has written the file meanwhile")
    func rebased() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book(20))
        let store = try Store(opening: path)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        let tags = try TagList(csv: "b")
        _ = try store.retag(everybody, of: store.snapshot, add: tags, remove: TagList())
        _ = try scratch.file("contacts.json", book(20).replacing("100000000007", with: "x"))
        #expect(try store.latest().tagCounts.first { $0.tag.text == "b" }?.count == 19)
        let gone = ContactKey.id("00000000-0000-4000-8000-100000000007")
        #expect(
            store.takeNotices() == [
                .changedOutside(
                    reapplied: 1,
                    conflicts: [
                        StoreConflict(key: gone, field: "contact", isOpen: true, isMissing: true)
                    ])
            ])
        #expect(try store.undo().map(\.restored.count) == [20], "what waits is given up")
    }

    @Test("counts what an edit would do as contact by contact is counted", arguments: 0..<8)
    func survey(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", bytes: text(&book, seed: seed))
        let store = try Store(opening: path)
        let (add, remove) = try retag(&book)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        _ = try store.retag(
            Array(everybody.prefix(20)), of: store.snapshot, add: add, remove: remove)
        let snapshot = store.snapshot
        for edit in [
            BulkEdit.retag(add: add, remove: remove),
            .renameTag(from: remove.tags.first ?? add.tags[0], to: add.tags[0]),
        ] {
            var (all, each) = (BulkEffect(of: edit), BulkEffect(of: edit))
            let changing = everybody.filter { number in
                let row = ContactRow(
                    contact: snapshot.contact(number),
                    key: .place(number, reading: snapshot.reading))
                return each.count(row) != nil
            }
            #expect(snapshot.survey(everybody, by: edit, in: &all, while: { true }) == changing)
            #expect(all == each)
        }
        let edit = BulkEdit.retag(add: add, remove: remove)
        var broken = BulkEffect(of: edit)
        #expect(snapshot.survey(everybody, by: edit, in: &broken, while: { false }) == nil)
    }
}
