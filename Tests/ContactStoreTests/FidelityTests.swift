import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

@Suite("A file edited by hand keeps its looks")
struct FidelityTests {
    /// Edits one contact, folds, and gives back the file's text.
    private func edited(
        _ text: String, _ change: ContactChange, file: String = "contacts.json"
    ) throws -> String {
        let scratch = try Scratch()
        let path = try scratch.file(file, text)
        let store = try Store(opening: path)
        _ = try store.commit([change])
        try store.close()
        return try Scratch.text(at: path)
    }

    private func update(_ id: String, _ patch: ContactPatch) -> ContactChange {
        ContactChange(key: .id(id), change: .update(patch))
    }

    @Test("only the value's bytes change, whatever the formatting")
    func oddFormatting() throws {
        let text =
            "\u{FEFF} [\r\n\t{ \"x\":[1,\t2 ],\"name\" :\t\"A\\u006Ea\", \"id\":\"c1\" , "
            + "\"n\":9120.00,\"name2\":\"\\/\" }\r\n,\t{\"id\":\"c2\"}\r\n ] \n"
        let result = try edited(text, update("c1", ContactPatch(name: .set("Eva"))))
        #expect(result == text.replacing("\"A\\u006Ea\"", with: "\"Eva\""))
    }

    @Test("a time of change that is no text stays as it is")
    func oddTime() throws {
        let text = #"[{"id":"c1","name":"a","updated_at":1700000000}]"#
        let change = update("c1", ContactPatch(name: .set("x")))
        #expect(try edited(text, change) == text.replacing("\"a\"", with: "\"x\""))
    }

    @Test("the last of repeated names is the one that counts, and the one that changes")
    func repeatedNames() throws {
        let text = #"[{"id":"c1","name":"a","name":"b"}]"#
        let result = try edited(text, update("c1", ContactPatch(name: .set("x"))))
        #expect(result == #"[{"id":"c1","name":"a","name":"x"}]"#)
    }

