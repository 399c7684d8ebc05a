import ContactModel
import TestGround
import Testing

/// Where and why a query makes no sense, and that none does harm.
@Suite struct QueryFlawTests {
    typealias Problem = QueryFlaw.Problem

    static let flaws: [(query: String, problem: Problem, offset: Int, length: Int)] = [
        ("a \"b", .openQuote, 2, 2), ("tag:\"b c", .openQuote, 4, 4), ("é \"", .openQuote, 2, 1),
        ("(a b", .openGroup, 0, 1), ("a (b (c)", .openGroup, 2, 1), ("a) b", .strayClose, 1, 1),
        (")", .strayClose, 0, 1), ("a ()", .emptyGroup, 2, 2), ("( \"\" )", .emptyGroup, 0, 6),
        ("a OR", .nothingBesideOr, 4, 0), ("OR a", .nothingBesideOr, 0, 2),
        ("a OR OR b", .nothingBesideOr, 5, 2), ("(a OR )", .nothingBesideOr, 6, 0),
        ("a -", .nothingToExclude, 2, 1), ("- a", .nothingToExclude, 0, 1),
        ("(-)", .nothingToExclude, 1, 1), ("-\"\"", .nothingToExclude, 0, 1),
        ("tga:vip", .unknownField("tga", nearest: "tag"), 0, 3),
        ("a crated>2026", .unknownField("crated", nearest: "created"), 2, 6),
        ("created_at:2026", .unknownField("created_at", nearest: "created"), 0, 10),
        ("meta:gold", .unknownField("meta", nearest: "meta."), 0, 4),
        ("zzz:1", .unknownField("zzz", nearest: nil), 0, 3),
        ("tag:", .missingValue(field: "tag"), 4, 0),
        ("(tag: a)", .missingValue(field: "tag"), 5, 0),
        ("created>=", .missingValue(field: "created"), 9, 0),
        ("meta.ltv>", .missingValue(field: "meta.ltv"), 9, 0),
        ("meta.", .missingKey, 5, 0), ("meta.a..b", .missingKey, 7, 0),
        ("meta.:x", .missingKey, 5, 0), ("meta.\"\"", .missingKey, 7, 0),
        ("name>b", .wrongSign(">", field: "name", allowed: [":", ":="]), 4, 1),
        ("tag:=b", .wrongSign(":=", field: "tag", allowed: [":"]), 3, 2),
        ("is=marked", .wrongSign("=", field: "is", allowed: [":"]), 2, 1),
        ("created>tomorrow", .notADate("tomorrow"), 8, 8),
        ("created>2026-02-29", .notADate("2026-02-29"), 8, 10),
        ("created:2026-13", .notADate("2026-13"), 8, 7), ("created>-7q", .notADate("-7q"), 8, 3),
        ("created>never", .notADate("never"), 8, 5), ("created:\"\"", .notADate("\"\""), 8, 2),
        ("created>-99999d", .notADate("-99999d"), 8, 7),
        ("created:2026*", .notADate("2026*"), 8, 5),
        ("is:flaged", .unknownState("flaged", nearest: "flagged"), 3, 6),
        ("is:nothing", .unknownState("nothing", nearest: nil), 3, 7),
        ("@vipp", .unknownSaved("vipp", nearest: "vip"), 0, 5),
        ("a @loop", .circle("loop"), 2, 5), ("@selfish", .circle("selfish"), 0, 8),
        ("x @bad", .inSaved("bad", .openQuote), 2, 4),
        ("@worse", .inSaved("worse", .inSaved("bad", .openQuote)), 0, 6),
    ]

    static let saved = [
        "vip": "tag:vip", "loop": "a @pool", "pool": "b OR @loop", "selfish": "-@selfish",
        "bad": "\"", "worse": "(@bad)",
    ]

    @Test(arguments: flaws.indices)
    func everyFlawHasItsPlace(_ index: Int) {
        let expected = Self.flaws[index]
        let flaw = QueryFlaw(expected.problem, offset: expected.offset, length: expected.length)
        #expect(QueryStory.flaw(expected.query, saved: Self.saved) == flaw, "\(expected.query)")
    }

