import ContactFormats
import ContactModel
import JSONText
import TestGround
import Testing

@Suite("Cards")
struct VCardTests {
    private func card(_ lines: String...) -> String {
        (["BEGIN:VCARD"] + lines + ["END:VCARD"]).map { $0 + "\r\n" }.joined()
    }

    @Test("a card of an iPhone: groups, folding, further numbers and addresses are kept")
    func apple() throws {
        let text = card(
            "VERSION:3.0", "PRODID:-//Apple Inc.//iOS 17//EN", "N:Pérez;Ana;;Dr.;",
            "FN:Dr. Ana Pérez", "ORG:Acme\\, Inc.;Sales",
            "EMAIL;type=INTERNET;type=HOME:ana@home.example",
            "EMAIL;type=INTERNET;type=WORK;type=pref:ana@example.com",
            "TEL;type=HOME;type=VOICE:+1 555-000-1008", "TEL;type=CELL:(+1) 555 000 1001",
            "item1.ADR;type=HOME;type=pref:;;Main St 1\\nApt 2;Berlin;;10115;Germany",
            "item1.X-ABADR:de", "NOTE:first\\nsecond\\, third \\; \\\\", "CATEGORIES:vip,black fri",
            " day", "REV:2024-01-01T00:00:00Z", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", " SkZJRg==")
        #expect(
            try Reading.plan(text, .vcard) == [
                #"{"phone":"+15550001001","create":true,"name":"Dr. Ana Pérez","#
                    + #""email":"ana@example.com","tags":"vip,black friday","metadata":{"vcard":{"#
                    + #""N":{"value":"Pérez;Ana;;Dr.;","of":"Dr. Ana Pérez"},"#
                    + #""TEL":[{"value":"(+1) 555 000 1001","parameters":"type=CELL","#
                    + #""of":"+15550001001"},{"value":"+1 555-000-1008","#
                    + #""parameters":"type=HOME;type=VOICE"}],"#
                    + #""EMAIL":[{"value":"ana@example.com","#
                    + #""parameters":"type=INTERNET;type=WORK;type=pref","#
                    + #""of":"ana@example.com"},{"value":"ana@home.example","#
                    + #""parameters":"type=INTERNET;type=HOME"}],"#
                    + #""ORG":"Acme\\, Inc.;Sales","#
                    + #""ADR":{"value":";;Main St 1\\nApt 2;Berlin;;10115;Germany","#
                    + #""parameters":"type=HOME;type=pref","group":"item1"},"#
                    + #""X-ABADR":{"value":"de","group":"item1"},"#
                    + #""NOTE":"first\nsecond, third ; \\"}},"source":"csv_import"}"#
            ])
        #expect(try Reading.entries(Array(text.utf8), .vcard).unread.attachments == 1)
    }

    @Test("vCard 4.0: tel URIs and preferences")
    func four() throws {
        let text = card(
            "VERSION:4.0", "FN:A. P.", "FN;PREF=1:Ana",
            "TEL;VALUE=uri;PREF=2;TYPE=\"cell,voice\":tel:+1-555-000-1008",
            "TEL;VALUE=uri;PREF=1:tel:+1-555-000-1001;ext=5", "EMAIL;PREF=1:mailto:ana@example.com",
            "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "BDAY:19800101")
        let record = try #require(try Reading.records(text, .vcard).first)
        #expect(record.name?.text == "Ana")
        #expect(record.phone?.number?.e164 == "+15550001001")
        #expect(record.email?.text == "ana@example.com")
        #expect(record.id?.text == "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1")
    }

    @Test("vCard 2.1: bare parameters, quoted-printable over lines, Latin letters, agents")
    func two() throws {
        let text = card(
            "VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:P=C3=A9rez;Ana=",
            " Mar=C3=ADa;;;", "TEL;HOME:+15550001008", "TEL;CELL;PREF:+15550001001",
            "NOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:caf=E9=0D=0A=80 5", "AGENT:", "BEGIN:VCARD",
            "FN:somebody else", "END:VCARD")
        #expect(
            try Reading.plan(text, .vcard) == [
                #"{"phone":"+15550001001","create":true,"name":"Ana María Pérez","#
                    + #""metadata":{"vcard":{"N":{"value":"Pérez;Ana María;;;","#
                    + #""of":"Ana María Pérez"},"#
                    + #""TEL":[{"value":"+15550001001","parameters":"TYPE=CELL;TYPE=PREF","#
                    + #""of":"+15550001001"},{"value":"+15550001008","parameters":"TYPE=HOME"}],"#
                    + #""NOTE":"café\n€ 5"}},"source":"csv_import"}"#
            ])
        #expect(try Reading.entries(Array(text.utf8), .vcard).unread.agents == 1)
    }

