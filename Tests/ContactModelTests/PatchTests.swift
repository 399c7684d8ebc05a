import ContactModel
import JSONText
import TestGround
import Testing

@Suite("update-contact patches")
struct PatchTests {
    private let ana = Contact(record: [
        "id": .string("c1"), "x": .number(JSONNumber(1)), "phone": .string("+15550001001"),
        "name": .string("Ana"), "email": .string("ana@example.com"),
        "tags": .array([.string("vip"), .string("eu")]),
        "metadata": .object(["plan": .string("gold"), "address": .object(["city": .string("Rom")])]
        ),
    ])

    @Test("write only the fields that are present")
    func onlyPresent() throws {
        let after = try ana.applying(ContactPatch(name: .set("Anna")))
        var expected = ana.record
        expected["name"] = .string("Anna")
        #expect(after.record == expected)
    }

    @Test("clear to null, and clearing what is empty writes nothing")
    func clear() throws {
        let after = try ana.applying(ContactPatch(name: .clear, email: .clear))
        #expect(after.record["name"] == .null)
        #expect(after.record["email"] == .null)
        #expect(try after.applying(ContactPatch(name: .clear, email: .clear)) == after)
        let blank = Contact(record: ["id": .string("c2"), "name": .string("")])
        #expect(try blank.applying(ContactPatch(name: .clear, email: .clear)) == blank)
    }

    @Test("tags replace the list: what stays keeps its place, new ones come last")
    func tags() throws {
        let after = try ana.applying(ContactPatch(tags: try TagList(csv: "new, eu ,, new")))
        #expect(after.tags.texts == ["eu", "new"])
        #expect(try ana.applying(ContactPatch(tags: try TagList(csv: "eu,vip"))) == ana)
        #expect(try ana.applying(ContactPatch(tags: TagList())).record["tags"] == .array([]))
    }

    @Test("metadata merges shallowly; null is stored")
    func metadata() throws {
        let after = try ana.applying(
            ContactPatch(metadata: ["address": .object(["zip": .string("1")]), "n": .null]))
        #expect(after.metadata?.names == ["plan", "address", "n"])
        #expect(after.metadata?["address"] == .object(["zip": .string("1")]))
        #expect(after.metadata?["n"] == .null)
    }

    @Test("refuse to merge into what is no object; an empty list is PHP's empty object")
    func unusable() throws {
        let wrong = Contact(record: ["metadata": .string("x")])
        #expect(throws: PatchFlaw.unusable(.metadata, kind: "text")) {
            try wrong.applying(ContactPatch(metadata: ["a": .null]))
        }
        let php = Contact(record: ["metadata": .array([])])
        #expect(
            try php.applying(ContactPatch(metadata: ["a": .null])).metadata == ["a": .null])
    }

    @Test("a body names a contact, or says that it does not")
    func body() throws {
        let request = try UpdateRequest(body: [
            "contact_id": .string("c1"), "phone": .string("+1555 000 1001"), "name": .null,
            "tags": .array([.string("a"), .string("b")]), "other": .bool(true),
        ])
        #expect(request.key == .id("c1"))
        #expect(request.patch == ContactPatch(tags: try TagList(csv: "a,b")))
        for email in ["no", "  "] {
            let flaws = #expect(throws: InvalidFields.self) {
                try UpdateRequest(body: ["name": .string("x"), "email": .string(email)])
            }
            #expect(flaws?.fields.map(\.name) == ["contact_id", "phone", "email"])
        }
    }

    @Test("the diff of any documented writes makes the same contact", arguments: 0..<400)
    func diff(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let before = BookModel.contact(&random)
        let after = BookModel.written(before, &random)
        let patch = ContactPatch.diff(from: before, to: after)
        let result = try before.applying(patch)
        #expect(result == after)
        #expect(try result.applying(patch) == after)
        #expect(ContactPatch.diff(from: after, to: after).isEmpty)
    }

    @Test("the inverse restores, or names what it cannot", arguments: 0..<400)
    func inverse(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let before = BookModel.contact(&random)
        let patch = ContactPatch.diff(from: before, to: BookModel.written(before, &random))
        let inverse = patch.inverse(on: before)
        let restored = try before.applying(patch).applying(inverse.patch)
            .removingMetadata(inverse.addedKeys)
        for field in [Field.name, .email, .tags] where !inverse.inexpressible.contains(field) {
            #expect(restored.shownSet(field) == before.shownSet(field))
        }
        #expect(restored.metadata == before.metadata ?? [:])
    }
}

