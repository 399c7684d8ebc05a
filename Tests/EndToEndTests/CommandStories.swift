import Glibc
import Testing

extension EndToEnd {
    /// What scripts see of the commands: output, errors, exit status, files.
    @Suite struct Commands {
        @Test func listWritesEveryForm() async throws {
            let home = try Shop.home()
            let table = try await Program.run("list", "--file", "contacts.json", in: home)
            #expect(table.status == 0 && table.errors == "")
            #expect(
                table.output == """
                    NAME                      PHONE             EMAIL               \
                                TAGS
                    Ana Pérez                 +1 555 000 1001                                   vip
                    Bo Lindqvist              +15550001002      bo@example.com      \
                                lead, eu
                    Chen Wei                  +15550001003      chen@example.com

                    """)
            let lines = try await Program.run(
                "list", "perez", "--format", "jsonl", "--file", "contacts.json", in: home)
            #expect(
                lines.output == #"{"phone":"+1 555 000 1001","id":"c1","name":"Ana Pérez","#
                    + #""email":null,"tags":["vip"],"metadata":{"plan":"gold","ltv":9120.00,"#
                    + #""big":12345678901234567890,"plan":"silver"},"note":{"z":[1,2,3]}}"# + "\n")
            let last = try await Program.run(
                "list", "--format", "json", "--sort", "name:desc", "--limit", "1", "--file",
                "contacts.json", in: home)
            #expect(
                last.output == "[\n" + #"{"id":"c3","phone":"+15550001003","name":"Chen Wei","#
                    + #""email":"chen@example.com","tags":[],"metadata":{}}"# + "\n]\n")
            let columns = try await Program.run(
                "list", "lind", "--columns", "phone,name", "--file", "contacts.json", in: home)
            #expect(
                columns.output == "PHONE             NAME\n+15550001002      Bo Lindqvist\n")
        }

        @Test func showUpdateAndCreateAnswerTheContact() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_FILE"] = "contacts.json"
            let shown = try await Program.run("show", "+1 (555) 000-1002", in: home)
            #expect(
                shown.output == """
                    {
                      "id": "c2",
                      "phone": "+15550001002",
                      "name": "Bo Lindqvist",
                      "email": "bo@example.com",
                      "tags": [
                        "lead",
                        "eu"
                      ],
                      "metadata": {
                        "ltv": 1e3
                      }
                    }

                    """)
            let updated = try await Program.run(
                "update", "c2", "--name", "", "--email", "bo@example.org", "--tags", "eu, vip",
                "--metadata", #"{"ltv": 2.50}"#, in: home)
            #expect(updated.status == 0 && updated.errors == "")
            #expect(updated.output.contains(#""email": "bo@example.org""#))
            let again = try await Program.run("update", "c2", "--tags", "eu,vip", in: home)
            #expect(again.status == 0)
            #expect(again.errors == "patchbook: already so: nothing was written\n")
            let wanted = Shop.text.replacing(#""name":"Bo Lindqvist""#, with: #""name":null"#)
                .replacing("bo@example.com", with: "bo@example.org")
                .replacing(#""lead","eu""#, with: #""eu","vip""#)
                .replacing("1e3", with: "2.50")
            #expect(try home.text("contacts.json") == wanted)
            let there = try await Program.run(
                "create", "+1 555 000 1003", "--name", "Chen", "--quiet", in: home)
            #expect(there.status == 0 && there.output == "" && there.errors == "")
            #expect(
                try home.text("contacts.json") == wanted.replacing("Chen Wei", with: "Chen"))
        }

        @Test func createMakesTheFile() async throws {
            let home = try Home()
            let made = try await Program.run(
                "create", "+15550001009", "--name", "Ida", "--file", "new/contacts.json",
                in: home)
            #expect(made.status == 0 && made.output.contains(#""phone": "+15550001009""#))
            #expect(home.mode("new/contacts.json") == "600")
            let standard = try await Program.run("create", "+15550001009", "--quiet", in: home)
            #expect(standard.status == 0)
            #expect(home.mode("../data/patchbook/contacts.json") == "600")
        }

        @Test func aDryRunWritesNothing() async throws {
            let home = try Shop.home()
            let plan = try await Program.run(
                "update", "+15550001002", "--name", "Bo", "--dry-run", "--file",
                "contacts.json", in: home)
            #expect(plan.status == 0)
            #expect(plan.output == #"{"contact_id":"c2","name":"Bo"}"# + "\n")
            let nothing = try await Program.run(
                "update", "c2", "--name", "Bo Lindqvist", "--dry-run", "--file",
                "contacts.json", in: home)
            #expect(nothing.status == 0 && nothing.output == "")
            let made = try await Program.run(
                "create", "+15550001009", "--name", "Ida", "--dry-run", "--file",
                "contacts.json", in: home)
            let line = #"{"phone":"+15550001009","create":true,"name":"Ida","source":"manual"}"#
            #expect(made.output == line + "\n")
            #expect(try home.text("contacts.json") == Shop.text)
            #expect(home.names == ["contacts.json"])
        }

        static let refused: [(arguments: [String], status: Int32, words: String)] = [
            (["list", "nobody"], 1, ""),
            (["show", "c9"], 1, "no contact c9"),
            (["update", "c9", "--name", "x"], 1, "no contact c9"),
            (["update", "c1"], 64, "nothing to write"),
            (["update", "c1", "--email", "nope"], 64, "email"),
            (["update", "c1", "--metadata", "{"], 64, "line 1, column 2"),
            (["update", "c1", "--metadata", "[1]"], 64, "object"),
            (["create", "abc"], 64, "no phone number"),
            (["list", "\"open"], 64, "quote"),
            (["list", "--sort", "shoe"], 64, "shoe"),
            (["list", "--columns", "shoe"], 64, "shoe"),
            (["list", "--format", "shoe"], 64, "shoe"),
            (["show", ""], 64, "KEY is empty"),
            (["list", "--profile", "none"], 64, "not both"),
            (["nonsense", "--nonsense"], 64, "nonsense"),
        ]

        @Test(arguments: refused)
        func whatMakesNoSenseIsRefused(
            arguments: [String], status: Int32, words: String
        ) async throws {
            let home = try Shop.home()
            let outcome = try await Program(
                [Program.path] + arguments + ["--file", "contacts.json"], in: home
            ).outcome()
            #expect(outcome.status == status)
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(try home.text("contacts.json") == Shop.text)
        }

        @Test func anUnknownProfileIsNamed() async throws {
            let home = try Home()
            let outcome = try await Program.run("list", "--profile", "none", in: home)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("no profile 'none' in"))
        }

        @Test func theEditorNeedsATerminal() async throws {
            let home = try Shop.home()
            let outcome = try await Program.run("contacts.json", in: home)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("the editor needs a terminal"))
        }

        @Test func aClosedPipeIsQuiet() async throws {
            let home = try Home()
            let contacts = (0..<3000).map { index in
                #"{"phone":"+1555\#(1_000_000 + index)","name":"Person \#(index)"}"#
            }
            try home.put("contacts.json", "[\(contacts.joined(separator: ",\n"))]")
            let piped = try await Program.shell(
                "{ patchbook list --file contacts.json; echo $? >&2; } | head -n 1", in: home)
            #expect(piped.output.hasPrefix("NAME "))
            #expect(piped.errors == "141\n")
        }

        @Test func aFullDiskIsNoSuccess() async throws {
            let home = try Shop.home()
            for words in ["list --file contacts.json", "--version", "list --help"] {
                let outcome = try await Program.shell("patchbook \(words) >/dev/full", in: home)
                #expect(outcome.status == 74)
                #expect(
                    outcome.errors
                        == "patchbook: cannot write the output: No space left on device\n")
            }
        }

        @Test func controlCharactersNeverReachTheTerminal() async throws {
            let home = try Home()
            let name = #"\u001b]0;x\u0007 \u009b31m \u202e \r\n\t \u0000 \u007f e"#
            try home.put(
                "contacts.json",
                #"[{"id":"c1","phone":"+15550001001","name":"\#(name)","tags":["a\u001b[2Jb"]}]"#)
            let outcomes = [
                try await Program.run("list", "--file", "contacts.json", in: home),
                try await Program.run(
                    "list", "--format", "json", "--file", "contacts.json", in: home),
                try await Program.run("show", "c1", "--file", "contacts.json", in: home),
                try await Program.run(
                    "show", "x\u{1B}]0;y\u{7}", "--file", "contacts.json", in: home),
                try await Program.run(
                    "update", "c1", "--tags", "x", "--file", "contacts.json", in: home),
            ]
            for outcome in outcomes {
                let text = (outcome.output + outcome.errors).unicodeScalars
                let raw = text.filter { scalar in
                    scalar.properties.generalCategory == .control && scalar != "\n"
                }
                #expect(raw.isEmpty, "\(outcome.output.debugDescription)")
            }
            #expect(outcomes.map(\.status) == [0, 0, 0, 1, 0])
            #expect(outcomes[0].output.contains("␛]0;x␇"))
        }

        @Test func whatNobodyCanSeeIsRefusedWithItsPlace() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_FILE"] = "contacts.json"
            for (option, text, place) in [
                ("--name", "An\u{1B}]0;x\u{7}a", "character 3 is a control character (U+001B)"),
                ("--tags", "a,b\nc", "character 4 is a control character (U+000A)"),
                ("--email", "a@b.c\u{85}", "character 6 is a control character (U+0085)"),
            ] {
                let outcome = try await Program.run("update", "c2", option, text, in: home)
                #expect(outcome.status == 64, "\(option)")
                #expect(outcome.errors.contains("\(option): \(place)"), "\(outcome.errors)")
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }
    }
}
