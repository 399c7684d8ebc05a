import Testing

extension EndToEnd {
    /// From one place to another, and files that come in and go out, without leaving the editor.
    @Suite struct Places {
        @Test func contactsGoOutAndComeInAgain() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json --filter chen")
                try await person.see("Chen Wei", "1 of 3")
                try await command("export chen.csv", by: person)
                try await person.see("1 contact written to chen.csv")
                try await command("open other.json", by: person)
                try await person.see("there is no file other.json")
                try await person.press("Escape")
                try await person.see("Chen Wei", "1 of 3")
                try await command("open other.json", by: person)
                try await person.see("there is no file other.json")
                try await person.press("Enter")
                try await person.see("No contacts yet", ":import FILE", ":profile NAME", ":demo")
                try await command("import chen.csv", by: person)
                try await person.see("Import: 1 added", "1 contact changes")
                try await person.press("Enter")
                try await person.see("Chen Wei", "1 of 1")
                try await command("profile nowhere", by: person)
                try await person.see("no profile 'nowhere'")
                try await command("demo", by: person)
                try await person.see("demo, nothing is kept")
                try await person.press("q")
                try await person.expectSane()
            }
            #expect(try home.text("other.json").contains("chen@example.com"))
            #expect(try home.text("contacts.json") == Shop.text)
        }

        private func command(_ line: String, by person: TmuxSession) async throws {
            try await person.press(":")
            try await person.type(line)
            try await person.see(":" + line)
            try await person.press("Enter")
        }
    }
}
