import Testing

extension EndToEnd {
    /// A configuration in which something is wrong.
    @Suite struct Configurations {
        private static let broken = """
            mouse = false
            [profiles.shop]
            token_env = "TOKEN"
            [list]
            columns = ["phone",
            highlight = "row"

            """

        private func shop(_ text: String) throws -> Home {
            let home = try Shop.home()
            try home.write("config/.keep", "")
            try home.write("config/patchbook/config.toml", text)
            return home
        }

        @Test func whereItStopsMakingSenseCommandsSaySoAndGoOn() async throws {
            let home = try shop(Configurations.broken)
            let list = try await Program.run("list", "bo", "--file", "contacts.json", in: home)
            #expect(list.status == 0 && list.output.contains("Bo Lindqvist"))
            #expect(list.errors.contains("config.toml, line 6, column 1"), "\(list.errors)")
            #expect(list.errors.contains("nothing below counts"))
            // What would be below could name another file, and a profile is only half read.
            for place in [["--profile", "shop"], ["--profile", "other"], []] {
                let outcome = try await Program.run(["list"] + place, in: home)
                #expect(outcome.status == 64, "\(place)")
                #expect(outcome.errors.contains("line 6, column 1"), "\(outcome.errors)")
                #expect(!outcome.errors.contains("Usage"))
            }
        }

        @Test func theEditorOpensAndSaysWhere() async throws {
            let home = try shop(Configurations.broken)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez", "config.toml, line 6, column 1")
                try await person.press("q")
                try await person.expectSane()
                try await person.run("book")
                try await person.see(
                    "there is no file", "data/patchbook/contacts.json",
                    "config.toml, line 6, column 1")
                try await person.press("q")
                try await person.seePrompt()
            }
        }

        @Test func manyMistakesAreCountedFirst() async throws {
            let home = try shop("muse = 1\nlist = 2\nmouse = 3\n")
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("3 mistakes, all told by 'patchbook config --check'")
                try await person.press("q")
                try await person.seePrompt()
            }
            let all = try await Program.run("config", "--check", in: home)
            #expect(all.status == 65)
            #expect(all.errors.split(separator: "\n").count == 3)
        }

        @Test func aFileThatIsAskedForMustBeThere() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_CONFIG"] = "/nowhere/config.toml"
            let outcome = try await Program.run("list", "--file", "contacts.json", in: home)
            #expect(outcome.status == 64 && outcome.output == "")
            #expect(
                outcome.errors
                    == "patchbook: PATCHBOOK_CONFIG names /nowhere/config.toml: "
                    + "No such file or directory\n")
        }
    }
}
