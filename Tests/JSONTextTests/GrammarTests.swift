import JSONText
import Testing

@Suite("What is JSON and what is not")
struct GrammarTests {
    @Test(
        "accepts every form of RFC 8259",
        arguments: [
            "null", " true ", "\tfalse\r\n", "0", "-0", "9120.00", "1e5", "1E+5", "-1.5e-300",
            "12345678901234567890", "\"\"", "\"a\\u0041\\n\\/\\\"\\\\\"", "[]", "[ ]", "{}",
            "{ \"a\" : [ 1 , { \"b\" : null } ] }", "\"\u{7F}\"", "\"\u{2028}\"", "\"😀\"",
            "\"\\ud83d\\ude00\"", "{\"a\":1,\"a\":2}", "[[[[]]]]", "\"\\u0000\"",
        ])
    func accepts(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.jsonText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", " ", "nul", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN",
            "Infinity", "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\t\"", "\"\n\"",
            "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
            "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:2}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "1 2",
            "null null", "[1]]", "\u{FEFF}1", "/**/1", "1\u{A0}", "\u{C}1", "[\"a\":1]", "\"\\",
            "\"\\u", "-a", "[1}", "{\"a\":1]", "\"\\ud800\"", "\"\\ude00\\ud83d\"",
        ])
    func refuses(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0xFF], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func badUTF8(bytes: [UInt8]) throws {
        let quote = UInt8(ascii: "\"")
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: [quote] + bytes + [quote])
        }
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.offset == 1)
    }

    @Test("says where a mistake is: line, column in characters, byte")
    func place() {
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: "{\n  \"é\": 1,\n  \"ü😀\": x}")
        }
        #expect(error?.line == 3)
        #expect(error?.column == 9)
        #expect(error?.offset == 25)
        #expect(error?.reason == .unexpectedByte(UInt8(ascii: "x")))
    }

    @Test("a hundred thousand brackets are an error at the limit, not a crash")
    func depth() {
        for open in ["[", "{\"a\":"] {
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONValue(parsing: String(repeating: open, count: 100_000))
            }
            #expect(error?.reason == .tooDeep(limit: 1000))
        }
    }

    @Test("a value at the depth limit is read, written and compared")
    func atTheLimit() throws {
        let text = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        let value = try JSONValue(parsing: text)
        #expect(value.jsonText == text)
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test("half a surrogate pair may be replaced where the bytes stay as they are")
    func loneSurrogates() throws {
        let value = try JSONValue(
            parsing: Array("[\"\\ud800\", \"a\\udc00b\"]".utf8), loneSurrogates: .replace)
        #expect(value == .array([.string("\u{FFFD}"), .string("a\u{FFFD}b")]))
    }
}

@Suite("What is kept")
struct PreservationTests {
    @Test("keeps order, repeated names and the text of numbers")
    func kept() throws {
        let text = #"{"b":9120.00,"a":12345678901234567890,"b":-0.0e+1,"":null}"#
        let value = try JSONValue(parsing: text)
        #expect(value.jsonText == text)
        #expect(value.object?["b"] == JSONNumber("-0.0e+1").map(JSONValue.number))
    }

    @Test("writes escapes only where the grammar wants them")
    func escapes() {
        let text = JSONValue.string("a/\u{7F}é\"\\\n\t\r\u{1}\u{1F}😀").jsonText
        #expect(text == "\"a/\u{7F}é\\\"\\\\\\n\\t\\r\\u0001\\u001f😀\"")
    }

    @Test("canonically equivalent texts are two texts")
    func exactness() {
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        var object: JSONObject = ["é": .null]
        object["e\u{301}"] = .bool(true)
        #expect(object.members.count == 2)
    }

    @Test("removing a name removes it as often as it stands")
    func removal() throws {
        var object = try #require(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).object)
        object["a"] = nil
        #expect(object.names == ["b"])
    }

    @Test("finds the bytes of members and elements")
    func outline() throws {
        let text = #" { "a" : [1, 2] , "b":"x" } "#
        let bytes = Array(text.utf8)
        let members = try #require(try JSONOutline.members(of: bytes, in: 0..<bytes.count))
        let texts = members.map { String(decoding: bytes[$0.value], as: UTF8.self) }
        #expect(texts == ["[1, 2]", "\"x\""])
        let elements = try #require(try JSONOutline.elements(of: bytes, in: members[0].value))
        #expect(elements.map { String(decoding: bytes[$0], as: UTF8.self) } == ["1", "2"])
        #expect(try JSONOutline.elements(of: bytes, in: 0..<bytes.count) == nil)
    }
}
