import TestGround
import Testing

extension EndToEnd {
    /// A file tells of the same people each time it is imported.
    @Suite struct ImportsAgain {
        private static let columns = "id,name,company,phone 1 - value,phone 2 - value,email\n"

        /// Imports a table twice.
        ///
        /// - Returns: the people after the first time, what was said of both times, and whether
        ///   the second one left every byte.
        private func twice(_ table: String, on book: String) async throws -> (
            people: [String], first: Program.Outcome, second: Program.Outcome, isSame: Bool
        ) {
            let home = try Home()
            try home.put("book.json", book)
            try home.put("in.csv", ImportsAgain.columns + table)
            let first = try await Program.run("import", "in.csv", "--file", "book.json", in: home)
            let told = try await Program.run(
                "list", "--file", "book.json", "--format", "csv", "--columns", "phone,name,email",
                "--sort", "phone", in: home)
            let people = told.output.split(whereSeparator: \.isNewline).dropFirst()
            let text = try home.text("book.json")
            let second = try await Program.run("import", "in.csv", "--file", "book.json", in: home)
            let isSame = try home.text("book.json") == text
            return (people.map(String.init), first, second, isSame)
        }

        @Test(
            "who shares a number stays who it was at the first time",
            arguments: [
                (
                    ",Bea,,+15550000002,+15550000001,\n,Ann,,+15550000002,,a2@x.de\n"
                        + ",Ann,,+15550000001,+15550000002,a@x.de\n",
                    ["+15550000001,Ann,a@x.de", "+15550000002,Bea,"]
                ),
                (
                    ",,Acme,+15550000001,+15550000002,\n,Bob,,+15550000002,,\n"
                        + ",,Acme,+15550000002,,info@x.de\n",
                    ["+15550000001,Acme,info@x.de", "+15550000002,Bob,"]
                ),
                (
                    ",,Acme,+15550000001,,\n,,Acme,+15550000002,+15550000001,b@x.de\n",
                    ["+15550000001,Acme,b@x.de"]
                ),
                (
                    ",Lee,,+15550000001,,\n,Ann Lee,,+15550000001,,a@x.de\n,Ann,,+15550000001,,\n",
                    ["+15550000001,Ann Lee,a@x.de"]
                ),
                (
                    ",Cy,,+15550000002,,\n,Bo,,+15550000002,+15550000004,\n"
                        + ",Bo,,+15550000006,+15550000004,\n",
                    ["+15550000002,Cy,", "+15550000006,Bo,"]
                ),
            ])
        func sharers(table: String, people: [String]) async throws {
            let done = try await twice(table, on: "[]")
            #expect(done.people == people, "\(done.first.errors)")
            #expect(done.second.output.hasPrefix("0 added, 0 updated"), "\(done.second.output)")
            #expect(done.isSame)
        }

        @Test("a card that stands twice leaves the same the second time")
        func repeatedCards() async throws {
            let home = try Home()
            try home.put("book.json", "[]")
            let cards = [";TYPE=CELL:", ":"].map { first in
                "BEGIN:VCARD\nVERSION:3.0\nFN:Bo\nTEL\(first)+15550000004\nTEL:+15550000005\n"
                    + "END:VCARD\n"
            }
            try home.put("in.vcf", cards.joined())
            var texts: [String] = []
            for _ in 1...2 {
                _ = try await Program.run("import", "in.vcf", "--file", "book.json", in: home)
                texts.append(try home.text("book.json"))
            }
            #expect(texts[0] == texts[1])
        }

        @Test("who gets another name by a number alone, and new ids, are told")
        func renaming() async throws {
            let book = #"[{"id":"1","phone":"+15550000001","name":"Ana"}]"#
            let done = try await twice(
                ",Zed,,+15550000001,,\n1,Ina,,+15550000001,,\nx,Bo,,+15550000002,,\n", on: book)
            let zed = "line 2: the number +15550000001 is that of line 3 too"
            #expect(done.first.errors.contains(zed), "\(done.first.errors)")
            #expect(!done.first.errors.contains("from now on"))
            #expect(done.first.errors.contains("1 new contact gets another id than the file says"))
            let alone = try await twice(",Zed,,+15550000001,,\n", on: book)
            let renamed =
                "in.csv, line 2: +15550000001 is that of Ana, who is called Zed from now on"
            #expect(alone.first.errors.contains(renamed), "\(alone.first.errors)")
            #expect(alone.second.errors == "")
        }

        @Test("contacts that share a number are told apart by their ids")
        func sharedByIDs() async throws {
            let book =
                #"[{"id":"1","phone":"+15550000001"},{"id":"2","phone":"+15550000001"}]"#
            let done = try await twice(
                "1,Ann,,+15550000001,,\n2,Bob,,+15550000001,,\n", on: book)
            #expect(done.first.output == "0 added, 2 updated, 0 unchanged\n")
            #expect(done.first.errors == "")
            #expect(done.people == ["+15550000001,Ann,", "+15550000001,Bob,"])
            #expect(done.second.output == "0 added, 0 updated, 2 unchanged\n")
        }

        @Test(
            "the second time changes nothing, whoever shares whichever numbers",
            arguments: 1...100 as ClosedRange<UInt64>)
        func anything(seed: UInt64) async throws {
            var random = SplitMix64(seed: seed)
            var numbers = (1...4).map { "+1555000000\($0)" }
            let names = ["Ann", "Bea", "Ann Lee", "Lee Ann", ""]
            var table = ""
            for row in 0..<Int.random(in: 3...6, using: &random) {
                numbers.shuffle(using: &random)
                let id = ["1", "2", "x", "", "", ""].randomElement(using: &random) ?? ""
                let name = names.randomElement(using: &random) ?? ""
                let company = ["Acme", "Ann", "", ""].randomElement(using: &random) ?? ""
                let further = Bool.random(using: &random) ? numbers[1] : ""
                table +=
                    [id, name, company, numbers[0], further, "e\(row)@x.de"]
                    .joined(separator: ",") + "\n"
            }
            let book = (0..<Int.random(in: 0...3, using: &random)).map { place in
                let name = names.randomElement(using: &random) ?? ""
                return #"{"id":"\#(place)","phone":"\#(numbers[place])","name":"\#(name)"}"#
            }
            let done = try await twice(table, on: "[" + book.joined(separator: ",") + "]")
            let comment = Comment(rawValue: "\(table)\(book)\n\(done.first.errors)")
            #expect(done.second.output.hasPrefix("0 added, 0 updated"), comment)
            #expect(done.isSame, comment)
            #expect(!done.first.output.contains("-"), comment)
        }
    }
}
