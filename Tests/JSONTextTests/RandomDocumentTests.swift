import JSONText
import TestGround
import Testing

@Suite("Random documents")
struct RandomDocumentTests {
    @Test("are read back as they were written", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = JSONValue.random(&random, depth: 4)
        #expect(try JSONValue(parsing: value.jsonText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
    }

    @Test("with any byte changed are refused or read, and never crash", arguments: 0..<20)
    func mutations(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = Array(JSONValue.random(&random, depth: 3).jsonText.utf8)
        for index in bytes.indices {
            for byte in [0, 0x22, 0x2C, 0x5B, 0x5C, 0x7D, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = byte
                if let value = try? JSONValue(parsing: changed, loneSurrogates: .replace) {
                    #expect((try? JSONValue(parsing: value.jsonText)) == value)
                }
            }
        }
    }

    @Test("cut anywhere are refused", arguments: 0..<20)
    func cuts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = Array(JSONValue.array([.random(&random, depth: 3)]).jsonText.utf8)
        for end in bytes.indices {
            #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(bytes[..<end])) }
        }
    }

    @Test("a long list is read in one pass")
    func long() throws {
        let text =
            "[" + Array(repeating: "{\"a\":[1,2]}", count: 50_000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: text).array?.count == 50_000)
    }
}

extension JSONValue {
    static func random(_ random: inout SplitMix64, depth: Int) -> JSONValue {
        switch random.next() % (depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(random.next() % 2 == 0)
        case 2:
            let texts = ["0", "-0", "9120.00", "1e9", "12345678901234567890", "-1.5E-7"]
            return JSONNumber(texts[Int(random.next() % 6)]).map(JSONValue.number) ?? .null
        case 3, 4: return .string(.random(&random))
        case 5:
            return .array((0..<random.next() % 5).map { _ in .random(&random, depth: depth - 1) })
        default:
            return .object(
                JSONObject(
                    (0..<random.next() % 5).map { _ in
                        JSONObject.Member(
                            name: .random(&random), value: .random(&random, depth: depth - 1))
                    }))
        }
    }
}

extension String {
    static func random(_ random: inout SplitMix64) -> String {
        let pieces = [
            "a", "Z", "\"", "\\", "/", "\n", "\u{0}", "é", "e\u{301}", "字", "😀", "\u{7F}",
        ]
        return (0..<random.next() % 8).map { _ in pieces[Int(random.next() % 12)] }.joined()
    }
}
