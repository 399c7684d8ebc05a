import ContactFormats
import ContactModel
import TestGround
import Testing

@Suite("Tables")
struct CSVTests {
    private func cells(_ text: String, delimiter: String = ",", pieces: Int = 1) throws -> [CSVRow]
    {
        var parser = CSVParser(delimiter: delimiter.utf8.first ?? 0x2C)
        let bytes = Array(text.utf8)
        var rows: [CSVRow] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            rows += try parser.feed(Array(bytes[start..<min(bytes.count, start + pieces)]))
        }
        return rows + (try parser.finish())
    }

    @Test(
        "cells are split as RFC 4180 says, and as people write",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
            ("a,,\n", [["a", "", ""]]),
            (",\n\n\r\n,", [["", ""], ["", ""]]),
            ("\"a\",\"b\"\n", [["a", "b"]]),
            ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
            (
                "\"two\r\nlines\",\"and\none\",\"\rmore\"\n",
                [["two\r\nlines", "and\none", "\rmore"]]
            ),
            (" a , \" b \" ,c\t\n", [["a", " b ", "c"]]),
            ("5\" pipe,\"\"\n", [["5\" pipe", ""]]),
            ("\"\"", [[""]]),
            ("e\u{301},\"\u{301}x\"\n", [["e\u{301}", "\u{301}x"]]),
        ])
    func splits(_ text: String, _ expected: [[String]]) throws {
        for pieces in [1, 2, 1000] {
            let rows = try cells(text, pieces: pieces)
            #expect(rows.map(\.cells) == expected)
            #expect(rows.allSatisfy { $0.flaw == nil })
        }
    }

    @Test("lines are counted through quotes")
    func lines() throws {
        let rows = try cells("h\r\n\"a\r\nb\nc\"\r\n\r\nd\n")
        #expect(rows.map(\.line) == [1, 2, 6])
    }

    @Test("what is wrong with a row is told, and the next one is read")
    func flaws() throws {
        let rows = try cells("\"a\"b,c\nd,e\u{0}\n\"f\u{0}\",g\nh,i\n")
        #expect(rows.map(\.flaw) == [.textAfterQuote, .zeroByte, nil, nil])
        var parser = CSVParser(delimiter: 0x2C)
        let latin = try parser.feed(Array("Jos".utf8) + [0xE9, 0x0A] + Array("Ana\n".utf8))
        #expect(latin.map(\.flaw) == [.notUTF8(column: 1), nil])
    }

    @Test("a quote that is never closed is told with its line")
    func openQuote() {
        #expect(throws: FormatError.openQuote(line: 3)) { try cells("a\nb\n\"c,d\ne\n") }
    }

    @Test("a quote that swallows the file ends at the limit")
    func limit() throws {
        var parser = CSVParser(delimiter: 0x2C)
        _ = try parser.feed(Array("a\n\"".utf8))
        let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(throws: FormatError.tooLong(line: 2, limit: 16 << 20)) {
            for _ in 0...16 { _ = try parser.feed(megabyte) }
        }
    }

    @Test("any bytes are split the same in any pieces, and nothing crashes")
    func pieces() throws {
        var random = SplitMix64(seed: 11)
        let signs = Array("a\",;\r\n \t\u{0}é".utf8) + [0xFF]
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                signs[Int.random(in: 0..<signs.count, using: &random)]
            }
            let head = Array("phone,x\n".utf8)
            let whole = outcome(head + bytes, pieces: 1000)
            for pieces in [1, 3] { #expect(outcome(head + bytes, pieces: pieces) == whole) }
        }
    }

    private func outcome(_ bytes: [UInt8], pieces: Int) -> String {
        do {
            return "\(try Reading.entries(bytes, .csv, pieces: pieces).entries)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "what stands between cells is found out",
        arguments: [
            "phone,name\n+15550001001,Ada\n", "phone;name\n+15550001001;Ada\n",
            "phone\tname\n+15550001001\tAda\n", "phone|name\n+15550001001|Ada\n",
            "sep=;\r\nphone;name\r\n+15550001001;Ada\r\n",
            "\n\nphone,name\n+15550001001,Ada", "\u{FEFF}phone,name\n+15550001001,Ada\n",
            "\"phone\",\"name\"\n\"+15550001001\",\"Ada\"\n",
            "phone;\"a,b,c\";name\n+15550001001;;Ada\n",
        ])
    func delimiters(_ text: String) throws {
        let record = try #require(try Reading.records(text, .csv).first)
        #expect(record.phone?.number?.e164 == "+15550001001")
        #expect(record.name?.text == "Ada")
    }

    @Test("a delimiter that is said goes before what is likely")
    func saidDelimiter() throws {
        let records = try Reading.records(
            "phone^na,me,x\n+15550001001^Ada\n", .csv, ReadingOptions(delimiter: 0x5E))
        #expect(records.map(\.phone?.number?.e164) == ["+15550001001"])
    }

    @Test(
        "wide characters without the mark of UTF-16 are refused at first sight",
        arguments: [
            [0x70, 0x00, 0x68, 0x00], [0x00, 0x70, 0x00, 0x68], [0xFF, 0xFE, 0x00, 0x00],
            [0x00, 0x00, 0xFE, 0xFF],
        ])
    func wide(_ bytes: [UInt8]) {
        for format in ContactFormat.allCases {
            #expect(throws: FormatError.wideCharacters) {
                try Reading.entries(bytes + Array("\n".utf8), format, pieces: 1)
            }
        }
    }

    @Test("a file in which nothing stands is refused", arguments: ContactFormat.allCases)
    func empty(_ format: ContactFormat) {
        for text in ["", "\n", "\u{FEFF}\r\n \n"] {
            #expect(throws: FormatError.empty) { try Reading.records(text, format) }
        }
    }

    @Test("a ragged row is refused, empty cells at its end are not")
    func ragged() throws {
        let text = "phone,name\n+15550001001\n+15550001002,b,,\n+15550001003,c,d\n,\n"
        let found = try Reading.entries(Array(text.utf8), .csv).entries
        #expect(found.compactMap(\.record?.line) == [3])
        #expect(
            found.compactMap(\.flaw) == [
                "line 2: cells(1, expected: 2)", "line 4: cells(3, expected: 2)",
            ])
    }

    @Test("files without header, key or the column that was named are refused as a whole")
    func headers() {
        #expect(throws: FormatError.empty) { try Reading.records("", .csv) }
        #expect(throws: FormatError.empty) { try Reading.records("\n\n", .csv) }
        #expect(throws: FormatError.noKeyColumn(["a", "b"])) {
            try Reading.records("a,b\n1,2\n", .csv)
        }
        #expect(throws: FormatError.noSuchColumn("Handy", present: ["phone"])) {
            try Reading.records("phone\n", .csv, ReadingOptions(columns: ["Handy": .phone]))
        }
        #expect(throws: FormatError.headerNotUTF8(column: 2)) {
            try Reading.entries(Array("phone,Pr".utf8) + [0xE9, 0x0A], .csv)
        }
    }
}
