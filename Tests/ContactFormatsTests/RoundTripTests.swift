import ContactFormats
import ContactModel
import JSONText
import TestGround
import Testing

@Suite("What is exported comes back")
struct RoundTripTests {
    @Test("hostile contacts change nothing when they come back", arguments: [UInt64(1), 2, 3, 4])
    func nothingChanges(_ seed: UInt64) throws {
        var book = HostileBook(seed: seed)
        let contacts = (0..<60).map { _ in book.contact() }
        for (name, text, format) in exports(contacts) {
            let entries = try Reading.entries(Array(text.utf8), format, pieces: 977).entries
            #expect(entries.count == contacts.count, "\(name)")
            for (contact, entry) in zip(contacts, entries) {
                let record = try #require(entry.record, "\(name): \(entry) of \(contact.record)")
                let clearing = ImportRules(clearsEmpty: true)
                let cleared = try? record.merged(into: contact, clearing).patch
                #expect(cleared?.isEmpty ?? contact.hasWrongType(.tags))
                let merged = try record.merged(into: contact, ImportRules())
                let text = JSONValue.object(contact.record).jsonText
                #expect(merged.patch.isEmpty, "\(name): \(merged.patch.body) of \(text)")
                // A card has no place for tags that are none.
                let isUnsaid = format == .vcard && contact.hasWrongType(.tags)
                #expect(merged.kept == 0 || isUnsaid, "\(name): \(text)")
                #expect(
                    record.phone.map(\.number) == contact.phone.map { _ in contact.phoneNumber })
            }
        }
    }

    @Test("a new contact becomes what the old one was", arguments: [UInt64(5), 6])
    func whole(_ seed: UInt64) throws {
        var book = HostileBook(seed: seed)
        let contacts = (0..<60).map { _ in book.soundContact() }
        for (name, text, format) in exports(contacts) {
            let entries = try Reading.entries(Array(text.utf8), format, pieces: 977).entries
            for (contact, entry) in zip(contacts, entries) {
                let record = try #require(entry.record)
                let blank = Contact(record: [:])
                let patch = try record.merged(into: blank, ImportRules()).patch
                let made = try blank.applying(patch)
                let fit = contact.name.flatMap { FieldEdit(madeFit: $0).value }
                #expect(made.name == fit, "\(name)")
                #expect(made.email == contact.email, "\(name)")
                #expect(made.tags == contact.tags, "\(name)")
                for key in Set(contact.metadata?.names ?? []) {
                    #expect(made.metadata?[key] == contact.metadata?[key], "\(name) \(key)")
                }
            }
        }
    }

    @Test("members beside the fields are no fields when they come back, whatever their names are")
    func besides() throws {
        let besides: JSONObject = [
            "mobile": .string("+15550001002"), "e-mail": .string("x@example.com"),
            "first_name": .string("Bo"), "labels": .array([.string("x")]),
            "meta.plan": .string("pro"), "meta.gone": .null, "Name": .string("Cy"),
        ]
        let fields: [JSONObject] = [
            ["phone": .string("+15550001001"), "name": .string("Ada")],
            ["id": .string("c1"), "name": .null, "email": .null, "tags": .array([])],
            ["id": .string("c1"), "phone": .string("none")],
        ]
        for own in fields {
            for turned in [false, true] {
                let members = turned ? besides.members + own.members : own.members + besides.members
                let contact = Contact(record: JSONObject(members))
                for (name, text, format) in exports([contact]) where format.isJSON {
                    let record = try #require(try Reading.records(text, format).first)
                    let rules = ImportRules(replacesTags: true, clearsEmpty: true)
                    let all = try Reading.records(text, format, ReadingOptions(keepsUnknown: true))
                    #expect(try all[0].merged(into: contact, rules).patch.isEmpty, "\(name)")
                    #expect(try record.merged(into: contact, rules).patch.isEmpty, "\(name)")
                    #expect(contact.phoneNumber == nil || record.phone?.number?.e164.last == "1")
                    #expect(record.ownKey(.phone) == contact.cell(.field(.phone)))
                }
            }
        }
    }

    @Test("the apostrophe of an export for spreadsheets is taken off, that of a person is not")
    func apostrophes() throws {
        let names = ["=1", "'=1", "''=1", "'x", "'", "-2"]
        let contacts = names.enumerated().map { index, name in
            Contact(record: [
                "phone": .string("+1555000100\(index)"), "name": .string(name),
                "tags": .array([.string(name), .string("b")]),
            ])
        }
        for (name, text, format) in exports(contacts) {
            let records = try Reading.records(text, format)
            #expect(records.map(\.name?.text) == names, "\(name)")
            #expect(records.compactMap(\.tags?.texts) == names.map { [$0, "b"] }, "\(name)")
        }
    }

    @Test("a name that differs from another by an apostrophe alone is written over it")
    func nearlySame() throws {
        let plain = Contact(record: ["phone": .string("+15550001001"), "name": .string("=1")])
        let quoted = Contact(record: ["phone": .string("+15550001001"), "name": .string("'=1")])
        for (name, text, format) in exports([quoted]) where name != "csv" {
            let record = try #require(try Reading.records(text, format).first)
            let merged = try record.merged(into: plain, ImportRules())
            #expect(merged.patch.name == .set("'=1"), "\(name)")
        }
    }

    @Test("where a new contact came from is told by every format")
    func sources() throws {
        let contact = Contact(record: [
            "phone": .string("+15550001001"), "source": .string("shop; \n two"),
            "locale": .string("fr"), "odd": .null,
        ])
        for (name, text, format) in exports([contact]) {
            #expect(try Reading.records(text, format).map(\.source) == ["shop; \n two"], "\(name)")
        }
        #expect(VCardWriter.leftOut(of: contact) == ["locale"])
        let odd = Contact(record: ["name": .number(JSONNumber(4)), "tags": .string("a")])
        #expect(VCardWriter.leftOut(of: odd) == ["tags"])
        #expect(VCardWriter().text(odd).contains("FN:4\r\n"))
        let scheme = Contact(record: ["email": .string("mailto:a@example.com")])
        let back = try #require(try Reading.records(VCardWriter().text(scheme), .vcard).first)
        #expect(try back.merged(into: scheme, ImportRules()).patch.isEmpty)
    }

    private func exports(
        _ contacts: [Contact]
    ) -> [(name: String, text: String, format: ContactFormat)] {
        let columns = Field.allCases.map(Column.field)
        let (plain, sheet) = (
            CSVText(columns: columns), CSVText(columns: columns, isForSpreadsheet: true)
        )
        let objects = contacts.map { JSONValue.object($0.record).jsonText }
        return [
            ("csv", plain.header + contacts.map(plain.line).joined(), .csv),
            ("spreadsheet", sheet.header + contacts.map(sheet.line).joined(), .csv),
            ("3.0", contacts.map(VCardWriter(.three).text).joined(), .vcard),
            ("4.0", contacts.map(VCardWriter(.four).text).joined(), .vcard),
            ("json", "[" + objects.joined(separator: ",\n") + "]", .json),
            ("jsonl", objects.map { $0 + "\n" }.joined(), .jsonl),
        ]
    }
}

