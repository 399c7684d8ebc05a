import ContactModel
import JSONText
import Testing

@Suite("Telephone numbers")
struct PhoneNumberTests {
    @Test(
        "in any usual writing are one number",
        arguments: [
            "+4930231251", "+49 30 231 251", "0049 30/231-251", "+49 (0)30 231251",
            "tel:+49-30-231251", "＋４９ ３０ ２３１２５１", "+49.30.231.251", "+49\u{A0}30\u{202F}231251",
            "+٤٩٣٠٢٣١٢٥١", "\u{202A}+4930231251\u{202C}", "+49 [30] 231\u{2011}251",
        ])
    func written(text: String) throws {
        #expect(try PhoneNumber(parsing: text).e164 == "+4930231251")
    }

    @Test("with a dialling plan need no country")
    func plan() throws {
        let plan = try #require(DialingPlan(callingCode: "49", trunkPrefix: "0"))
        #expect(try PhoneNumber(parsing: "030 231251", plan: plan).e164 == "+4930231251")
        #expect(try PhoneNumber(parsing: "+1 555 010 1234", plan: plan).e164 == "+15550101234")
        #expect(throws: PhoneNumberFlaw.doubtful("49")) {
            try PhoneNumber(parsing: "49 30 231251", plan: plan)
        }
        let bare = try #require(DialingPlan(callingCode: "49", trunkPrefix: nil))
        #expect(try PhoneNumber(parsing: "30 231251", plan: bare).e164 == "+4930231251")
        #expect(throws: PhoneNumberFlaw.noTrunkPrefix) {
            try PhoneNumber(parsing: "030 231251", plan: bare)
        }
        let none = try #require(DialingPlan(callingCode: "45", trunkPrefix: ""))
        #expect(try PhoneNumber(parsing: "45 12 34 56", plan: none).e164 == "+4545123456")
        #expect(try PhoneNumber(parsing: "06 123 4567", plan: none).e164 == "+45061234567")
        #expect(DialingPlan(callingCode: "0", trunkPrefix: "") == nil)
        #expect(DialingPlan(callingCode: "1a", trunkPrefix: "") == nil)
    }

    @Test("keep national quirks")
    func quirks() throws {
        for number in ["+5491123456789", "+5215512345678", "+5511987654321"] {
            #expect(try PhoneNumber(parsing: number).e164 == number)
        }
    }

    @Test(
        "are refused with the reason",
        arguments: [
            ("", PhoneNumberFlaw.empty), ("   ", .empty), ("+", .empty),
            ("030 231251", .noCountry), ("+0301234567", .noCountry), ("+123456", .length(6)),
            ("+1234567890123456", .length(16)), ("+1555CALLNOW", .character("C")),
            ("+1 555 0101 ext 5", .character("e")), ("+1+5550101", .character("+")),
            ("\u{1B}[31m", .character("\u{1B}")), ("+1555#0101234", .character("#")),
        ])
    func refused(text: String, flaw: PhoneNumberFlaw) {
        #expect(throws: flaw) { try PhoneNumber(parsing: text) }
    }

    @Test("of a megabyte are refused at once")
    func huge() {
        #expect(throws: PhoneNumberFlaw.self) {
            try PhoneNumber(parsing: "+" + String(repeating: "1", count: 1_000_000))
        }
    }
}

@Suite("Email addresses")
struct EmailAddressTests {
    @Test(
        "that mail can be sent to",
        arguments: [
            "a@b.co", "first.last+tag@example.com", "o'hara@example.org", "ü@exämple.de",
            "名前@例え.jp", "x_y-z@sub.example.co.uk", " padded@example.com ",
        ])
    func valid(text: String) {
        #expect(EmailAddress(text)?.text == text.trimmingWhitespace())
    }

    @Test(
        "that are none",
        arguments: [
            "", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@@b.co", "a@b..co", ".a@b.co", "a.@b.co",
            "a..b@c.de", "a@-b.co", "a@b-.co", "a@b.co.", "a,b@c.de", "a@b_c.de", "a\u{1B}@b.co",
            "<a@b.co>", "a@b.co\nBcc: x@y.z", String(repeating: "a", count: 65) + "@b.co",
            "a@" + String(repeating: "b", count: 64) + ".co",
        ])
    func invalid(text: String) {
        #expect(EmailAddress(text) == nil)
    }
}

