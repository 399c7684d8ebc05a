import ContactFormats
import ContactModel
import JSONText
import TestGround
import Testing

/// Records that are about somebody of whom another record, or an earlier import, told already.
@Suite("What comes in again")
struct RepeatedRecordTests {
    private func card(_ lines: [String]) -> String {
        (["BEGIN:VCARD", "VERSION:3.0", "FN:Ana", "TEL;TYPE=CELL:+15550001001"] + lines
            + ["END:VCARD"]).map { $0 + "\r\n" }.joined()
    }

    private func taken(_ text: String, by contact: Contact) throws -> Contact {
        let record = try #require(try Reading.records(text, .vcard).first)
        return try contact.applying(try record.merged(into: contact, ImportRules()).patch)
    }

    @Test("a further card takes nothing away that the one before it said")
    func cards() throws {
        let first = card([
            "TEL;TYPE=WORK:+15550001009", "NOTE:allergic", "EMAIL:a@b.de", "EMAIL:c@b.de",
        ])
        let blank = Contact(record: ["phone": .string("+15550001001")])
        let once = try taken(first, by: blank)
        let twice = try taken(card(["ORG:Acme", "NOTE:not any more"]), by: once)
        let kept = try #require(twice.metadata?["vcard"]?.object)
        #expect(kept["NOTE"] == .string("not any more"))
        #expect(kept["ORG"] == .string("Acme"))
        #expect(kept["EMAIL"] == .string("c@b.de"))
        #expect(kept["TEL"]?.array?.count == 2)
        #expect(try taken(card(["ORG:Acme"]), by: twice) == twice)
        #expect(try taken(first, by: twice) == taken(first, by: try taken(first, by: twice)))
        let others = try taken(card(["TEL;TYPE=HOME:+15550001077"]), by: twice)
        #expect(try taken(card(["TEL;TYPE=WORK:+15550001009"]), by: others) == others)
        #expect(try taken(VCardWriter().text(twice), by: twice) == twice)
    }

    @Test("nothing that stands under vcard is lost to a card, whatever its shape")
    func oddShapes() throws {
        let text = card(["X-Z:x"])
        for kept in [
            #"{"NOTE":"keep","X-Q":5}"#, #"{"NOTE":"keep","x-low":"v"}"#, #"{"NOTE":["keep"]}"#,
            #"{"NOTE":"keep","TEL":["+1555999"]}"#,
        ] {
            let value = try #require(try JSONValue(parsing: kept).object)
            let after = try taken(
                text, by: Contact(record: ["metadata": .object(["vcard": .object(value)])]))
            let vcard = try #require(after.metadata?["vcard"]?.object)
            #expect(vcard["X-Z"] == .string("x"))
            #expect(
                value.names.allSatisfy {
                    vcard[$0] != nil && ($0 == "TEL" || vcard[$0] == value[$0])
                })
        }
        let words = Contact(record: ["metadata": .object(["vcard": .string("mine")])])
        #expect(try taken(text, by: words).metadata == words.metadata)
    }

    @Test("what a record says beside empty metadata is set, and no more cleared the next time")
    func emptyMetadata() throws {
        let rules = ImportRules(clearsEmpty: true)
        let options = ReadingOptions(keepsUnknown: true)
        let object = #"{"phone":"+15550001001","metadata":null,"note":"x"}"# + "\n"
        let table = "phone,metadata,note\n+15550001001,,x\n"
        for (text, format) in [(object, ContactFormat.jsonl), (table, .csv)] {
            let record = try #require(try Reading.records(text, format, options).first)
            var contact = Contact(
                record: ["metadata": .object(["note": .string("old"), "k": .string("v")])])
            let first = try record.merged(into: contact, rules)
            #expect(first.cleared == 1)
            contact = try contact.applying(first.patch)
            #expect(contact.metadata == ["note": .string("x"), "k": .null])
            let again = try record.merged(into: contact, rules)
            #expect(again.patch.isEmpty && again.cleared == 0)
        }
    }

    @Test("contacts of one id stay two: each record goes to whom its number names")
    func sameID() throws {
        let people = (1...2).map { number in
            Contact(record: ["id": .string("q"), "phone": .string("+1555000100\(number)")])
        }
        var plan = ImportPlan(rules: ImportRules(), source: "manual", spool: MemorySpool())
        let text = "phone,name\n+15550001001,Ana\n+15550001002,Bo\n"
        for (record, contact) in zip(try Reading.records(text, .csv), people) {
            let key = ContactKey.phone(try #require(contact.phoneNumber))
            try plan.take(record, for: .present(contact, key))
        }
        #expect(plan.counts.updated == 2 && plan.counts.repeated == 0)
        let changes = try plan.changes(0..<plan.size).flatMap(\.changes)
        #expect(changes.map(\.key.text) == ["+15550001001", "+15550001002"])
    }

    @Test("of metadata said twice those within the metadata count, whatever stands there")
    func saidTwice() throws {
        let text = #"{"phone":"+15550001001","note":"A","metadata":{"note":"B"},"other":1}"# + "\n"
        let read = try Reading.entries(
            Array(text.utf8), .jsonl, ReadingOptions(keepsUnknown: true))
        #expect(read.unread.overruled.first == ["note"])
        let record = try #require(read.entries.first?.record)
        for note in ["A", "B", "C"] {
            let present = Contact(record: ["metadata": .object(["note": .string(note)])])
            let after = try present.applying(try record.merged(into: present, ImportRules()).patch)
            #expect(after.metadata?["note"] == .string("B"))
            #expect(after.metadata?["other"] == .number(JSONNumber(1)))
        }
    }

    @Test("tags that begin with a combining mark are read as they are written")
    func combiningMarks() throws {
        let tags = try TagList(csv: "a,\u{301}b,c")
        #expect(tags.count == 3)
        let change = ContactChange(key: .id("1"), change: .update(ContactPatch(tags: tags)))
        #expect(try PlanLine(reading: PlanLine(change).object).change == change)
    }

    @Test("records with very many members are told to be too large, not looked at for ever")
    func manyMembers() throws {
        let members = (0..<20_000).map { #""m\#($0)":"x""# }.joined(separator: ",")
        let text = #"{"phone":"+15550001001",\#(members)}"# + "\n"
        let record = try #require(
            try Reading.records(text, .jsonl, ReadingOptions(keepsUnknown: true)).first)
        #expect(throws: RecordFlaw.metadataTooLarge(limit: ContactPatch.maximumMetadataBytes)) {
            try record.merged(into: Contact(record: [:]), ImportRules())
        }
    }
}
