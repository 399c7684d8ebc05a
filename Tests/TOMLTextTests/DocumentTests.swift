import TOMLText
import Testing
import TestGround

@Suite("What a TOML document says")
struct DocumentTests {
    /// A document, and its values in a notation of JSON's kind.
    static let documents: [(String, String)] = [
        ("", "{}"),
        ("# a comment\n\n", "{}"),
        ("\u{FEFF}a = 1", "{a: 1}"),
        ("a = 1\r\nb = 2\r\n", "{a: 1, b: 2}"),
        ("a.b = 1\na . \"c.d\" = 2", "{a: {b: 1, c.d: 2}}"),
        ("'' = 1\n1 = 2\nä = 3".replacing("ä", with: "\"ä\""), "{: 1, 1: 2, ä: 3}"),
        ("a = +1_000\nb = -0\nc = 0x1F\nd = 0o17\ne = 0b11", "{a: 1000, b: 0, c: 31, d: 15, e: 3}"),
        ("a = 1.5\nb = 6_0.0e-1\nc = -inf\nd = 1e06", "{a: 1.5, b: 6.0, c: -inf, d: 1000000.0}"),
        ("a = true\nb = false", "{a: true, b: false}"),
        (
            "a = 1979-05-27\nb = 1979-05-27 07:32:00.5-08:00\nc = 07:32:00\n"
                + "d = 2024-02-29T00:00:60Z",
            "{a: 1979-05-27, b: 1979-05-27 07:32:00.5-08:00, c: 07:32:00, d: 2024-02-29T00:00:60Z}"
        ),
        (#"a = "x\t\"\\\u00e9\U0001F600" # c"#, "{a: 'x\t\"\\é😀'}"),
        (#"a = 'C:\new'"#, #"{a: 'C:\new'}"#),
        ("a = \"\"\"\nx\r\n y\"\"\"", "{a: 'x\n y'}"),
        ("a = \"\"\"x \\  \n\n  y\"\"\"", "{a: 'x y'}"),
        ("a = \"\"\"\"x\"\"\"\"\"", "{a: '\"x\"\"'}"),
        ("a = '''\n'x\\'''", "{a: ''x\\'}"),
        ("a = [1, 'b', [ ], # c\n {d = 1},\n]", "{a: [1, 'b', [], {d: 1}]}"),
        ("a = {b.c = 1, b.d = {}, 'e' = [1]}", "{a: {b: {c: 1, d: {}}, e: [1]}}"),
        ("[a.b]\nc = 1\n[a]\nd = 2 # after its own part", "{a: {b: {c: 1}, d: 2}}"),
        ("[ a . 'b' ] # c\nc = 1", "{a: {b: {c: 1}}}"),
        ("[[a]]\nb = 1\n[a.c]\nd = 2\n[[a]]\nb = 3", "{a: [{b: 1, c: {d: 2}}, {b: 3}]}"),
        ("[[a.b]]\n[[a.b.c]]\nd = 1\n[[a.b.c]]\n", "{a: {b: [{c: [{d: 1}, {}]}]}}"),
        ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{a: {b: {c: 1, d: {e: 2}}}}"),
    ]

    @Test("every form is read", arguments: documents)
    func reads(text: String, values: String) throws {
        #expect(shown(try TOMLTable(parsing: Array(text.utf8))) == values)
    }

    @Test("keys and values know where they stand")
    func places() throws {
        let text = "# first\n  été.'b' = [ 1,\n  {c = 'x'}]\n\n [d]\n e = 1\n"
            .replacing("été", with: "\"été\"")
        let root = try TOMLTable(parsing: Array(text.utf8))
        let table = try #require(root["été"]?.table?.entries.first)
        #expect(table.position == TOMLPosition(line: 2, column: 9))
        #expect(table.value.position == TOMLPosition(line: 2, column: 15))
        let elements = try #require(table.value.array)
        #expect(elements.map(\.position.line) == [2, 3])
        #expect(elements.last?.table?["c"]?.position == TOMLPosition(line: 3, column: 8))
        #expect(root["d"]?.position == TOMLPosition(line: 5, column: 2))
        #expect(root["d"]?.table?.entries.first?.position == TOMLPosition(line: 6, column: 2))
    }

    /// A document, what is wrong with it, and at which line and column.
    static let mistakes: [(String, TOMLSyntaxError.Reason, Int, Int)] = [
        ("a", .unexpectedEnd, 1, 2), ("a =", .unexpectedEnd, 1, 4),
        ("a =\nb = 1", .unexpectedLineEnd, 1, 4), ("= 1", .unexpected("="), 1, 1),
        ("a = 1 b = 2", .unexpected("b"), 1, 7), ("é = 1", .unexpected("é"), 1, 1),
        ("a = ,", .unexpected(","), 1, 5), ("a = [1 2]", .unexpected("2"), 1, 8),
        ("a = [,1]", .unexpected(","), 1, 6), ("a = {b = 1,}", .unexpected("}"), 1, 12),
        ("a = {b = 1\n}", .unexpectedLineEnd, 1, 11), ("a = [1,", .unexpectedEnd, 1, 8),
        ("[a", .unexpectedEnd, 1, 3), ("[a]]", .unexpected("]"), 1, 4),
        ("[[a] ]", .unexpected("]"), 1, 4), ("[]", .unexpected("]"), 1, 2),
        ("a. = 1", .unexpected("="), 1, 4), ("\"\"\"a\"\"\" = 1", .unexpected("\""), 1, 3),
        ("a = 'x", .openString, 1, 5), ("\n a = \"x\ny\"", .openString, 2, 6),
        ("a = '''x\n''", .openString, 1, 5), ("a = \"\\q\"", .badEscape, 1, 6),
        ("a = \"\\ud800\"", .badEscape, 1, 6), ("a = \"\\u12\"", .badEscape, 1, 6),
        ("a = '\u{1}'", .controlCharacter("\u{1}"), 1, 6),
        ("# \u{7F}", .controlCharacter("\u{7F}"), 1, 3),
        ("a = gold", .badValue("gold"), 1, 5), ("a = 01", .badValue("01"), 1, 5),
        ("a = 1__0", .badValue("1__0"), 1, 5), ("a = 1.", .badValue("1."), 1, 5),
        ("a = +0x1", .badValue("+0x1"), 1, 5), ("a = True", .badValue("True"), 1, 5),
        ("a = 2023-02-29", .badValue("2023-02-29"), 1, 5),
        ("a = 24:00:00", .badValue("24:00:00"), 1, 5),
        ("a = 9223372036854775808", .numberTooLarge("9223372036854775808"), 1, 5),
        ("a = 1\na = 2", .repeated("a"), 2, 1), ("a = 1\na.b = 2", .repeated("a"), 2, 1),
        ("[a]\n[a]", .repeated("a"), 2, 2), ("a = 1\n[a]", .repeated("a"), 2, 2),
        ("a.b = 1\n[a]", .repeated("a"), 2, 2), ("a = {}\na.b = 1", .repeated("a"), 2, 1),
        ("[[a]]\n[a]", .repeated("a"), 2, 2), ("a = []\n[[a]]", .repeated("a"), 2, 3),
        ("[a.b.c]\n[a]\nb.c = 1", .repeated("b"), 3, 1),
    ]

    @Test("every mistake is told with its place", arguments: mistakes)
    func refuses(text: String, reason: TOMLSyntaxError.Reason, line: Int, column: Int) {
        let error = #expect(throws: TOMLSyntaxError.self) {
            try TOMLTable(parsing: Array(text.utf8))
        }
        #expect(error?.reason == reason)
        #expect(error?.position == TOMLPosition(line: line, column: column))
    }

    @Test("bytes that are not UTF-8 are refused at their place")
    func badUTF8() {
        let error = #expect(throws: TOMLSyntaxError.self) {
            try TOMLTable(parsing: Array("a = 'é'\nb = '".utf8) + [0xFF] + Array("'".utf8))
        }
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.position == TOMLPosition(line: 2, column: 6))
    }

    @Test("nesting has a limit, and a hundred thousand brackets are an error like any other")
    func depth() throws {
        let limit = TOMLTable.depthLimit
        let deep = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        _ = try TOMLTable(parsing: Array("a = \(deep)".utf8))
        let dots = Array(repeating: "a", count: limit).joined(separator: ".")
        _ = try TOMLTable(parsing: Array("[\(dots)]\n\(dots) = 1".utf8))
        for text in [
            "a = " + String(repeating: "[", count: 100_000),
            "a = " + String(repeating: "{a=", count: 100_000), dots + ".a = 1",
        ] {
            let error = #expect(throws: TOMLSyntaxError.self) {
                try TOMLTable(parsing: Array(text.utf8))
            }
            #expect(error?.reason == .tooDeep(limit: limit))
        }
    }

    @Test("text cut or changed anywhere is read or refused, never more", arguments: 1...8)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = DocumentTests.documents.map(\.0) + DocumentTests.mistakes.map(\.0)
        for _ in 0..<500 {
            var bytes: [UInt8] = []
            for _ in 0..<3 { bytes += (pieces.randomElement(using: &random) ?? "").utf8 + [10] }
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(place...)
                }
            }
            do throws(TOMLSyntaxError) {
                _ = try TOMLTable(parsing: bytes)
            } catch {
                let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
                #expect((1...lines.count).contains(error.position.line))
            }
        }
    }

    private func shown(_ table: TOMLTable) -> String {
        "{" + table.entries.map { "\($0.name): \(shown($0.value))" }.joined(separator: ", ") + "}"
    }

    private func shown(_ value: TOMLValue) -> String {
        switch value.kind {
        case .text(let text): "'\(text)'"
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .bool(let value): "\(value)"
        case .date(let text): text
        case .array(let elements): "[" + elements.map(shown).joined(separator: ", ") + "]"
        case .table(let table): shown(table)
        }
    }
}