@Suite("Tags, queries and folding")
struct TextTests {
    @Test("CSV drops empties and repeats, keeps order, counts case")
    func csv() throws {
        #expect(try TagList(csv: " a ,,b, a,A ,").texts == ["a", "b", "A"])
        #expect(try TagList(csv: "black friday").csv == "black friday")
        #expect(throws: TagFlaw.controlCharacter) { try TagList(csv: "a,b\nc") }
        #expect(throws: TagFlaw.tooLong(256)) {
            try TagList(csv: String(repeating: "x", count: 256))
        }
    }

    @Test(
        "folding ignores case and the accents that are optional",
        arguments: [
            ("José", "jose"), ("ŁUKASZ", "lukasz"), ("Straße", "strasse"), ("İbrahim", "ibrahim"),
            ("Işık", "isik"), ("Ελένη", "ελενη"), ("e\u{301}", "e"), ("Nguyễn", "nguyen"),
            ("מֹשֶׁה", "משה"), ("مُحَمَّد", "محمد"), ("ＡＢＣ", "abc"), ("Ёлкин", "елкин"),
        ])
    func folding(text: String, folded: String) {
        #expect(SearchText.folded(text).utf8.elementsEqual(folded.utf8))
    }

    @Test("letters and their marks are searched alike, ready-made or put together")
    func composed() {
        let ranges: [ClosedRange<UInt32>] = [
            0xC0...0x24F, 0x370...0x52F, 0x620...0x6FF, 0x1E00...0x1FFF,
        ]
        let scalars = ranges.joined().compactMap(Unicode.Scalar.init)
        // Texts are one key where they are canonically the same.
        let ready = Dictionary(
            scalars.map { (String($0), $0) }, uniquingKeysWith: { first, _ in first })
        let plain = (0x61...0x7A).compactMap(Unicode.Scalar.init) + scalars
        let marks =
            (0x300...0x345).compactMap(Unicode.Scalar.init) + ["\u{653}", "\u{654}", "\u{655}"]
        var met = 0
        for letter in plain where letter.properties.isAlphabetic {
            for mark in marks {
                let text = String(String.UnicodeScalarView([letter, mark]))
                guard let scalar = ready[text] else { continue }
                met += 1
                #expect(SearchText.folded(text) == SearchText.folded(String(scalar)), "\(text)")
            }
        }
        #expect(met > 900)
        #expect(SearchText.folded("أحمد") == SearchText.folded("احمد"))
        #expect(SearchText.folded("Зайцев") == SearchText.folded("Заи\u{306}цев"))
    }

    @Test("folding keeps the marks that make other words, and is done once")
    func marksThatCount() {
        #expect(SearchText.folded("कि") != SearchText.folded("क"))
        #expect(SearchText.folded("ที่") != SearchText.folded("ท"))
        for text in ["José", "İ", "ﬁ", "Å", "ΐ", "कि"] {
            #expect(SearchText.folded(SearchText.folded(text)) == SearchText.folded(text))
        }
    }

    @Test("scalars that are kept without asking the character database have no case in it")
    func keptScalars() {
        let kept = (0...0x10FFFF).compactMap(Unicode.Scalar.init).filter(SearchText.isKept)
        #expect(kept.count > 100_000)
        let folded = kept.filter {
            !$0.properties.lowercaseMapping.unicodeScalars.elementsEqual([$0])
                || SearchText.folded(String($0)).unicodeScalars.first != $0
        }
        #expect(folded.isEmpty)
    }

    @Test("no scalar that is taken for lower case has another one in the character database")
    func lowerCase() {
        let mapped = (0...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
            !$0.properties.lowercaseMapping.unicodeScalars.elementsEqual([$0])
        }
        #expect(mapped.count > 1_000)
        let kept = mapped.filter {
            SearchText.folded(String($0)).unicodeScalars.elementsEqual([$0])
        }
        #expect(kept.isEmpty)
    }

    @Test("flaws name the field and what it holds; null is never one")
    func flaws() {
        let contact = Contact(record: [
            "id": .string("1"), "name": .number(JSONNumber(5)), "email": .null,
            "tags": .array([.string("a"), .null]), "metadata": .bool(false),
        ])
        #expect(
            contact.flaws == [
                .wrongType(.name, .number(JSONNumber(5))), .wrongType(.metadata, .bool(false)),
                .wrongType(.tags, .array([.string("a"), .null])), .noPhone,
            ])
    }
}
