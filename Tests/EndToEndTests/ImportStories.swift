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

        private func home(csv: String, on book: String = Imports.ann) throws -> Home {
            let home = try Home()
            try home.put("book.json", book)
            try home.put("in.csv", csv)
            return home
        }

        /// The book as lines of these columns, by name.
        private func list(_ columns: String, in home: Home) async throws -> [String] {
            let told = try await Program.run(
                "list", "--file", "book.json", "--format", "csv", "--columns", columns, "--sort",
                "name", in: home)
            return told.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
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

        /// What a table comes to on top of a book: the numbers and names, tags behind them.
        private func people(_ table: String, on book: String) async throws -> (
            people: [String], errors: String
        ) {
            let home = try home(
                csv: "name,phone 1 - value,phone 2 - value,tags\n" + table, on: book)
            let first = try await bring("in.csv", in: home)
            let people = try await list("phone,name,tags", in: home)
            let again = try await bring("in.csv", in: home)
            #expect(again.output.hasPrefix("0 added, 0 updated"), "\(again.output)")
            return (people, first.errors)
        }

        @Test(
            "people who share their first number stay two where they have others, in any order",
            arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]])
        func sharedFirstNumbers(order: [Int]) async throws {
            let rows = [
                "Cleo Bo,+49 30 123456,+49 170 0003333,c\n",
                "Dan Bo,+49 30 123456,+49 170 0004444,d\n",
                "Eve Bo,+49 30 123456,+49 170 0005555,e\n",
            ]
            let table = order.map { rows[$0] }.joined()
            let cleo = #"[{"id":"1","phone":"+4930123456","name":"Cleo Bo"},"#
            let eve = #"{"id":"2","phone":"+491700005555","name":"Eve Bo","tags":["old"]}]"#
            let done = try await people(table, on: cleo + eve)
            #expect(
                done.people == [
                    "+4930123456,Cleo Bo,c", "+491700004444,Dan Bo,d",
                    "+491700005555,Eve Bo,\"old,e\"",
                ])
            let lines = [1, 0].compactMap(order.firstIndex).map { $0 + 2 }
            let dan = "line \(lines[0]): the number +4930123456 is that of line \(lines[1]) too"
            #expect(done.errors.contains(dan))
            #expect(done.errors.contains("+491700005555, is that of Eve Bo: taken for the same"))
        }

        @Test("people of a new file who share their first number stay two, listed twice or not")
        func sharedNewNumbers() async throws {
            let rows = [
                "Cleo Bo,+49 30 123456,+49 170 0003333,c\nDan Bo,+49 30 123456,+49 170 0004444,d\n",
                "Cleo Bo,+49 170 0003333,+49 30 123456,c\nDan Bo,+49 170 0004444,+49 30 123456,d\n",
            ]
            let first = ["+4930123456,Cleo Bo,c", "+491700004444,Dan Bo,d"]
            let second = ["+491700003333,Cleo Bo,c", "+491700004444,Dan Bo,d"]
            for (table, expected) in [
                (rows[0], first), (rows[1], second), (rows[0] + rows[1], first),
                (rows[1] + rows[0], second),
            ] {
                #expect(try await people(table, on: "[]").people == expected)
            }
        }

        @Test("people of other names who have one number alone are not mixed: the later is refused")
        func onlyNumber() async throws {
            let ann = "Ann Bo,+49 30 123456,+49 170 0003333,a\n"
            let bob = "Bob Ray,+49 30 123456,,b\n"
            for (table, line, person) in [
                (ann + bob, 3, "+4930123456,Ann Bo,a"),
                (bob + bob + "Cy,+49 30 123456,,c\n", 4, "+4930123456,Bob Ray,b"),
                ("Di,,+49 30 123456,\n" + bob, 3, "+4930123456,Di,"),
            ] {
                let home = try home(
                    csv: "name,phone 1 - value,phone 2 - value,tags\n" + table, on: "[]")
                let done = try await bring("in.csv", in: home)
                #expect(done.output.hasPrefix("1 added, 0 updated, 0 unchanged, 1 refused"))
                let what = "the number +4930123456 is that of line 2 too, which has another name"
                #expect(done.errors.contains("in.csv, line \(line): \(what)"), "\(done.errors)")
                #expect(try await list("phone,name,tags", in: home) == [person])
            }
            let book = #"[{"id":"1","phone":"+4930123456","name":"Bob Ray","tags":["b"]}]"#
            for table in [bob + ann, ann + bob] {
                let done = try await people(table, on: book)
                #expect(done.people == ["+491700003333,Ann Bo,a", "+4930123456,Bob Ray,b"])
            }
        }

        @Test("companies that share a number are not mixed; a person there goes before its company")
        func companies() async throws {
            for (table, result, name) in [
                (",Zed,+4930123456,z@x.de\n", "1 refused", "Acme,a@x.de"),
                ("Ann,,+4930123456,z@x.de\n", "0 unchanged", "Ann,z@x.de"),
                (",Acme,+4930123456,z@x.de\n", "0 unchanged", "Acme,z@x.de"),
            ] {
                let table = ",Acme,+4930123456,a@x.de\n" + table
                let home = try home(csv: "name,company,phone,email\n" + table, on: "[]")
                let done = try await bring("in.csv", in: home)
                #expect(done.output.hasPrefix("1 added, 0 updated, 0 unchanged"))
                #expect(done.output.hasSuffix(result + "\n"), "\(done.output)")
                #expect(try await list("name,email", in: home) == [name])
            }
        }

        @Test("a further record of a contact is counted as one, whatever the first one changed")
        func furtherRecords() async throws {
            let book = #"[{"id":"1","phone":"+4930123456","name":"Ann Bo","tags":["a"]}]"#
            let home = try home(
                csv: "name,phone,tags\nAnn Bo,+4930123456,a\nAnn,+4930123456,z\n,+4930123456,y\n",
                on: book)
            let done = try await bring("in.csv", in: home)
            #expect(done.output == "0 added, 1 updated, 0 unchanged\n")
            #expect(done.errors.contains("2 further records of a contact (lines 3, 4)"))
            // Of the names of one person the fullest stays.
            #expect(try home.text("book.json").contains(#""name":"Ann Bo","tags":["a","z","y"]"#))
        }

        @Test("a record that is refused is neither counted with others nor has its number")
        func afterARefusal() async throws {
            let bad = "Bob,+4930123456,bad\nBob,+4930123456,b@x.de\n"
            for (rows, refused) in [("", 1), ("Zed,+4930123456,\n", 2), (",+4930123456,\n", 1)] {
                let home = try home(csv: "name,phone,email\n" + bad + rows, on: "[]")
                let done = try await bring("in.csv", in: home)
                #expect(done.output == "1 added, 0 updated, 0 unchanged, \(refused) refused\n")
                #expect(done.errors.contains("line 3 too") == (refused == 2))
                #expect(done.errors.contains("further record") == rows.hasPrefix(","))
            }
        }

        @Test("a person whose further number comes first in a later record is one, and told so")
        func furtherNumberFirst() async throws {
            let done = try await people(
                "Ann Bo,+49 30 123456,+49 170 0003333,a\nann bo,+49 170 0003333,+49 170 1,b\n",
                on: "[]")
            #expect(done.people == [#"+4930123456,ann bo,"a,b""#])
            let what = "+491700003333 is a further one of line 2, which has the same name"
            #expect(done.errors.contains("line 3: the number " + what))
            let other = try await people(
                "Ann Bo,+49 30 123456,,a\nAnn Bo,+49 170 0003333,+49 30 123456,b\n"
                    + "Ann Bo,+49 170 0003333,,c\n", on: "[]")
            #expect(other.people == [#"+4930123456,Ann Bo,"a,b,c""#])
            let short = try await people(
                "Ana Bo,+49 30 123456,,a\nAna,+49 170 0003333,,b\n"
                    + "Ana,+49 30 123456,+49 170 0003333,c\n", on: "[]")
            #expect(short.people == [#"+491700003333,Ana,"b,c""#, "+4930123456,Ana Bo,a"])
            let wrapped = try await people(
                "\"Ana\nBo\",+49 30 123456,+49 170 0003333,a\n"
                    + "\"Ana\nBo\",+49 170 0003333,,b\n", on: "[]")
            #expect(wrapped.people == [#"+4930123456,Ana Bo,"a,b""#])
        }

        @Test("an id of one contact and a number of another are of nobody")
        func twoContacts() async throws {
            let home = try home(
                csv: "id,phone,name\n1,+4930123457,Ann\n",
                on: #"[{"id":"1","phone":"+4930123456","name":"Ann"},"#
                    + #"{"id":"2","phone":"+4930123457","name":"Bo"}]"#)
            let done = try await bring("in.csv", in: home)
            #expect(done.output == "0 added, 0 updated, 0 unchanged, 1 refused\n")
            #expect(done.errors.contains("line 2: the id '1' is that of one contact, the number"))
        }

        @Test("who has the number alone is not mixed with whom the id names")
        func idsAndNumbers() async throws {
            let (ann, bob) = (",Ann,+4930123456,a@x.de\n", "1,Bob,,b@x.de\n")
            let both = ann.replacing(",Ann", with: "1,Ann")
            for (table, present, refused, person) in [
                (ann + bob, "null", 2, "Bob,b@x.de"), (bob + ann, "null", 3, "Bob,b@x.de"),
                (ann + bob, #""Xen""#, 2, "Bob,b@x.de"), (bob + ann, #""Xen""#, 3, "Bob,b@x.de"),
                (both + bob, #""Xen""#, nil, "Bob,b@x.de"),
                (bob + both, #""Xen""#, nil, "Ann,a@x.de"),
            ] {
                let home = try home(
                    csv: "id,name,phone,email\n" + table,
                    on: #"[{"id":"1","phone":"+4930123456","name":\#(present)}]"#)
                let done = try await bring("in.csv", in: home)
                let lines = done.errors.split(separator: "\n").filter { $0.contains("has another") }
                #expect(lines.count == (refused == nil ? 0 : 1), "\(table)\(done.errors)")
                if let refused { #expect(lines[0].contains("in.csv, line \(refused): ")) }
                #expect(try await list("name,email", in: home) == [person])
                let again = try await bring("in.csv", in: home)
                #expect(again.output.hasPrefix("0 added, 0 updated, 1 unchanged"))
            }
        }

        @Test("a company beside a name is not imported, and that is said")
        func companyBesideName() async throws {
            let rows = "Ann,Acme,+4930123456,a@x.de\n"
            let home = try home(csv: "name,company,phone,email\n" + rows, on: "[]")
            let done = try await bring("in.csv", in: home)
            let told = "not imported: company (--extra-columns metadata keeps it)"
            #expect(done.errors.contains(told), "\(done.errors)")
            try home.put(
                "in.json", #"[{"phone":"+4930123456","name":"Ann","company":"Acme"}]"#)
            #expect(try await bring("in.json", in: home).errors.contains(told))
        }

        @Test("a number that was given to somebody alone is a new name, not a second person")
        func renamed() async throws {
            let book = #"[{"id":"1","phone":"+4930123456","name":"Cleo Bo"}]"#
            let done = try await people("Cleo Ray,+49 30 123456,+49 170 0003333,\n", on: book)
            #expect(done.people == ["+4930123456,Cleo Ray,"])
        }

        @Test("a plus sign that a spreadsheet took away is asked for where both readings may be")
        func lostPlus() async throws {
            let home = try home(csv: "phone,name\n4930123456,Ann Bee\n5551234567,New\n")
            try home.write("config/.keep", "")
            try home.write("config/patchbook/config.toml", "calling_code = \"1\"\n")
            let outcome = try await bring("in.csv", in: home)
            #expect(outcome.output == "1 added, 0 updated, 0 unchanged, 1 refused\n")
            #expect(outcome.errors.contains("line 2: '4930123456' is +4930123456 if its plus sign"))
        }

        @Test("a field that a further record fills is not counted as cleared")
        func clearedAndFilled() async throws {
            let home = try home(
                csv: "phone,name,email\n+4930123456,,x@y.de\n+4930123456,Ann Bee,\n")
            let outcome = try await Program.run(
                "import", "in.csv", "--file", "book.json", "--empty-clears", in: home)
            #expect(!outcome.errors.contains("cleared"), "\(outcome.errors)")
            #expect(try home.text("book.json").contains(#""name":"Ann Bee""#))
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
