import ContactModel
import ContactStore
import JSONText
import Synchronization
import TestGround
import Testing

/// The store's evaluation of queries and orders against the plain one.
@Suite struct SelectingTests {
    @Test("selects what plain judgement selects, on random contacts and queries", arguments: 0..<20)
    func matching(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let options = StoreOptions.keepingHalf(of: seed)
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

    @Test("a word of any length is found in whole", arguments: [3, 40, 3000])
    func longWords(half: Int) throws {
        let scratch = try Scratch()
        let word = String(repeating: "жш", count: half) + "c" + String(repeating: "д", count: half)
        let names = [word, word.dropLast() + "e", "e" + word.dropFirst(), "an" + word + "d"]
        let contacts = names.enumerated().map { #"{"id":"\#($0)","name":"\#($1)"}"# }
        let path = try scratch.file("contacts.json", "[\(contacts.joined(separator: ",\n"))]")
        let query = try Query(word, clock: .still)
        let snapshot = try Store(opening: path).snapshot
        #expect(snapshot.select(query, order: SortOrder()) == [0, 3])
    }

    @Test("sorts as contacts are sorted without a store", arguments: 0..<6)
    func sorting(seed: UInt64) throws {
        let scratch = try Scratch()
        let snapshot = try edited(scratch, of: 60, seed)
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

    @Test("sorts names that only zeros at their ends tell apart", arguments: ["name", "name:desc"])
    func zeros(written: String) throws {
        let scratch = try Scratch()
        let list = (0..<90).map { number in
            let zeros = String(repeating: #"\u0000"#, count: number % 7 == 0 ? number % 4 : 0)
            return #"{"id":"\#(number)","name":"eight by\#(zeros)"}"#
        }
        let text = "[\(list.joined(separator: ",\n"))]"
        let snapshot = try Store(opening: scratch.file("contacts.json", text)).snapshot
        let present = snapshot.select(.all, order: SortOrder())
        let order = try #require(SortOrder(written: written))
        let expected = order.order(of: present.map(snapshot.contact)).map { present[$0] }
        #expect(snapshot.select(.all, order: order) == expected)
    }

    @Test("sorts by ids and metadata that several processors read, wherever their shares end")
    func shares() throws {
        let count: Int32 = 20_011
        let places = (0..<count).map { $0 * 7 % count }
        // Only the decoded value of a list tells where it belongs.
        func isList(_ number: Int32) -> Bool { places[Int(number)] % 2000 == 1 }
        let filler = String(repeating: "{[", count: 400)
        let records = (0..<count).map { number -> String in
            let place = places[Int(number)]
            let value = isList(number) ? "[\(place)]" : "\(place)"
            let metadata = #"{"f":"\#(filler)","k":\#(value)}"#
            return #"{"id":"\#(place + 100_000)","metadata":\#(metadata)}"#
        }
        let scratch = try Scratch()
        let list = "[" + records.joined(separator: ",\n") + "]"
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        let sorted = (0..<count).sorted { places[Int($0)] < places[Int($1)] }
        let byID = try #require(SortOrder(written: "id"))
        #expect(snapshot.select(.all, order: byID) == sorted)
        let byValue = try #require(SortOrder(written: "meta.k:desc"))
        let values = snapshot.select(.all, order: byValue)
        #expect(values.count == sorted.count)
        #expect(values.filter { !isList($0) } == sorted.reversed().filter { !isList($0) })
    }

    @Test("tags are counted in the file and in what was changed since", arguments: 0..<4)
    func tagCounts(seed: UInt64) throws {
        let scratch = try Scratch()
        let snapshot = try edited(scratch, of: 40, seed)
        var counts: [ContactModel.Tag: Int] = [:]
        for number in snapshot.select(.all, order: SortOrder()) {
            for tag in snapshot.contact(number).tags.tags { counts[tag, default: 0] += 1 }
        }
        let told = snapshot.tagCounts
        #expect(told.count == counts.count)
        #expect(told.allSatisfy { counts[$0.tag] == $0.count })
    }

    @Test("metadata keys are counted in the file and in what was changed since", arguments: 0..<6)
    func metadataKeys(seed: UInt64) throws {
        let scratch = try Scratch()
        let snapshot = try edited(scratch, of: 40, seed)
        var counts = MetadataKeyCounts()
        for number in snapshot.select(.all, order: SortOrder()) {
            counts.add(snapshot.contact(number))
        }
        #expect(counts.keys.count > 3)
        #expect(snapshot.metadataKeys == counts.keys)
    }

    @Test("a metadata key is counted once a contact, however it is written")
    func escapedKeys() throws {
        let scratch = try Scratch()
        let list = #"""
            [{"metadata":{"b":1,"\u0062":2,"a":3}},{"metadata":{"\u0061":{"x":1}}},
            {"metadata":null},{},{"metadata":{"c":[1],"c":2,"a":0}},{"metadata":{"":1}}]
            """#
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        #expect(snapshot.metadataKeys == ["a", "", "b", "c"])
    }

    @Test("metadata keys of who was deleted or lost them are gone")
    func lostKeys() throws {
        let scratch = try Scratch()
        let list = #"""
            [{"id":"1","metadata":{"a":1}},{"id":"2","metadata":{"b":1}},
            {"id":"3","metadata":{"c":1}}]
            """#
        let store = try Store(opening: scratch.file("contacts.json", list))
        _ = try store.commit([
            ContactChange(key: .id("1"), change: .delete),
            ContactChange(key: .id("2"), change: .removeMetadata(["b"])),
        ])
        #expect(store.snapshot.metadataKeys == ["c"])
    }

    /// Random contacts in a file, some of which were changed since.
    private func edited(_ scratch: Scratch, of count: Int, _ seed: UInt64) throws -> Snapshot {
        var book = MixedBook(seed: seed)
        let store = try Store(opening: scratch.file("contacts.json", book.file(of: count)))
        _ = try store.commit(book.edits(of: store.snapshot))
        return store.snapshot
    }

    /// Contacts in a file of several megabytes, of which nothing is kept in memory.
    private func large(_ scratch: Scratch) throws -> Snapshot {
        let note = String(repeating: "x", count: 100_000)
        let contacts = (0..<40).map { #"{"id":"\#($0)","n":"\#(note)","metadata":{"k":\#($0)}}"# }
        let text = "[" + contacts.joined(separator: ",\n") + "]"
        var options = StoreOptions()
        options.keptSize = 0
        return try Store(opening: scratch.file("contacts.json", text), options: options).snapshot
    }

    @Test("a search that reads the file tells how far it has come")
    func progress() throws {
        let scratch = try Scratch()
        let snapshot = try large(scratch)
        let told = Mutex<[Double]>([])
        let query = try Query("meta.k>29", clock: .still)
        let found = LongWork.$current.withValue(
            LongWork { part in told.withLock { $0.append(part) } }
        ) {
            snapshot.select(query, order: SortOrder())
        }
        #expect(found == Array(30..<40))
        let parts = told.withLock(\.self)
        #expect(parts.count > 2 && parts == parts.sorted() && parts.last == 1)
    }

    @Test("a search that nobody waits for any more reads no further")
    func ended() async throws {
        let scratch = try Scratch()
        let snapshot = try large(scratch)
        let query = try Query("meta.k>=0", clock: .still)
        let found = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return snapshot.select(query, order: SortOrder())
        }.value
        #expect(found.count < 20)
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
