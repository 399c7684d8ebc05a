import ContactFormats
import ContactModel
import JSONText
import TestGround
import Testing
import patchbook

/// What is written, byte by byte, as the files in `Goldens` show it.
@Suite("Exports and reports as they are written")
struct GoldenTests {
    private func contacts() throws -> [Contact] {
        let text = try Scratch.text(at: Golden.path("contacts.json"))
        return (try JSONValue(parsing: text).array ?? []).compactMap(\.object)
            .map { Contact(record: $0) }
    }

    private func check(_ text: String, _ name: String) throws {
        let golden = try Scratch.text(at: Golden.path(name))
        #expect(text == golden, "\(name):\n\(text)")
    }

    @Test("CSV, and CSV for a spreadsheet")
    func tables() throws {
        let columns: [Column] = [
            .field(.phone), .field(.name), .field(.email), .field(.tags), .field(.metadata),
            .metadata("ltv"),
        ]
        for (isForSpreadsheet, name) in [(false, "contacts.csv"), (true, "spreadsheet.csv")] {
            let table = CSVText(columns: columns, isForSpreadsheet: isForSpreadsheet)
            try check(table.header + (try contacts().map(table.line).joined()), name)
        }
    }

    @Test("cards of both versions", arguments: VCardWriter.Version.allCases)
    func cards(_ version: VCardWriter.Version) throws {
        let text = try contacts().map(VCardWriter(version).text).joined()
        try check(text, "contacts-\(version.rawValue).vcf")
    }

    @Test("what is refused is told with its line, and the rest is counted")
    func report() throws {
        let text = try Scratch.text(at: Golden.path("refused.csv"))
        var plan = ImportPlan(rules: ImportRules(), source: "csv_import", spool: MemorySpool())
        let read = try Reading.entries(Array(text.utf8), .csv)
        for entry in read.entries {
            switch entry {
            case .flawed(let line, let flaw): plan.refuse(line: line, flaw)
            case .record(let record):
                if let number = record.phone?.number {
                    try plan.take(record, for: .new(number))
                } else if let phone = record.phone, let flaw = phone.flaw {
                    plan.refuse(line: record.line, .phone(phone.text, flaw))
                } else {
                    plan.refuse(line: record.line, .noKey)
                }
            }
        }
        let report = ImportReport(path: "refused.csv", plan: plan, unread: read.unread)
        let lines = report.complaints + report.notes() + [report.summary]
        try check(lines.map { $0 + "\n" }.joined(), "refused.txt")
        #expect(report.brief == report.summary + ", not imported: Alter")
    }

    @Test(
        "why a whole file is refused",
        arguments: [
            (FormatError.empty, "nothing stands in this file"),
            (.openQuote(line: 3), "the quote in line 3 is never closed"),
            (.cutCard(line: 5), "the card that begins in line 5 is cut off"),
            (
                .notJSON(.unexpectedEnd, line: 2, column: 7),
                "not JSON at line 2, column 7: the text ends too early"
            ),
            (
                .noKeyColumn(["a", "b"]),
                "no column holds phone numbers or ids; say which with --map \"COLUMN=phone\"; "
                    + "there are 'a', 'b'"
            ),
            (
                .noKeyColumn(["Ana", "+15551058756"]),
                "the first line looks like a contact, not like the names of columns: write such "
                    + "a line above it, as in phone,name,email"
            ),
        ])
    func wholeFiles(_ error: FormatError, _ words: String) {
        #expect(ImportWording.phrase(error, .json) == words)
    }

    @Test("the way to save a file in UTF-8 goes by its format")
    func wide() {
        let words = [ContactFormat.csv, .vcard].map { ImportWording.phrase(.wideCharacters, $0) }
        #expect(
            words == [
                "this is UTF-16 without its mark, or UTF-32: save it as CSV UTF-8",
                "this is UTF-16 without its mark, or UTF-32: save it as UTF-8",
            ])
    }
}
