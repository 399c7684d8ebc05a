import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

/// The store's evaluation of queries and orders against the plain one.
@Suite struct SelectingTests {
    @Test("selects what plain judgement selects, on random contacts and queries", arguments: 0..<20)
    func matching(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        var options = StoreOptions()
        options.keptSize = seed % 2 == 0 ? 0 : 1 << 20
        let path = try scratch.file("contacts.json", book.file(of: 40))
        let store = try Store(opening: path, options: options)
        _ = try store.commit(book.edits(of: store.snapshot))
        let snapshot = store.snapshot
        let present = snapshot.select(.all, order: SortOrder())
        #expect(present.count == snapshot.count)
        let marks = RowSet(present.filter { _ in book.chance(of: 3) })
        let rows = present.map(snapshot.row)
        var hits = 0
        for _ in 0..<40 {
            let text = book.query(depth: 3)
            guard let query = try? Query(text, clock: .still) else {
                Issue.record("\(text) was not read")
                continue
            }
            let expected = rows.filter {
                query.matches($0, isMarked: marks.contains($0.number))
            }.map(\.number)
            hits += expected.count
            #expect(
                snapshot.select(query, order: SortOrder(), marks: marks) == expected, "\(text)")
        }
        #expect(hits > 0)
    }

    @Test("sorts as contacts are sorted without a store", arguments: 0..<6)
    func sorting(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let store = try Store(opening: scratch.file("contacts.json", book.file(of: 60)))
        _ = try store.commit(book.edits(of: store.snapshot))
        let snapshot = store.snapshot
        let present = snapshot.select(.all, order: SortOrder())
        let contacts = present.map(snapshot.contact)
        for written in [
            "name", "name:desc", "created_at", "meta.k:desc", "meta.o.k,name:desc", "tags",
            "total_messages:desc,meta.k", "phone", "id:desc", "last_message_at:desc", "source",
            "source:desc,id", "locale,updated_at", "meta.a b", "meta.l:desc", "tags:desc,email",
            "meta.nothing,name", "opted_in_at,phone:desc",
        ] {
            let order = try #require(SortOrder(written: written))
            let expected = order.order(of: contacts).map { present[$0] }
            #expect(snapshot.select(.all, order: order) == expected, "\(written)")
        }
    }

    @Test("tags are counted in the file and in what was changed since", arguments: 0..<4)
    func tagCounts(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let store = try Store(opening: scratch.file("contacts.json", book.file(of: 40)))
        _ = try store.commit(book.edits(of: store.snapshot))
        let snapshot = store.snapshot
        var counts: [ContactModel.Tag: Int] = [:]
        for number in snapshot.select(.all, order: SortOrder()) {
            for tag in snapshot.contact(number).tags.tags { counts[tag, default: 0] += 1 }
        }
        let told = snapshot.tagCounts
        #expect(told.count == counts.count)
        #expect(told.allSatisfy { counts[$0.tag] == $0.count })
    }

    @Test("members whose names are written with escapes are the same members")
    func escapedNames() throws {
        let scratch = try Scratch()
        let text = #"[{"\u0069d":"a","na\u006de":"Zo\u00eb","t\u0061gs":["v\u0069p"]}]"#
        let snapshot = try Store(opening: scratch.file("contacts.json", text)).snapshot
        for query in ["zoe", "name:zoe", "tag:vip", "id:=a"] {
            let found = snapshot.select(try Query(query, clock: .still), order: .byName)
            #expect(found == [0], "\(query)")
        }
    }
}