extension Contact {
    /// What a field shows, tags in any order.
    fileprivate func shownSet(_ field: Field) -> Set<String> {
        field == .tags ? Set(tags.texts) : [shown(field)]
    }
}

/// Documented writes, carried out field by field without a diff or a patch.
private enum BookModel {
    static let names = ["Ana", "José", "Jose\u{301}", "田中", "\u{1B}[31m", "👨‍👩‍👧"]
    static let emails = ["a@example.com", "b@example.org", "ü@example.net"]
    static let tags = ["vip", "VIP", "eu", "black friday", "é", "e\u{301}"]
    static let keys = ["plan", "ltv", "address", "", "é", "e\u{301}"]

    static func contact(_ random: inout SplitMix64) -> Contact {
        var record: JSONObject = ["id": .string("c1"), "unknown": .array([.null])]
        if random.next() % 3 > 0 { record["name"] = text(names, &random) }
        if random.next() % 3 > 0 { record["email"] = text(emails + ["not one"], &random) }
        if random.next() % 3 > 0 {
            record["tags"] = .array(some(tags, &random).map(JSONValue.string))
        }
        if random.next() % 3 > 0 {
            record["metadata"] = .object(
                JSONObject(
                    some(keys, &random).map { JSONObject.Member(name: $0, value: value(&random)) }))
        }
        return Contact(record: record)
    }

    /// The contact after random writes, as the reference describes each.
    static func written(_ contact: Contact, _ random: inout SplitMix64) -> Contact {
        var record = contact.record
        if random.next() % 2 == 0 { write("name", text(names, &random), &record) }
        if random.next() % 2 == 0 { write("email", text(emails, &random), &record) }
        if random.next() % 2 == 0 {
            let wanted = some(tags, &random)
            let present = record["tags"]?.array?.compactMap(\.text) ?? []
            let kept = present.filter { old in wanted.contains { same($0, old) } }
            let new = wanted.filter { tag in !present.contains { same($0, tag) } }
            if kept.count != present.count || !new.isEmpty {
                record["tags"] = .array((kept + new).map(JSONValue.string))
            }
        }
        if random.next() % 2 == 0 {
            var metadata = record["metadata"]?.object ?? [:]
            for key in some(keys, &random) { metadata[key] = value(&random) }
            if !metadata.isEmpty { record["metadata"] = .object(metadata) }
        }
        return Contact(record: record)
    }

    private static func write(_ name: String, _ value: JSONValue, _ record: inout JSONObject) {
        if value == .null && (record[name] ?? .null) == .null { return }
        record[name] = value
    }

    private static func text(_ texts: [String], _ random: inout SplitMix64) -> JSONValue {
        texts.randomElement(using: &random).map {
            random.next() % 4 == 0 ? .null : .string($0)
        } ?? .null
    }

    private static func some(_ texts: [String], _ random: inout SplitMix64) -> [String] {
        texts.filter { _ in random.next() % 2 == 0 }
    }

    private static func value(_ random: inout SplitMix64) -> JSONValue {
        let values: [JSONValue] = [
            .null, .bool(true), .string("gold"), .object(["city": .string("Łódź")]), .array([]),
            JSONNumber("9120.00").map(JSONValue.number) ?? .null,
        ]
        return values.randomElement(using: &random) ?? .null
    }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
