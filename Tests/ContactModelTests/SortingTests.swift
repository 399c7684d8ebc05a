import ContactModel
import JSONText
import TestGround
import Testing

/// Orders, and the values they compare.
@Suite struct SortingTests {
    @Test(
        arguments: [
            ("name", "dbac"), ("name:desc", "cabd"), ("created_at", "bacd"),
            ("created_at:desc", "dcab"), ("total_messages", "bacd"),
            ("total_messages:desc", "abcd"), ("meta.ltv", "abcd"), ("meta.plan:desc", "bacd"),
            ("meta.address.city", "bacd"), ("meta.nothing,name:desc", "cabd"), ("id:desc", "dcba"),
            ("created", "bacd"), ("tags", "abcd"), ("email", "acbd"), ("last_message_at", "acbd"),
            ("updated_at:desc", "abcd"), ("metadata", "abcd"), ("source,name", "badc"),
        ])
    func order(written: String, expected: String) throws {
        let order = try #require(SortOrder(written: written))
        #expect(order.sorted(try QueryStory.contacts()).compactMap(\.id).joined() == expected)
        #expect(SortOrder(written: order.written) == order)
    }

    @Test(arguments: ["", "nobody", "name:down", "name:desc:asc", "meta.", "name,,x", ":desc"])
    func notAnOrder(written: String) {
        #expect(SortOrder(written: written) == nil)
    }

    @Test("numbers are compared exactly, whatever their length and writing")
    func quantities() throws {
        let ascending = [
            "-1e400", "-12345678901234567891", "-12345678901234567890", "-10", "-2.5", "-0.001",
            "0", "1e-400", "0.05", "0.1", "2", "9.99", "10", "9120.01", "12345678901234567890",
            "12345678901234567891", "1e30", "1e999999999999999999999999",
        ]
        let values = ascending.compactMap(Quantity.init)
        #expect(values.count == ascending.count)
        for (index, value) in values.enumerated() {
            for (other, right) in values.enumerated() {
                #expect((value < right) == (index < other), "\(ascending[index])")
            }
        }
        for (one, other) in [("9120.00", "9120"), ("0", "-0.0"), ("1e2", "100"), ("0.10", "1E-1")] {
            #expect(Quantity(one) == Quantity(other))
        }
        #expect(Quantity("1.") == nil && Quantity("") == nil && Quantity("0x1") == nil)
    }

    @Test(
        arguments: [
            ("2026-05-07T08:14:23+00:00", 1_778_141_663, 0),
            ("2026-05-07T08:14:23Z", 1_778_141_663, 0),
            ("2026-05-07t10:14:23.25+02:00", 1_778_141_663, 250_000_000),
            ("2026-05-07 08:14:23", 1_778_141_663, 0),
            ("2026-05-07T03:14:23.1234567899-0500", 1_778_141_663, 123_456_789),
            ("2026-05-07T08:14Z", 1_778_141_640, 0), ("1970-01-01", 0, 0),
            ("1969-12-31T23:59:59Z", -1, 0), ("2024-02-29", 1_709_164_800, 0),
            ("0000-01-01", -62_167_219_200, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
            ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
        ])
    func timestamps(text: String, seconds: Int, nanoseconds: Int) {
        let expected = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(Timestamp(text) == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-32", "2026-01-01T",
        "2026-01-01T24:00:00Z", "2026-01-01T23:60Z", "2026-01-01T10:00:00+",
        "2026-01-01T10:00:00.Z",
        "2026-01-01T10:00:00Zx", " 2026-01-01", "２０２６-01-01", "2026-01-01T10:00:00+1",
    ])
    func notATimestamp(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("columns show what stands in them on one line")
    func shown() throws {
        let contact = try QueryStory.contacts()[0]
        func shown(_ name: String) -> String? { Column(name: name).map { contact.shown($0) } }
        #expect(shown("tags") == "VIP, black friday")
        #expect(shown("meta.ltv") == "9120.00")
        #expect(shown("meta.address.city") == "Paris")
        #expect(shown("meta.address") == #"{"city":"Paris","zip":"01000"}"#)
        #expect(shown("meta.sizes") == "S, XL")
        #expect(shown("meta.note") == "")
        #expect(shown("meta.first order") == "2026-01-05")
        #expect(shown("meta.") == nil)
    }
}
