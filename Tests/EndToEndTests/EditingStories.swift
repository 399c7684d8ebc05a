import Testing

extension EndToEnd {
    /// A person opens a file, changes it, and finds it as it should be.
    @Suite struct Editing {
        @Test func anEditIsSavedAndSeenAgain() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez", "Bo Lindqvist", "Chen Wei")
                try await person.press("/")
                try await person.type("IN")
                try await person.see("Bo alone") { !$0.contains("Chen") && $0.contains("Bo L") }
                try await person.press("Enter", "Enter")
                try await person.see("Edit contact", "nothing to send")
                try await person.press("C-u")
                try await person.type("Bo Lindgren")
                try await person.press("Tab", "Tab", "C-e")
                try await person.type(", black friday")
                try await person.see("\"Bo Lindqvist\" → \"Bo Lindgren\"", "+ black friday")
                try await person.press("C-s")
                try await person.see("saved Bo Lindgren: name, tags")
                try await person.press("q")
                try await person.expectSane()
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez", "Bo Lindgren", "lead, eu, black")
                try await person.press("q")
                try await person.seePrompt()
            }
            let wanted = Shop.text.replacing("Lindqvist", with: "Lindgren")
                .replacing(#""lead","eu""#, with: #""lead","eu","black friday""#)
            #expect(try home.text("contacts.json") == wanted)
        }

        @Test func metadataKeepsItsTypesAndItsPlace() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json --filter chen")
                try await person.see("Chen Wei", "1 of 3")
                try await person.press("Enter")
                try await person.see("Edit contact", "+ new key")
                try await person.press("Tab", "Tab", "Tab")
                try await person.type("visits")
                try await person.press("Enter")
                try await person.type("12.50")
                try await person.press("M-t")
                try await person.see("number")
                try await person.press("C-s")
                try await person.see("saved Chen Wei: visits")
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(try home.text("contacts.json").contains(#"{"visits": 12.50}"#))
        }

        @Test func undoRestoresEveryByte() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("Enter")
                try await person.see("Edit contact")
                try await person.press("C-u")
                try await person.type("Ana")
                try await person.press("C-s")
                try await person.see("saved Ana: name")
                try await person.press("u")
                try await person.see("taken back", "Ana Pérez")
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }

        @Test func aContactIsAdded() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("a")
                try await person.see("Add contact")
                try await person.type("+1 (555) 000-1004")
                try await person.press("Tab")
                try await person.type("Dora Ek")
                try await person.press("C-s")
                try await person.see("added Dora Ek", "4 of 4")
                try await person.press("q")
                try await person.seePrompt()
            }
            let shown = try await Program.run(
                "show", "+15550001004", "--file", "contacts.json", in: home)
            #expect(shown.status == 0)
            #expect(shown.output.contains(#""name": "Dora Ek""#))
            let before = Shop.text.prefix(through: try #require(Shop.text.lastIndex(of: "}")))
            #expect(try home.text("contacts.json").hasPrefix(before))
            #expect(try home.text("contacts.json").hasSuffix(Shop.text.suffix(6)))
        }

        @Test func theSameOverTheAPI() async throws {
            let home = try Shop.home()
            try await withServer(over: home) {
                try await TmuxSession.open(home) { person in
                    try await person.run("book --profile shop")
                    try await person.see(" shop", "Ana Pérez", "Bo Lindqvist", "Chen Wei")
                    try await person.press("/")
                    try await person.type("in")
                    try await person.see("Bo alone") {
                        !$0.contains("Chen") && $0.contains("Bo L")
                    }
                    try await person.press("Enter", "Enter")
                    try await person.see("Edit contact", "nothing to send")
                    try await person.press("C-u")
                    try await person.type("Bo Lindgren")
                    try await person.press("C-s")
                    try await person.see("Bo Lindgren: name sent")
                    try await person.see("nothing unsent") {
                        $0.contains("  Bo Lindgren") && !$0.contains("unsent ~")
                    }
                    try await person.press("q")
                    try await person.expectSane()
                    try await person.run("book --profile shop")
                    try await person.see("Ana Pérez", "Bo Lindgren")
                    try await person.press("q")
                    try await person.seePrompt()
                }
            }
            #expect(
                try home.text("contacts.json")
                    == Shop.text.replacing("Lindqvist", with: "Lindgren"))
        }
    }
}
