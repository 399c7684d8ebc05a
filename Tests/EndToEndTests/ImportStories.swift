import JSONText
import Testing

extension EndToEnd {
    /// Whom records with several numbers are about.
    @Suite struct Imports {
        private func cards(_ cards: [[String]]) -> String {
            cards.map { card in
                (["BEGIN:VCARD", "VERSION:3.0"] + card + ["END:VCARD"])
                    .map { $0 + "\r\n" }.joined()
            }.joined()
        }

        private static let ann = #"[{"id":"1","phone":"+4930123456","name":"Ann Lee"}]"#

        private func home(_ cards: [[String]]) throws -> Home {
            let home = try Home()
            try home.put("book.json", Imports.ann)
            try home.put("in.vcf", self.cards(cards))
            return home
        }

        private func bring(_ name: String = "in.vcf", in home: Home) async throws
            -> Program.Outcome
        {
            let foretold = try await Program.run(
                "import", name, "--file", "book.json", "--dry-run", in: home)
            let outcome = try await Program.run("import", name, "--file", "book.json", in: home)
            #expect(foretold.errors.contains("dry run: " + outcome.output.dropLast()))
            return outcome
        }

        @Test("an id that names the contact goes with any of its numbers")
        func furtherNumbersBesideAnID() async throws {
            let home = try home([
                ["UID:1", "FN:Ann Bee", "TEL;TYPE=CELL:+49170555555", "TEL:+4930123456"]
            ])
            #expect(try await bring(in: home).output == "0 added, 1 updated, 0 unchanged\n")
            #expect(try home.text("book.json").contains(#""name":"Ann Bee""#))
        }

        @Test("people who share a telephone stay two but where they have one name; that is told")
        func sharedNumbers() async throws {
            let home = try home([
                ["FN:Ann Lee", "TEL;TYPE=CELL:+49170555555", "TEL;TYPE=HOME:+4930123456"],
                ["FN:Bo Lee", "TEL;TYPE=CELL:+49170555556", "TEL;TYPE=HOME:+4930123456"],
            ])
            let outcome = try await bring(in: home)
            #expect(outcome.output == "1 added, 1 updated, 0 unchanged\n")
            for (line, what) in [(1, "taken for the same"), (7, "taken as two people")] {
                let words = "line \(line): a further number, +4930123456, is that of Ann Lee: "
                #expect(outcome.errors.contains("in.vcf, " + words + what), "\(outcome.errors)")
            }
            #expect(try await bring(in: home).output == "0 added, 0 updated, 2 unchanged\n")
            try home.put(
                "in.csv",
                "phone 1 - value,phone 2 - value,name\n+49 40 555 0006,+49 30 123456,Ann Lee\n")
            let table = try await bring("in.csv", in: home)
            #expect(table.output == "0 added, 0 updated, 1 unchanged\n")
            #expect(table.errors.contains("in.csv, line 2: a further number, +4930123456"))
        }

        @Test("a person whose numbers come in another order stays one")
        func exchangedNumbers() async throws {
            let numbers = ["TEL;TYPE=CELL:+49170555555", "TEL;TYPE=CELL:+49170555556"]
            let home = try home([["FN:Cy Bo"] + numbers])
            #expect(try await bring(in: home).output == "1 added, 0 updated, 0 unchanged\n")
            let before = try home.text("book.json")
            try home.put("in.vcf", cards([["FN:Cy Bo"] + numbers.reversed()]))
            #expect(try await bring(in: home).output == "0 added, 0 updated, 1 unchanged\n")
            #expect(try home.text("book.json") == before)
        }

        @Test("a plus sign that a spreadsheet took away is no other number")
        func spreadsheets() async throws {
            let home = try home([])
            try home.put(
                "in.csv", "id,phone,name\n1,4930123456,Ann Bee\n1,4930123457,X\n1,4.93E+9,X\n")
            let outcome = try await bring("in.csv", in: home)
            #expect(outcome.output == "0 added, 1 updated, 0 unchanged, 2 refused\n")
            #expect(outcome.errors.contains("line 3: the contact with this id has the phone"))
            #expect(outcome.errors.contains("line 4: '4.93E+9' is no phone number: a spreadsheet"))
            #expect(try home.text("book.json").contains(#""name":"Ann Bee""#))
        }

        @Test("a number without its country names whoever has it written just so")
        func numbersAsText() async throws {
            let home = try home([])
            try home.put(
                "book.json",
                """
                [{"id":"2","phone":"030 777777","name":"Nat"},{"phone":"040 1234567","name":"No"},
                {"id":"4","phone":"050 1","name":"One"},{"id":"5","phone":"050 1","name":"Two"}]

                """)
            try home.put("in.csv", "phone,name\n030 777777,Nat B\n040 1234567,No\n050 1,X\n")
            let outcome = try await bring("in.csv", in: home)
            #expect(outcome.output == "0 added, 1 updated, 1 unchanged, 1 refused\n")
            #expect(try home.text("book.json").contains(#""phone":"030 777777","name":"Nat B""#))
            #expect(outcome.errors.contains("line 4: '050 1' is no phone number"))
        }
    }
}