    @Test("categories whose commas are escaped, as some programs write them, are several tags")
    func escapedCategories() throws {
        let text = card("VERSION:3.0", "FN:Ana", "TEL:+15550001001", #"CATEGORIES:vip,a\,b\, ,c"#)
        let plan = try Reading.plan(text, .vcard)
        #expect(plan.count == 1 && plan[0].contains(#""tags":"vip,a,b,c""#), "\(plan)")
    }

    @Test("a card without name has none")
    func nameless() throws {
        let records = try Reading.records(card("FN:", "N:;;;;", "TEL:+15550001001"), .vcard)
        #expect(records.first?.name?.isEmpty == true)
    }

    @Test("what is cut off or is no card is refused as a whole, with its line")
    func broken() {
        let whole = card("FN:Ana", "TEL:+15550001001")
        #expect(throws: FormatError.cutCard(line: 5)) {
            try Reading.records(whole + "BEGIN:VCARD\r\nFN:B", .vcard)
        }
        #expect(throws: FormatError.notVCard(line: 1)) {
            try Reading.records("phone,name\n", .vcard)
        }
    }

    @Test("what stands between cards is refused with its line, once for all of it")
    func between() throws {
        let whole = card("FN:Ana", "TEL:+15550001001")
        let text = "\r\n" + whole + "--\r\nFrom: x\r\n\r\n" + whole + "END:VCARD\n"
        let found = try Reading.entries(Array(text.utf8), .vcard).entries
        #expect(found.compactMap(\.record?.line) == [2, 9])
        #expect(found.compactMap(\.flaw) == ["line 6: betweenCards", "line 13: betweenCards"])
    }

    @Test("lines end with CR LF, LF or CR, in one file")
    func lineEnds() throws {
        let lines = ["BEGIN:VCARD", "FN:A", " na", "", "TEL:+15550001001", "END:VCARD"]
        for end in ["\r", "\r\r\n", "\n"] {
            let text =
                lines.joined(separator: "\r") + end + lines.joined(separator: "\n") + end
                + lines.joined(separator: "\r\n") + end + lines.joined(separator: end)
            for pieces in [1, 3, 1000] {
                let found = try Reading.entries(Array(text.utf8), .vcard, pieces: pieces).entries
                #expect(found.compactMap(\.record?.line) == [1, 7, 13, 19])
                #expect(found.allSatisfy { $0.record?.name?.text == "Ana" })
                #expect(found.allSatisfy { $0.record?.phone?.number != nil })
            }
        }
    }

    @Test("a backslash in a note is one, whatever letter follows it")
    func path() throws {
        let record = try #require(
            try Reading.records(card("NOTE:C:\\reports", "TEL:+15550001001"), .vcard).first)
        #expect(record.members["vcard"]?.object?["NOTE"] == .string("C:\\reports"))
    }

    @Test("quoted-printable that names no character set is UTF-8, else that of western Windows")
    func unnamedCharacterSet() throws {
        for written in ["M=FCller", "M=C3=BCller"] {
            let text = card("VERSION:2.1", "FN;ENCODING=QUOTED-PRINTABLE:" + written, "TEL:+1")
            #expect(try Reading.records(text, .vcard).first?.name?.text == "Müller")
        }
    }

    @Test("what is wrong within a card refuses that card alone")
    func flaws() throws {
        let texts = [
            card("FN:Ana", "no property", "TEL:+1"), card("FN:Bo", "TEL:+15550001002"),
            card("FN;CHARSET=KOI8-R;ENCODING=QUOTED-PRINTABLE:=C1"),
        ]
        let found = try Reading.entries(Array(texts.joined().utf8), .vcard).entries
        #expect(
            found.compactMap(\.flaw) == [
                "line 3: notAProperty", "line 11: characterSet(\"KOI8-R\")",
            ])
        #expect(found.compactMap(\.record?.line) == [6])
        let latin = Array("BEGIN:VCARD\nFN:Jos".utf8) + [0xE9] + Array("\nEND:VCARD\n".utf8)
        let flaw = RecordFlaw.notUTF8(column: nil)
        #expect(try Reading.entries(latin, .vcard).entries == [.flawed(line: 2, flaw)])
    }

    @Test("any bytes are read the same in any pieces, and nothing crashes")
    func pieces() {
        var random = SplitMix64(seed: 5)
        let parts = [
            "BEGIN:VCARD\r\n", "END:VCARD\r\n", "FN:a\\nb\r\n", " fold\r\n",
            "TEL;TYPE=\"a:b\":+1\n",
            "\r\n", ":", ";", "N;ENCODING=QUOTED-PRINTABLE:=\r\n", "=4", "\u{0}", "é\n", "=",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &random)]
            }.joined()
            let whole = outcome(text, pieces: 10_000)
            for pieces in [1, 5] { #expect(outcome(text, pieces: pieces) == whole) }
        }
    }

    private func outcome(_ text: String, pieces: Int) -> String {
        do {
            return "\(try Reading.entries(Array(text.utf8), .vcard, pieces: pieces).entries)"
        } catch {
            return "\(error)"
        }
    }
}