    @Test("a new member takes over the spacing of its object")
    func insertion() throws {
        let email = EmailAddress("a@b.co").map(FieldEdit.set)
        let patch = ContactPatch(email: email)
        #expect(
            try edited("[{\"id\":\"c1\",\"n\":1}]", update("c1", patch))
                == "[{\"id\":\"c1\",\"n\":1,\"email\":\"a@b.co\"}]")
        #expect(
            try edited("[\n  {\n    \"id\": \"c1\",\n    \"n\": 1\n  }\n]\n", update("c1", patch))
                == "[\n  {\n    \"id\": \"c1\",\n    \"n\": 1,\n    \"email\": \"a@b.co\"\n  }\n]\n"
        )
        #expect(
            try edited("[{ \"id\": \"c1\" }]", update("c1", patch))
                == "[{ \"id\": \"c1\", \"email\": \"a@b.co\" }]")
    }

    @Test("tags that stay keep every byte, half a character too")
    func keptTags() throws {
        let text = #"[{"id":"c1","tags":["v\u0069p", "\ud800x","b\/c"]}]"#
        let patch = ContactPatch(tags: try TagList(csv: "vip,\u{FFFD}x,b/c,q"))
        #expect(
            try edited(text, update("c1", patch)) == text.replacing("]}]", with: #", "q"]}]"#))
        let fewer = ContactPatch(tags: try TagList(csv: "vip,b/c"))
        #expect(
            try edited(text, update("c1", fewer)) == #"[{"id":"c1","tags":["v\u0069p", "b\/c"]}]"#)
    }

    @Test("lists keep the way they were laid out")
    func lists() throws {
        let patch = ContactPatch(tags: try TagList(csv: "a,b,c"))
        #expect(
            try edited(#"[{"id":"c1","tags":["a","b"]}]"#, update("c1", patch))
                == #"[{"id":"c1","tags":["a","b","c"]}]"#)
        #expect(
            try edited("[{\"id\":\"c1\",\"tags\":[\n  \"a\",\n  \"b\"\n ]}]", update("c1", patch))
                == "[{\"id\":\"c1\",\"tags\":[\n  \"a\",\n  \"b\",\n  \"c\"\n ]}]")
        #expect(
            try edited(#"[{"id": "c1", "tags": []}]"#, update("c1", patch))
                == #"[{"id": "c1", "tags": ["a", "b", "c"]}]"#)
    }

    @Test("metadata changes key by key; a missing object is made")
    func metadata() throws {
        let patch = ContactPatch(metadata: ["b": .bool(true)])
        #expect(
            try edited(#"[{"id":"c1","metadata":{"a":9120.00 ,"b":[1]}}]"#, update("c1", patch))
                == #"[{"id":"c1","metadata":{"a":9120.00 ,"b":true}}]"#)
        #expect(
            try edited(#"[{"id":"c1","metadata":null}]"#, update("c1", patch))
                == #"[{"id":"c1","metadata":{"b":true}}]"#)
        let removal = ContactChange(key: .id("c1"), change: .removeMetadata(["a", "c"]))
        #expect(
            try edited(#"[{"id":"c1","metadata":{"a":1, "b":2, "c":3}}]"#, removal)
                == #"[{"id":"c1","metadata":{"b":2}}]"#)
    }

    @Test("updated_at is set where the contact has one, in UTC, and nothing else is")
    func updatedAt() throws {
        let text = #"[{"id":"c1","name":"a","updated_at":"2020-01-01T00:00:00+00:00"},{"id":"c2"}]"#
        let result = try edited(text, update("c1", ContactPatch(name: .set("b"))))
        let value = try JSONValue(parsing: result)
        let time = try #require(value.array?[0].object?["updated_at"]?.text)
        #expect(time.hasSuffix("+00:00"))
        #expect(time.count == 25)
        #expect(
            result
                == text.replacing("\"a\"", with: "\"b\"").replacing(
                    "2020-01-01T00:00:00+00:00", with: time))
    }

    @Test("contacts are added as the others stand, and taken away with one comma")
    func addAndDelete() throws {
        let head =
            #"{"data": ["# + "\n"
            + ["c1", "c2", "c3"].map { #"  {"id":"\#($0)"}"# }.joined(separator: ",\n")
        let text = head + "\n], \"page\": 1}\n"
        for (id, rest) in [("c1", ["c2", "c3"]), ("c2", ["c1", "c3"]), ("c3", ["c1", "c2"])] {
            let result = try edited(text, ContactChange(key: .id(id), change: .delete))
            let lines = rest.map { "  {\"id\":\"\($0)\"}" }.joined(separator: ",\n")
            #expect(result == "{\"data\": [\n\(lines)\n], \"page\": 1}\n")
        }
        let phone = try PhoneNumber(parsing: "+15550001001")
        let create = ContactChange(
            key: .phone(phone), change: .create(ContactPatch(name: .set("N")), source: "manual"))
        let grown = try edited(text, create)
        #expect(grown.hasPrefix(head + #","# + "\n" + #"  {"id":""#))
        #expect(grown.hasSuffix("\n], \"page\": 1}\n"))
        for empty in ["[]", "[ ]\n", "[\n]\n", "{\"data\":[]}"] {
            let made = try edited(empty, create)
            let value = try JSONValue(parsing: made)
            #expect((value.array ?? value.object?["data"]?.array)?.count == 1)
        }
    }

    @Test("a patch that writes nothing new writes nothing")
    func nothingNew() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1","name":"a","updated_at":"x"}]"#)
        let store = try Store(opening: path)
        let receipts = try store.commit([update("c1", ContactPatch(name: .set("a")))])
        #expect(receipts.map(\.outcome) == [.unchanged])
        try store.close()
        #expect(try Scratch.text(at: path) == #"[{"id":"c1","name":"a","updated_at":"x"}]"#)
        #expect(throws: ScratchFailure.self) { try Scratch.text(at: path + ".journal") }
    }

    @Test("random edits of random files change exactly what was asked", arguments: 0..<150)
    func randomEdits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var book = RandomBook(&random)
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", book.text)
        for _ in 0..<3 {
            let store = try Store(opening: path)
            for _ in 0..<3 { try store.commit([book.change(&random)]).forEach { _ in } }
            if random.next() % 2 == 0 { try store.close() } else { try store.fold() }
        }
        let value = try JSONValue(parsing: try Scratch.text(at: path))
        #expect(value == book.expected)
    }

    @Test("of two lists of contacts the last one counts, and the other stays")
    func twoLists() throws {
        let text = #"{"data":[{"id":"c1","name":"a"},{"id":"c2"}],"n":1,"d\u0061ta":[{"id":"c1"}]}"#
        #expect(
            try edited(text, update("c1", ContactPatch(name: .set("b"))))
                == text.replacing(#"[{"id":"c1"}]"#, with: #"[{"id":"c1","name":"b"}]"#))
    }

    @Test("adding and taking away tags leaves the bytes of all others alone", arguments: 0..<40)
    func tagBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func pick(_ texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
        let others = [
            #""caf\u00e9""#, #""a\/b""#, #""\ud83d\ude00""#, #""x""#, #""x""#, #""\ud800""#,
            #""\udc00""#, #""\u0079""#,
        ]
        for _ in 0..<20 {
            let gap = pick(["", " ", "\n   ", "\t"])
            let elements = (0..<random.next() % 6).map { _ in pick(others) }
            func list(_ elements: [String]) -> String {
                elements.isEmpty ? "[]" : "[\(gap)" + elements.joined(separator: ",\(gap)") + " ]"
            }
            func book(_ list: String) -> String { #"[{"id":"c1", "tags":\#(list) , "z":1.0}]"# }
            let gone = pick(["x", "y", "café", "none"])
            let written = ["x": [#""x""#], "y": [#""\u0079""#], "café": [#""caf\u00e9""#]][gone]
            let kept = elements.filter { written?.contains($0) != true }
            let change = Change.retag(
                add: try TagList(csv: "new"), remove: try TagList(csv: gone))
            let found = try edited(
                book(list(elements)), ContactChange(key: .id("c1"), change: change))
            guard !kept.isEmpty else { continue }
            // A single element shows no comma; then the record's own stand for it.
            let lone = elements.count == 1 && !gap.contains("\n")
            let end = kept.joined(separator: ",\(gap)") + ",\(lone ? " " : gap)\"new\" ]"
            #expect(found == book("[\(gap)" + end))
        }
    }
}

/// A file with odd spacing, and what it should hold after each change.
struct RandomBook {
    private(set) var text: String
    private(set) var expected: JSONValue
    private let count = 4

    init(_ random: inout SplitMix64) {
        let spaces = ["", " ", "\n\t", "\r\n  "]
        func space() -> String { spaces[Int(random.next() % 4)] }
        let records = (0..<count).map { index -> String in
            var members = ["\"id\"\(space()):\"c\(index)\""]
            if random.next() % 2 == 0 { members.append("\"name\":\(space())\"N\\u00e9\"") }
            if random.next() % 2 == 0 { members.append("\"tags\":[\"a\",\(space())\"b\"]") }
            if random.next() % 2 == 0 {
                members.append("\"metadata\":{\"k\":9120.00\(space()),\"l\":[1,{}]}")
            }
            if random.next() % 2 == 0 { members.append("\"odd\":\"\\/\\u0041\"") }
            members.shuffle(using: &random)
            return "{\(space())" + members.joined(separator: "\(space()),\(space())")
                + "\(space())}"
        }
        let list =
            "[\(space())" + records.joined(separator: "\(space()),\(space())") + "\(space())]"
        text = random.next() % 2 == 0 ? list : "{\"a\":1,\"data\":\(list),\"b\":2}"
        expected = (try? JSONValue(parsing: text)) ?? .null
    }

    /// A change, which is carried out on what is expected as well.
    mutating func change(_ random: inout SplitMix64) throws -> ContactChange {
        let index = Int(random.next() % UInt64(count))
        let key = ContactKey.id("c\(index)")
        var records = expected.array ?? expected.object?["data"]?.array ?? []
        var record = records[index].object ?? [:]
        let change: Change
        switch random.next() % 4 {
        case 0:
            let name = "n\(random.next() % 5)"
            record["name"] = .string(name)
            change = .update(ContactPatch(name: .set(name)))
        case 1:
            var metadata = record["metadata"]?.object ?? [:]
            metadata["k"] = .object(["z": .number(JSONNumber(Int(random.next() % 9)))])
            record["metadata"] = .object(metadata)
            change = .update(ContactPatch(metadata: ["k": metadata["k"] ?? .null]))
        case 2:
            let present = record["tags"]?.array ?? []
            let new = JSONValue.string("t\(random.next() % 3)")
            if !present.contains(new) { record["tags"] = .array(present + [new]) }
            change = .retag(add: try TagList(csv: new.text ?? ""), remove: TagList())
        default:
            if var metadata = record["metadata"]?.object {
                metadata["l"] = nil
                record["metadata"] = .object(metadata)
            }
            change = .removeMetadata(["l"])
        }
        records[index] = .object(record)
        if var envelope = expected.object {
            envelope["data"] = .array(records)
            expected = .object(envelope)
        } else {
            expected = .array(records)
        }
        return ContactChange(key: key, change: change)
    }
}