    @Test(
        "text that only looks like a field is searched for as it is",
        arguments: [
            "https://example.com/a?b=c", "12:30", "Re:", "Re: hello", "a=b", "user@meta.com",
            "a:b:c".replacing("a:", with: "1:"), "don't", "ex>", "\"tga:vip\"", "José:x", "@",
            "@a.b",
            "tag", "meta", "never", "C:\\", "*", "+", "=", "<a@b.c>", "^_^", "a(b)c", "(555)0100",
        ])
    func harmless(text: String) {
        #expect(QueryStory.flaw(text) == nil)
    }

    @Test func sizesAreLimited() {
        let limit = Query.maximumLength
        let long = String(repeating: "a", count: limit)
        #expect(QueryStory.flaw(long) == nil)
        let tooLong = QueryFlaw(.tooLong(limit: limit), offset: limit, length: 2)
        #expect(QueryStory.flaw(long + "bc") == tooLong)
        let depth = Query.maximumDepth
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(QueryStory.flaw(nested(depth)) == nil)
        let tooDeep = QueryFlaw(.tooDeep(limit: depth), offset: depth, length: 1)
        #expect(QueryStory.flaw(nested(depth + 1)) == tooDeep)
        #expect(QueryStory.flaw(String(repeating: "-", count: depth + 1) + "a") == tooDeep)
        #expect(QueryStory.flaw(String(repeating: "(", count: 9_999))?.problem == tooDeep.problem)
    }

    @Test("saved queries that multiply stop at the limit of length")
    func savedBombs() {
        var saved = ["q0": "word"]
        for level in 1...60 { saved["q\(level)"] = "@q\(level - 1) @q\(level - 1)" }
        let flaw = QueryFlaw(.tooLong(limit: Query.maximumLength), offset: 0, length: 4)
        #expect(QueryStory.flaw("@q60", saved: saved) == flaw)
        #expect(QueryStory.flaw("@q8", saved: saved) == nil)
    }

    @Test("text is found in text as a plain search finds it, be it ever so repetitive")
    func substrings() {
        var random = SplitMix64(seed: 7)
        func word(_ length: UInt64) -> String {
            String((0..<random.next() % length).map { _ in random.next() % 3 == 0 ? "b" : "a" })
        }
        for _ in 0..<2_000 {
            let (line, needle) = (word(20), word(6))
            let (bytes, wanted) = (Array(line.utf8), Array(needle.utf8))
            let isThere = bytes.indices.contains { bytes[$0...].starts(with: wanted) }
            #expect(SearchText.line(line, holds: needle) == (isThere || wanted.isEmpty))
        }
        let long = String(repeating: "a", count: 200_000)
        let needle = String(repeating: "a", count: 9_000) + "b"
        #expect(!SearchText.line(long, holds: needle))
        #expect(SearchText.line(long + needle, holds: needle))
    }

    @Test("any text is read or refused at a place within it", arguments: 0..<50)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pieces = [
            " ", "(", ")", "-", "OR", "\"", "\\", ":", ":=", ">", ">=", "<", "=", "*", "@", ".",
            "tag",
            "name", "meta.", "created", "messaged", "is", "never", "2026", "-01", "-7d", "marked",
            "a", "é", "e\u{301}", "字", "👨‍👩‍👧", "\u{0}", "\u{202E}", "\n", "q", "0", "9999999999", "//",
        ]
        let saved = ["q": "a OR (b", "a": "@q", "is": "tag:x -y"]
        let contacts = try QueryStory.contacts()
        for _ in 0..<200 {
            let count = 1 + Int(random.next() % 30)
            let text = (0..<count).map { _ in
                pieces[Int(random.next() % UInt64(pieces.count))]
            }.joined()
            do throws(QueryFlaw) {
                let query = try Query(text, clock: .still, saved: saved)
                for contact in contacts {
                    _ = query.matches(ContactRow(contact: contact, key: nil), isMarked: false)
                }
            } catch {
                let length = text.unicodeScalars.count
                #expect(error.offset >= 0 && error.length >= 0)
                #expect(error.offset + error.length <= length, "\(text)")
            }
        }
    }
}
