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

    @Test("the parts of a name that is made fit for one line stay with it")
    func namesMadeFit() throws {
        let twice = ["EMAIL;TYPE=WORK:x@y.example", "EMAIL;TYPE=HOME:x@y.example"]
        for written in ["Ann\\nBee", "Ann\tBee", "\u{7F}Ann\\nBee "] {
            let text = card(["FN:" + written, "N:Bee;Ann;;;", "TEL:+4930000001"] + twice)
            let ann = try contact(text)
            #expect(ann.name == "Ann Bee")
            #expect(VCardWriter().text(ann).contains("N:Bee;Ann;;;"))
            #expect(VCardWriter().text(ann).contains("EMAIL;TYPE=HOME:x@y.example"))
            let again = try #require(try Reading.records(text, .vcard).first)
            #expect(try again.merged(into: ann, ImportRules()).patch.isEmpty)
            #expect(try isUnchanged(ann))
        }
    }

    @Test("a further card of the same properties and another note keeps both addresses")
    func sameAddressTwice() throws {
        let twice = ["EMAIL;TYPE=WORK:x@y.example", "EMAIL;TYPE=HOME:x@y.example"]
        let ann = try contact(card(["FN:Ann", "TEL:+4930000001"] + twice))
        let noted = try #require(
            try Reading.records(
                card(["FN:Ann", "TEL:+4930000001", "NOTE:x"] + twice), .vcard
            ).first)
        let after = try ann.applying(try noted.merged(into: ann, ImportRules()).patch)
        for line in twice + ["NOTE:x"] { #expect(VCardWriter().text(after).contains(line)) }
    }

    private static let families: [[[String]]] = [
        [
            ["TEL;TYPE=CELL:+4930000001"],
            ["TEL;TYPE=HOME:+4940777777", "TEL;TYPE=CELL:+49 30 000001"],
        ],
        [
            ["TEL;TYPE=CELL:+54 (11) 000-0031"], ["TEL;TYPE=CELL:+54110000031"],
            [
                "TEL;TYPE=CELL:+54110000031", "TEL;TYPE=CELL:+54 (11) 000-0031",
                "TEL;TYPE=HOME:+54110000099",
            ],
        ],
        [
            [
                "TEL;TYPE=CELL,VOICE:+15550000103", "TEL;TYPE=CELL,VOICE:030 000013",
                "item2.TEL;TYPE=CELL,VOICE:000006",
            ],
            [
                "TEL;TYPE=CELL,VOICE:+15550000103", "TEL;TYPE=CELL,VOICE:+15550000103",
                "item2.TEL;TYPE=CELL,VOICE:+15550000103",
            ],
            ["TEL;TYPE=CELL:+15.550.000103"],
        ],
        [
            ["TEL:+4930000001", "item1.X-ABLABEL:desk"],
            ["TEL:+4930000001", "TEL;TYPE=CELL:1", "item2.TEL;TYPE=CELL:1"],
            ["TEL:+4930000001", "NOTE:x"],
        ],
    ]

    @Test("several cards of one contact come to the same in every import", arguments: families)
    func severalCards(numbers: [[String]]) throws {
        var ann = Contact(record: [:])
        var seen: [Contact] = []
        for _ in 0..<4 {
            for lines in numbers {
                let record = try #require(
                    try Reading.records(card(["FN:A"] + lines), .vcard).first)
                let made = try ann.applying(try record.merged(into: ann, ImportRules()).patch)
                let phone = try #require(record.phone?.number?.e164)
                ann = Contact(record: made.record.overlaid(by: ["phone": .string(phone)]))
            }
            seen.append(ann)
        }
        #expect(seen.allSatisfy { $0 == seen[0] })
    }

    @Test("a tag of the name that Google puts on every card is one where it was written here")
    func systemGroup() throws {
        let ann = Contact(record: [
            "phone": .string("+4930000001"), "name": .string("A"),
            "tags": .array([.string("myContacts"), .string("vip")]),
        ])
        for version in VCardWriter.Version.allCases {
            let record = try #require(
                try Reading.records(VCardWriter(version).text(ann), .vcard).first)
            #expect(record.tags?.texts == ["myContacts", "vip"])
        }
        let foreign = card(["FN:A", "TEL:+4930000001", "CATEGORIES:myContacts,vip"])
        #expect(try Reading.records(foreign, .vcard).first?.tags?.texts == ["vip"])
    }
}
