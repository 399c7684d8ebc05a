import ContactModel
import JSONText
import TestGround
import Testing

@Suite("Contacts as lines in a person's editor")
struct ContactLinesTests {
    private func row(_ text: String, key: ContactKey?, _ number: Int32) throws -> ContactRow {
        let record = try #require(try JSONValue(parsing: text).object)
        return ContactRow(contact: Contact(record: record), key: key, number: number)
    }

    private func rows() throws -> [ContactRow] {
        [
            try row(
                #"{"id":"a","phone":"+1555","name":"Ana","email":null,"tags":["x","y"],"#
                    + #""metadata":{"n":9120.00,"k":1}}"#,
                key: .id("a"), 0),
            try row(#"{"id":"b","name":"Bo"}"#, key: .id("b"), 1),
            try row(#"{"name":"Nobody"}"#, key: .place(2, reading: 1), 2),
        ]
    }

    private func changes(
        _ edit: (String) -> String, canRemove: Bool = true
    ) throws -> [ContactChange] {
        let lines = ContactLines(try rows(), canRemoveMetadata: canRemove)
        return try lines.changes(in: edit(lines.text))
    }

    private func flaw(
        canRemove: Bool = true, _ edit: (String) -> String
    ) throws -> ContactLines.Flaw? {
        do {
            _ = try changes(edit, canRemove: canRemove)
            return nil
        } catch let flaws as ContactLines.Flaws {
            return flaws.first.first
        }
    }

    @Test("an untouched text means nothing, and so does a line that is gone")
    func untouched() throws {
        #expect(try changes { $0 }.isEmpty)
        #expect(
            try changes { text in
                text.split(separator: "\n").filter { !$0.contains("Ana") }.joined(separator: "\n")
            }.isEmpty)
    }

    @Test("only what differs becomes a patch; a key that is gone is taken away")
    func edited() throws {
        let found = try changes {
            $0.replacing(#""name":"Ana","email":null"#, with: #""name":null,"email":"a@b.co""#)
                .replacing(#""n":9120.00,"k":1"#, with: #""n":9120.00,"new":true"#)
        }
        let patch = ContactPatch(
            name: .clear, email: EmailAddress("a@b.co").map(FieldEdit.set),
            metadata: ["new": .bool(true)])
        let ana = try rows()[0].contact
        #expect(
            found == [
                ContactChange(key: .id("a"), change: .update(patch), unlessChangedFrom: ana),
                ContactChange(
                    key: .id("a"), change: .removeMetadata(["k"]), unlessChangedFrom: ana),
            ])
    }

    @Test("tags come and go one by one, so that those that others add meanwhile stay")
    func tags() throws {
        func tagged(_ tags: String) throws -> [Change] {
            try changes { $0.replacing(#""tags":["x","y"]"#, with: #""tags":"# + tags) }
                .map(\.change)
        }
        let list = { (texts: String) throws in try TagList(csv: texts) }
        #expect(
            try tagged(#"["y","z"]"#) == [.retag(add: list("z"), remove: list("x"))])
        #expect(try tagged("[]") == [.retag(add: TagList(), remove: list("x,y"))])
        let inOtherOrder = try tagged(#"["z","x","y"]"#)
        #expect(inOtherOrder == [.update(ContactPatch(tags: try list("z,x,y")))])
    }

    @Test("a contact without id and phone is known by its line")
    func nameless() throws {
        let found = try changes { $0.replacing("Nobody", with: "Somebody") }
        let patch = ContactPatch(name: .set("Somebody"))
        #expect(
            found.map(\.key) == [.place(2, reading: 1)] && found.map(\.change) == [.update(patch)])
    }

    @Test("every wrong line is told, the first ones with their reasons")
    func manyMistakes() throws {
        let wrong = String(repeating: "{\n", count: 12)
        do {
            _ = try changes { $0 + #"{"id":"z"}"# + "\n" + wrong }
            Issue.record("nothing was found wrong")
        } catch let flaws as ContactLines.Flaws {
            #expect(flaws.count == 13)
            #expect(flaws.first.map(\.line) == Array(6...15))
            #expect(flaws.first.first?.reason == .stranger)
        }
    }

    @Test("an id alone, or a number alone, says who is meant")
    func halfNamed() throws {
        for gone in [#""phone":"+1555","#, #""id":"a","#] {
            let found = try changes {
                $0.replacing(gone, with: "").replacing(#""name":"Ana""#, with: #""name":"Anna""#)
            }
            let patch = ContactPatch(name: .set("Anna"))
            #expect(found.map(\.key) == [.id("a")] && found.map(\.change) == [.update(patch)])
        }
    }

    @Test("a line separator within a value ends no line")
    func separators() throws {
        let found = try changes { $0.replacing("Nobody", with: "No\u{2028}body") }
        let patch = ContactPatch(name: .set("No\u{2028}body"))
        #expect(found.map(\.key) == [.place(2, reading: 1)])
        #expect(found.map(\.change) == [.update(patch)])
    }

    @Test("a mistake is told with its line")
    func mistakes() throws {
        #expect(try flaw { $0 + "{" }?.line == 6)
        #expect(
            try flaw { $0.replacing(#""phone":"+1555""#, with: #""phone":"+1556""#) }?.reason
                == .fixed("phone"))
        #expect(try flaw { $0.replacing(#"{"id":"b""#, with: #"{"id":"z""#) }?.reason == .stranger)
        #expect(try flaw { $0 + #"{"id":"b"}"# }?.reason == .repeated)
        #expect(try flaw { $0.replacing(#""email":null"#, with: #""email":"nope""#) }?.line == 3)
        #expect(
            try flaw(canRemove: false) { $0.replacing(#","k":1"#, with: "") }?.reason
                == .removedKeys(["k"]))
        #expect(
            try flaw { $0.replacing(#""id":"b","#, with: #""id":"b","source":"x","#) }?.reason
                == .fixed("source"))
    }
}

@Suite("Sets of contacts by number")
struct RowSetTests {
    @Test("agree with sets of numbers, whatever is done to them")
    func model() {
        var random = SplitMix64(seed: 7)
        func next() -> Int32 { Int32.random(in: 0..<300, using: &random) }
        for _ in 0..<200 {
            let left = Set((0..<40).map { _ in next() })
            let right = Set((0..<40).map { _ in next() })
            let (a, b) = (RowSet(left), RowSet(right))
            #expect(Array(a) == left.sorted())
            #expect(a.count == left.count)
            #expect(Array(a.union(b)) == left.union(right).sorted())
            #expect(Array(a.intersection(b)) == left.intersection(right).sorted())
            #expect(Array(a.subtracting(b)) == left.subtracting(right).sorted())
            #expect(Array(a.symmetricDifference(b)) == left.symmetricDifference(right).sorted())
            var c = a
            for number in right { c.remove(number) }
            #expect(c == a.subtracting(b))
        }
    }
}
