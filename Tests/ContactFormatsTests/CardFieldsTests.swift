import ContactFormats
import ContactModel
import JSONText
import Testing

/// What a card says of the name, the number and the address beyond their text.
@Suite("Cards keep what their fields say beside")
struct CardFieldsTests {
    private let lines = [
        "FN;LANGUAGE=es;ALTID=1:Ana Pérez", "N:Pérez;Ana;María;Dra.;",
        "item1.TEL;TYPE=WORK:+1 555-000-1001",
        "EMAIL;TYPE=INTERNET,HOME:ana@example.com", "FN;LANGUAGE=en;ALTID=1:Ana Perez",
        "TEL;TYPE=CELL:none", "item1.X-ABLABEL:desk",
    ]

    private func card(_ lines: [String]) -> String {
        (["BEGIN:VCARD", "VERSION:3.0"] + lines + ["END:VCARD"]).map { $0 + "\r\n" }.joined()
    }

    /// The contact that a card makes.
    private func contact(_ text: String, plan: DialingPlan? = nil) throws -> Contact {
        let record = try #require(
            try Reading.records(text, .vcard, ReadingOptions(plan: plan)).first)
        let blank = Contact(record: [:])
        var made = try blank.applying(try record.merged(into: blank, ImportRules()).patch).record
        made["phone"] = record.phone?.number.map { .string($0.e164) }
        return Contact(record: made)
    }

    private func isUnchanged(_ contact: Contact) throws -> Bool {
        try VCardWriter.Version.allCases.allSatisfy { version in
            let text = VCardWriter(version).text(contact)
            let record = try #require(try Reading.records(text, .vcard).first)
            return try record.merged(into: contact, ImportRules()).patch.isEmpty
        }
    }

    @Test("they are written again as they stood")
    func again() throws {
        let ana = try contact(card(lines))
        #expect(ana.name == "Ana Pérez")
        #expect(VCardWriter().text(ana) == card(lines))
        #expect(try isUnchanged(ana))
    }

    @Test("a name or an address that was edited since is written alone")
    func edited() throws {
        var record = try contact(card(lines)).record
        record["name"] = .string("Ana P.")
        record["email"] = .string("a@example.org")
        let ana = Contact(record: record)
        let expected =
            ["FN:Ana P.", "N:;Ana P.;;;", lines[2], "EMAIL;TYPE=PREF:a@example.org"] + lines[4...]
        #expect(VCardWriter().text(ana) == card(expected))
        #expect(try isUnchanged(ana))
    }

    @Test("a number without a country is kept with it")
    func local() throws {
        let plan = try #require(DialingPlan(callingCode: "49", trunkPrefix: "0"))
        let text = card(["FN:Bo", "N:;Bo;;;", "TEL;TYPE=WORK:0170 1234567"])
        let bo = try contact(text, plan: plan)
        #expect(VCardWriter().text(bo).contains("TEL;TYPE=WORK:+491701234567\r\n"))
        #expect(try isUnchanged(bo))
    }

    @Test("a company, else a nickname, is the name of whoever has no other")
    func companies() throws {
        let phone = "TEL:+15550001001"
        for (lines, name) in [
            (["FN:", "N:;;;;", "ORG:Acme\\, Inc.;Sales", "NICKNAME:Bo"], "Acme, Inc., Sales"),
            (["ORG:;", "NICKNAME:Bo"], "Bo"), (["FN:Bo", "ORG:Acme"], "Bo"),
        ] {
            let made = try contact(card(lines + [phone]))
            #expect(made.name == name)
            #expect(try isUnchanged(made))
            let named = Contact(record: ["name": .string("Jo")])
            let record = try #require(try Reading.records(card(lines + [phone]), .vcard).first)
            #expect(
                try record.merged(into: named, ImportRules()).patch.name == nil
                    || name == "Bo" && lines[0] == "FN:Bo")
            var nameless = made.record
            nameless["name"] = .null
            #expect(try isUnchanged(Contact(record: nameless)))
        }
    }

    @Test("what our own cards say is nothing more than the fields")
    func plain() throws {
        let cards = [
            ["FN:Bo", "N:;Bo;;;", "TEL;TYPE=PREF:+15550001001", "EMAIL;TYPE=PREF:b@example.com"],
            ["FN:Bo", "TEL;PREF=1:+15550001001", "EMAIL;PREF=1:b@example.com"],
            ["FN:", "N:;;;;", "TEL:+15550001001"],
        ]
        for lines in cards { #expect(try contact(card(lines)).metadata?.names ?? [] == []) }
    }

    @Test("metadata that only look so are written as they are")
    func hostile() throws {
        for value in [
            #"{"NOTE":{"value":"x","of":"y"}}"#, #"{"FN":{"value":"B","of":"Bo"}}"#,
            #"{"N":[{"value":"B;o","of":"Bo"},{"value":"B;","of":"Bo"}]}"#,
            #"{"TEL":{"value":"+15550001009","parameters":"X=1","of":"+15550001001"}}"#,
            #"{"EMAIL":{"value":"x@example.com","parameters":"PREF=1"}}"#, #"{"UID":"x"}"#,
        ] {
            let bo = Contact(record: [
                "phone": .string("+15550001001"), "name": .string("Bo"),
                "metadata": .object(["vcard": try JSONValue(parsing: value)]),
            ])
            #expect(VCardWriter().text(bo).contains("X-PATCHBOOK-METADATA:"), "\(value)")
            #expect(try isUnchanged(bo), "\(value)")
        }
    }
}