/// Contacts as no sane program writes them.
struct HostileBook {
    private var random: SplitMix64
    private var count = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    private static let texts = [
        "=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\tx", "\rx", "'=1", "''-x", "'", "'x",
        "\"", "\"\"",
        "a,b", "a;b", "a:b", "\\", "\\n", "a\\,b", "two\nlines", "cr\r\nlf", "end\r", " edge ",
        "\u{FEFF}bom", "José", "Jose\u{301}", "\u{301}", "👩‍👩‍👧‍👦", "محمد", "田中", "नमस्ते", "\u{0}",
        "\u{1B}]0;x\u{7}",
        "BEGIN:VCARD", "END:VCARD\nBEGIN:VCARD", "null", "true", "9120.00", "1e400", "[]", "{}",
        "[\"a\"]", "* group", "a ::: b", "::::", "sep=;", "\u{2028}", "\u{85}",
        String(repeating: "long é ", count: 40), "tag", "=C3=A9", "urn:uuid:x", "-", "  ", "\u{A0}",
    ]

    private mutating func text() -> String {
        HostileBook.texts[Int.random(in: 0..<HostileBook.texts.count, using: &random)]
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func phone() -> String {
        count += 1
        return "+1555000\(1000 + count)"
    }

    private mutating func value() -> JSONValue {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .null
        case 1: .bool(true)
        case 2: JSONNumber("9120.00").map(JSONValue.number) ?? .null
        case 3: .array([.string(text()), .null])
        case 4: .object([text(): .string(text()), "vcard": .null])
        default: .string(text())
        }
    }

    private mutating func metadata(isSound: Bool = false) -> JSONValue {
        var members = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
            JSONObject.Member(name: text(), value: value())
        }
        if chance(40) { members.append(JSONObject.Member(name: "vcard", value: kept(isSound))) }
        return .object(JSONObject(members))
    }

    /// What an import kept of a card, or something that only looks so.
    private mutating func kept(_ isSound: Bool) -> JSONValue {
        if chance(30) { return value() }
        let parameters: JSONValue = .object([
            "value": .string("a;b\\,c"), "parameters": .string("TYPE=home;PREF=1"),
            "group": .string("item1"),
        ])
        // What was taken from another name than the contact's is not written any more.
        let own: JSONValue = .object(["value": .string("a;b"), "of": .string(text())])
        return .object([
            chance(50) ? "FN" : "N": isSound ? .string("further;name") : own,
            chance(80) ? "NOTE" : text(): .string(text()),
            "X-A": .array([parameters, .string("b")]),
            chance(50) ? "TEL" : "EMAIL": .string(chance(50) ? "+15559999999" : "o@example.org"),
        ])
    }

    private mutating func tags(_ texts: [String]) -> JSONValue {
        .array(texts.map(JSONValue.string))
    }

    /// Any type anywhere, names twice; only the number is one.
    mutating func contact() -> Contact {
        var record: JSONObject = ["id": .string(chance(50) ? text() : "c\(count)")]
        record["phone"] = .string(phone())
        record["name"] = chance(80) ? .string(text()) : value()
        if chance(80) { record["email"] = chance(50) ? .string(text()) : .string("a@example.com") }
        record["tags"] = chance(80) ? tags((0..<3).map { _ in text() }) : value()
        record["metadata"] = chance(80) ? metadata() : value()
        record["created_at"] = chance(50) ? .string("2026-05-07T08:14:23+00:00") : value()
        return Contact(record: record)
    }

    /// What the API could hold.
    mutating func soundContact() -> Contact {
        let names = HostileBook.texts.filter { !$0.trimmingWhitespace().isEmpty }
        let tags = HostileBook.texts.filter { (try? Tag($0))?.text == $0 }
        return Contact(record: [
            "phone": .string(phone()), "name": .string(names.randomElement(using: &random) ?? "x"),
            "email": chance(50) ? .string("b@example.com") : .null,
            "tags": self.tags((0..<3).compactMap { _ in tags.randomElement(using: &random) }),
            "metadata": metadata(isSound: true),
        ])
    }
}
