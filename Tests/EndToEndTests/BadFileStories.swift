import Glibc
import Testing

extension EndToEnd {
    /// Files that are not as they should be: a clear word, a status, and the file as it was.
    @Suite struct BadFiles {
        struct BadText: Sendable, CustomTestStringConvertible {
            let text: String
            let words: [String]

            init(_ text: String, _ words: String...) {
                self.text = text
                self.words = words
            }

            var testDescription: String { words.joined(separator: ", ") }
        }

        static let texts = [
            BadText("", "it is empty", "byte 0"),
            BadText("[\n  {\"id\": \"c1\",}\n]\n", "not JSON", "line 2, column 15", "byte 16"),
            BadText("[{\"id\":\"c1\"}", "ends too early", "line 1, column 13"),
            BadText("[{\"id\":\"c1\"}] x", "something follows", "column 15"),
            BadText("[{}, 5]", "contact 2 is a number", "byte 5"),
            BadText("[{}, {}, [1]]", "contact 3 is a list", "byte 9"),
            BadText("{\"contacts\": []}", "not a list of contacts"),
            BadText("null", "holds null"),
            BadText("[{\"name\": \"a\tb\"}]", "control character", "column 13"),
            BadText("[{\"name\": 01}]", "not a number"),
            BadText("id,name\n1,Ana\n", "not JSON", "line 1, column 1"),
            BadText(
                String(repeating: "[", count: 100_000), "nested deeper than", "byte"),
        ]

