import Glibc
import Testing

extension EndToEnd {
    /// What others write to the file is seen without a key being pressed, and nothing that is
    /// under way is lost by it.
    @Suite struct Windows {
        private func inTwoWindows(
            _ home: Home, _ story: (TmuxSession, TmuxSession) async throws -> Void
        ) async throws {
            try await TmuxSession.open(home) { one in
                try await TmuxSession.open(home, named: "other") { two in
                    for window in [one, two] {
                        try await window.run("book contacts.json")
                        try await window.see("Ana Pérez", "Bo Lindqvist", "Chen Wei")
                    }
                    try await story(one, two)
                }
                try await one.press("q")
                try await one.seePrompt()
            }
        }

        @Test func anotherWindowShowsTheEditAndKeepsItsMarks() async throws {
            let home = try Shop.home()
            try await inTwoWindows(home) { one, two in
                try await one.press("G", "Space")
                try await one.see("1 marked")
                try await two.press("Enter")
                try await two.see("Edit contact")
                try await two.press("C-u")
                try await two.type("Aurelia")
                try await two.press("C-s")
                try await two.see("saved Aurelia")
                let seen = try await one.see("Aurelia", "Bo Lindqvist", "1 marked")
                #expect(!seen.contains("Ana"))
                // Once the edit is folded the file is another one, and the marks stay all the same.
                let folded: Bool? = try await eventually {
                    try home.text("contacts.json").contains("Aurelia") ? true : nil
                }
                #expect(folded == true)
                try await two.press("q")
                try await two.seePrompt()
                try await one.see("Aurelia", "1 marked")
            }
        }

        @Test func aLinkThatIsTurnedIsTold() async throws {
            let home = try Shop.home()
            try home.put("next.json", Shop.text)
            symlink("contacts.json", home.folder + "/current.json")
            try await TmuxSession.open(home) { person in
                try await person.run("book current.json")
                try await person.see("Ana Pérez")
                symlink("next.json", home.folder + "/turned.json")
                rename(home.folder + "/turned.json", home.folder + "/current.json")
                try await person.see("the link leads to", "next.json")
                try await person.press("q")
                try await person.seePrompt()
            }
        }

        @Test func anOpenFormKeepsWhatIsTypedAndIsAskedAboutItsOwnFieldAlone() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("Enter")
                try await person.see("Edit contact")
                try await person.press("C-u")
                try await person.type("Mine")
                try await person.see("→ \"Mine\"")
                let theirs = try await Program.run(
                    "update", "c1", "--name", "Theirs", "--email", "a@example.com", "--file",
                    "contacts.json", in: home)
                #expect(theirs.status == 0)
                try await person.see("Mine")
                try await person.press("C-s")
                try await person.see("Theirs", "Mine", "changed")
            }
        }

        @Test func theFileMayBeReplacedWrittenInPlaceAndBrokenForAWhile() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                let shell = "sed s/Lindqvist/Lindgren/ contacts.json >x && mv x contacts.json"
                _ = try await Program.shell(shell, in: home)
                try await person.see("Bo Lindgren")
                try home.put("contacts.json", Shop.text.replacing("Bo L", with: "Bjorn L"))
                try await person.see("Bjorn Lindqvist")
                try home.put("contacts.json", "[\n")
                try await person.see("contacts.json is not JSON", "Bjorn Lindqvist")
                try home.put("contacts.json", Shop.text)
                try await person.see("Bo Lindqvist", "read again")
                try await person.press("q")
                try await person.expectSane()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }
    }
}
