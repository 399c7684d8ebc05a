import ContactFormats
import ContactModel
import JSONText
import Testing

/// Files say more of a person than a contact has room for; what is left over is kept in the
/// metadata where that was asked for, and told by name where not.
@Suite("Further numbers, addresses and names")
struct SurplusTests {
    @Test(
        "of a table",
        arguments: [
            (
                "Phone 1 - Value,Phone 2 - Value,E-mail 1 - Value,E-mail 2 - Value\n"
                    + "+15550001001,+15550001002,a@example.com,c@example.com\n",
                #"{"Phone 2 - Value":"+15550001002","E-mail 2 - Value":"c@example.com"}"#
            ),
            (
                "Phone 1 - Value\n+1 555 000 1001 ::: +1 555 000 1002 ::: +1 555 000 1003\n",
                #"{"Phone 1 - Value":"+1 555 000 1002 ::: +1 555 000 1003"}"#
            ),
            (
                "Phone,Phone 2,E-mail,E-mail 2 - Value\n"
                    + "+15550001001,0170 1,a@example.com,c@example.com\n",
                #"{"Phone 2":"0170 1","E-mail 2 - Value":"c@example.com"}"#
            ),
            (
                "Name,Phone,Phone,Name,X,X\nAda,+15550001001,+15550001002,Lovelace,1,2\n",
                #"{"X":"1 ::: 2","Phone":"+15550001002","Name":"Lovelace"}"#
            ),
            (
                "Name,Given Name,Middle Name,Phone\nAda L.,Ada,Augusta,+15550001001\n",
                #"{"Middle Name":"Augusta"}"#
            ),
        ])
    func table(_ text: String, _ kept: String) throws {
        try check(text, .csv, kept)
    }

    @Test("of an object")
    func object() throws {
        try check(
            #"[{"phone":"none","mobile":"+15550001001","work phone":"+15550001002","#
                + #""name":"Ada","full name":"Ada L.","middle name":"Augusta","email":"","#
                + #""mail":"a@example.com","meta.a.b":1}]"#, .json,
            #"{"phone":"none","work phone":"+15550001002","full name":"Ada L.","meta.a.b":1,"#
                + #""middle name":"Augusta"}"#)
    }

    private func check(_ text: String, _ format: ContactFormat, _ kept: String) throws {
        let wanted = try #require(try JSONValue(parsing: kept).object)
        let record = try #require(
            try Reading.records(text, format, ReadingOptions(keepsUnknown: true)).first)
        let patch = try record.merged(into: Contact(record: [:]), ImportRules()).patch
        #expect(JSONValue.object(patch.metadata).jsonText == kept)
        #expect(record.phone?.number?.e164 == "+15550001001")
        #expect(record.email.map { ["", "a@example.com"].contains($0.text) } != false)
        let read = try Reading.entries(Array(text.utf8), format)
        let told = read.unread.surplus.first + read.unread.unknown.first
        #expect(Set(told) == Set(wanted.names))
        #expect(read.entries.compactMap(\.record).allSatisfy { $0.cells.isEmpty })
        let whole = try Reading.entries(
            Array(text.utf8), format, ReadingOptions(keepsUnknown: true))
        #expect(whole.unread.surplus.count + whole.unread.unknown.count == 0)
    }

    @Test("the same value twice is one")
    func same() throws {
        let text =
            "Name,Given Name,Phone,Phone 2,E-mail,E-mail 2\n"
            + "Ada L.,Ada,+1 555 000 1001,+15550001001,a@example.com,a@example.com\n"
        let read = try Reading.entries(
            Array(text.utf8), .csv, ReadingOptions(keepsUnknown: true))
        #expect(read.entries.compactMap(\.record?.cells) == [[]])
        #expect(try Reading.entries(Array(text.utf8), .csv).unread.surplus.count == 0)
    }

    @Test("names without end are counted, and the first of them told")
    func counted() throws {
        let names = (0..<5000).map { "c\($0)" }
        let text =
            "phone," + names.joined(separator: ",") + "\n"
            + String(
                repeating: "+15550001001" + String(repeating: ",x", count: 5000) + "\n", count: 2)
        let unknown = try Reading.entries(Array(text.utf8), .csv, pieces: 4096).unread.unknown
        #expect(unknown.count == 5000)
        #expect(unknown.first == Array(names.prefix(12)))
    }
}
