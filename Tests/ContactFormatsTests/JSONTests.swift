import ContactFormats
import ContactModel
import JSONText
import Testing

@Suite("JSON and JSON lines")
struct JSONTests {
    @Test(
        "a list is found, whatever stands beside it",
        arguments: [
            #"[{"phone":"+15550001001"},{"phone":"+15550001002"}]"#,
            "[\n\t{\"phone\" : \"+15550001001\"}\r\n,{\"phone\":\"+15550001002\"} ]\n",
            #"{"data":[{"phone":"+15550001001"},{"phone":"+15550001002"}],"page":[1,{"a":"]}"}]}"#,
            #"{"meta":{"data":[{"phone":"5"}]},"n":1,"data":[{"phone":"+15550001001"},"#
                + #"{"phone":"+15550001002"}],"x":null}"#,
            "\u{FEFF}[{\"phone\":\"+15550001001\",\"x\":\"}]\\\"\"},{\"phone\":\"+15550001002\"}]",
        ])
    func lists(_ text: String) throws {
        for pieces in [1, 3, 1000] {
            let found = try Reading.entries(Array(text.utf8), .json, pieces: pieces).entries
            #expect(
                found.map(\.record?.phone?.number?.e164) == ["+15550001001", "+15550001002"])
        }
    }

    @Test(
        "what is not a list of contacts is refused as a whole, with its place",
        arguments: [
            ("", FormatError.empty), (" \n", .empty),
            ("[{\"a\":1}", .notJSON(.unexpectedEnd, line: 1, column: 9)),
            ("[\n {\"a\":1},\n {\"b\":tru}]", .notJSON(.unexpectedByte(0x7D), line: 3, column: 10)),
            ("[{\"é\":1} {\"b\":2}]", .notJSON(.unexpectedByte(0x7B), line: 1, column: 10)),
            ("[{\"a\":1},]", .notJSON(.unexpectedByte(0x5D), line: 1, column: 10)),
            ("[] []", .notJSON(.trailingText, line: 1, column: 4)),
            ("\"text\"", .notJSON(.unexpectedByte(0x22), line: 1, column: 1)),
            ("{\"data\":5}", .noList), ("{\"phone\":\"1\"}\n{\"phone\":\"2\"}\n", .noList),
        ])
    func broken(_ text: String, _ expected: FormatError) {
        for pieces in [1, 1000] {
            #expect(throws: expected) {
                try Reading.entries(Array(text.utf8), .json, pieces: pieces)
            }
        }
    }

    @Test("a line that is wrong is refused alone")
    func lines() throws {
        let text = """
            {"phone":"+15550001001"}

            {"phone":
            [1]
            {"phone":"+15550001002"}
            {"phone":"+15550001003","name":"a","name":"b"}
            """
        let found = try Reading.entries(Array(text.utf8), .jsonl).entries
        #expect(found.compactMap(\.record?.line) == [1, 5])
        #expect(
            found.compactMap(\.flaw) == [
                "line 3: notJSON(JSONText.JSONSyntaxError.Reason.unexpectedEnd, column: 10)",
                "line 4: notAnObject(kind: \"list\")", "line 6: repeatedName(\"name\")",
            ])
    }

    @Test("objects of other programs, with their types kept")
    func foreign() throws {
        let text = """
            [{"First Name": "Ana", "lastName": "Pérez", "Phone Number": 15550001001,
              "labels": ["vip", "black friday"], "ltv": 9120.00, "empty": "", "locale": "fr"}]
            """
        let plan = try #require(DialingPlan(callingCode: "1", trunkPrefix: "1"))
        let options = ReadingOptions(plan: plan, keepsUnknown: true)
        #expect(
            try Reading.plan(text, .json, options) == [
                #"{"phone":"+15550001001","create":true,"name":"Ana Pérez","#
                    + #""tags":"vip,black friday","metadata":{"ltv":9120.00},"#
                    + #""source":"csv_import"}"#
            ])
        let unread = try Reading.entries(Array(text.utf8), .json).unread
        #expect(unread.unknown.first == ["ltv"])
        #expect(unread.fixed.first == ["locale"])
    }

    @Test(
        "values of a wrong type are refused, null and empty say nothing",
        arguments: [
            (#"{"name":5}"#, "wrongKind(ContactModel.Field.name, kind: \"number\")"),
            (#"{"email":true}"#, "wrongKind(ContactModel.Field.email, kind: \"true/false\")"),
            (#"{"email":"a@b"}"#, "email(\"a@b\")"),
            (#"{"tags":[1]}"#, "wrongKind(ContactModel.Field.tags, kind: \"list\")"),
            (
                #"{"tags":["a\u0007b"]}"#,
                "tag(\"a\\u{07}b\", ContactModel.TagFlaw.controlCharacter)"
            ),
            (#"{"tags":["", " "]}"#, nil),
            (#"{"metadata":[1]}"#, "wrongKind(ContactModel.Field.metadata, kind: \"list\")"),
            (#"{"name":null,"email":"","tags":[],"metadata":{}}"#, nil),
        ])
    func types(_ text: String, _ expected: String?) throws {
        let record = try #require(try Reading.records("[\(text)]", .json).first)
        for present in [[:], ["tags": .array([])]] as [JSONObject] {
            var flaw: String?
            do {
                let merged = try record.merged(into: Contact(record: present), ImportRules())
                #expect(merged.patch.isEmpty)
            } catch {
                flaw = "\(error)"
            }
            #expect(flaw == expected)
        }
    }
}