        @Test(arguments: texts)
        func whatIsNoListOfContactsIsRefused(_ bad: BadText) async throws {
            let home = try Home()
            try home.put("contacts.json", bad.text)
            chmod(home.folder + "/contacts.json", 0o640)
            for command in BadFiles.commands {
                let outcome = try await Program(
                    [Program.path] + command + ["--file", "contacts.json"], in: home
                ).outcome()
                #expect(outcome.status == 65, "\(command)")
                #expect(outcome.output == "")
                for word in bad.words { #expect(outcome.errors.contains(word)) }
                #expect(outcome.errors.contains("contacts.json"))
            }
            #expect(try home.text("contacts.json") == bad.text)
            #expect(home.mode("contacts.json") == "640")
        }

        private static let commands = [
            ["list"], ["update", "c1", "--name", "x"], ["create", "+15550001009"],
        ]

        @Test func invalidUTF8IsNamedWithItsPlace() async throws {
            let home = try Home()
            let made = try await Program.shell(
                #"printf '[{"id":"c1",\n"name":"a\377b"}]' >contacts.json; "#
                    + "cp contacts.json before; patchbook list --file contacts.json", in: home)
            #expect(made.status == 65)
            #expect(made.errors.contains("not UTF-8 at line 2, column 10 (byte 22)"))
            let same = try await Program.shell("cmp contacts.json before", in: home)
            #expect(same.status == 0)
        }

        @Test func aLineOf30MegabytesIsReadToItsFault() async throws {
            let home = try Home()
            let made = try await Program.shell(
                "printf '[%30000000s1]' '' >long.json; patchbook list --file long.json", in: home)
            #expect(made.status == 65)
            #expect(made.errors.contains("at line 1, column 30000002 (byte 30000001)"))
        }

        @Test func aLongNameIsKeptWhole() async throws {
            let home = try Home()
            let name = String(repeating: "a", count: 300_000)
            let text = #"[{"id":"c1","phone":"+15550001001","name":"\#(name)","email":null}]"#
            try home.put("contacts.json", text)
            let outcome = try await Program.run(
                "update", "c1", "--email", "a@example.com", "--quiet", "--file",
                "contacts.json", in: home)
            #expect(outcome.status == 0)
            let wanted = text.replacing(":null", with: #":"a@example.com""#)
            #expect(try home.text("contacts.json") == wanted)
        }

        @Test func halfASurrogatePairIsShownAndKept() async throws {
            let home = try Home()
            let text = #"[{"id":"c1","name":"a\ud800b","email":null,"tags":["\udc00"]}]"#
            try home.put("contacts.json", text)
            let listed = try await Program.run(
                "list", "--columns", "name", "--file", "contacts.json", in: home)
            #expect(listed.output == "NAME\na\u{FFFD}b\n")
            let updated = try await Program.run(
                "update", "c1", "--email", "a@example.com", "--quiet", "--file",
                "contacts.json", in: home)
            #expect(updated.status == 0)
            let wanted = text.replacing(":null", with: #":"a@example.com""#)
            #expect(try home.text("contacts.json") == wanted)
        }

        @Test func whatIsNoFileIsRefused() async throws {
            let home = try Home()
            symlink("loop.json", home.folder + "/loop.json")
            symlink("nothing.json", home.folder + "/dangling.json")
            let missing = ["none.json", "none/contacts.json", "dangling.json"]
            for path in [".", "/dev/null", "loop.json"] + missing {
                let listed = try await Program.run("list", "--file", path, in: home)
                #expect(listed.status == 74, "\(path)")
                #expect(listed.errors.contains(path == "." ? "not a file" : path))
                let updated = try await Program.run(
                    "update", "c1", "--name", "x", "--file", path, in: home)
                #expect(updated.status == 74, "\(path)")
            }
            #expect(home.names == ["dangling.json", "loop.json"])
        }

        @Test func aFolderThatTakesNoJournalIsForReadingOnly() async throws {
            let home = try Shop.home()
            mkdir(home.folder + "/contacts.json.lock", 0o700)
            let listed = try await Program.run("list", "--file", "contacts.json", in: home)
            #expect(listed.status == 0 && listed.output.contains("Ana"))
            let updated = try await Program.run(
                "update", "c1", "--name", "x", "--file", "contacts.json", in: home)
            #expect(updated.status == 74)
            #expect(updated.errors.contains("read-only"))
            #expect(try home.text("contacts.json") == Shop.text)
            #expect(home.names == ["contacts.json", "contacts.json.lock"])
        }

        @Test func flawedContactsAreShownAndNotWrittenByADoubledKey() async throws {
            let home = try Home()
            let text = """
                [{"id":"a","phone":"+15550001001","name":"one"},
                 {"id":"a","phone":"+15550001002","name":"two"},
                 {"name":"three"}, {"id":"d","phone":"+15550001004","name":4}]
                """
            try home.put("contacts.json", text)
            let listed = try await Program.run(
                "list", "--columns", "name", "--file", "contacts.json", in: home)
            #expect(listed.output == "NAME\n4\none\nthree\ntwo\n")
            let written = try await Program.run(
                "update", "a", "--name", "x", "--file", "contacts.json", in: home)
            #expect(written.status == 64)
            #expect(written.errors.contains("several contacts bear a"))
            #expect(try home.text("contacts.json") == text)
        }

        @Test func aFileIsMadeWhereALinkSaysSo() async throws {
            let home = try Home()
            mkdir(home.folder + "/team", 0o750)
            symlink("team/book.json", home.folder + "/contacts.json")
            home.variables["PATCHBOOK_FILE"] = "contacts.json"
            for name in ["Ana", "Bo"] {
                let created = try await Program.run(
                    "create", "+15550001\(name.utf8.count)00", "--name", name, "--quiet",
                    in: home)
                #expect(created.status == 0)
            }
            let listed = try await Program.run("list", "--sort", "name", in: home)
            #expect(listed.output.contains("Ana") && listed.output.contains("Bo"))
            #expect(home.names == ["contacts.json", "team"])
            #expect(home.mode("team/book.json") == "600")
        }

        @Test func aLinkStaysALinkAndAModeStaysAMode() async throws {
            let home = try Shop.home()
            mkdir(home.folder + "/team", 0o750)
            rename(home.folder + "/contacts.json", home.folder + "/team/book.json")
            symlink("team/book.json", home.folder + "/contacts.json")
            chmod(home.folder + "/team/book.json", 0o660)
            home.variables["PATCHBOOK_FILE"] = "contacts.json"
            try await withServer(over: home) {
                let updated = try await Program.run("update", "c3", "--name", "Chen", in: home)
                #expect(updated.status == 0)
                #expect(home.mode("team/book.json.journal") == "660")
            }
            _ = try await Program.run("list", in: home)
            #expect(home.mode("contacts.json") == "777")
            for name in ["", ".lock", ".history"] {
                #expect(home.mode("team/book.json" + name) == "660", "\(name)")
            }
            #expect(
                try home.text("team/book.json") == Shop.text.replacing("Chen Wei", with: "Chen"))
            #expect(home.names == ["contacts.json", "team"])
        }
    }
}
