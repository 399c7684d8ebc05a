import Glibc
import Testing

extension EndToEnd {
    /// What another program overwrote before it was part of the file waits, over the end of the
    /// program, for somebody to choose.
    @Suite struct Conflicts {
        /// A file of which two names were changed here and then by another program.
        private func disputed() async throws -> Home {
            let home = try await Shop.unfolded([("c1", "Mine"), ("c2", "Own")])
            try home.put("contacts.json", theirs)
            return home
        }

        private let theirs = Shop.text.replacing(#"Ana P\u00e9rez"#, with: "Theirs")
            .replacing("Bo Lindqvist", with: "Other")

        @Test func commandsTellAndTakeEitherSide() async throws {
            let home = try await disputed()
            let edit = ["update", "c3", "--email", "c@example.com", "--file", "contacts.json"]
            let told = try await Program.run(edit, in: home)
            #expect(told.status == 0)
            #expect(
                told.errors.contains(
                    "whose value stands for name of c1, name of c2; 'patchbook check' shows both"))
            let check = try await Program.run("check", "contacts.json", in: home)
            #expect(check.output.contains("? Theirs  name → Mine (theirs: Theirs, was: Ana Pérez)"))
            let listed = try await Program.run(
                "list", "is:conflict", "--columns", "name", "--file", "contacts.json", in: home)
            #expect(listed.output.split(separator: "\n").dropFirst() == ["Other", "Theirs"])
            let mine = try await Program.run("check", "contacts.json", "--mine", in: home)
            #expect(mine.output.contains("yours stands: Other  name → Own"))
            let text = try home.text("contacts.json")
            #expect(text.contains("\"Mine\"") && text.contains("\"Own\""))
            #expect(!home.names.contains("contacts.json.journal"))
            let undo = try await Program.run("undo", "2", "--file", "contacts.json", in: home)
            #expect(undo.status == 0)
            #expect(try home.text("contacts.json") == theirs)
            let none = try await Program.run("check", "contacts.json", "--theirs", in: home)
            #expect(none.output.contains("nothing is in conflict"))
        }

        @Test func anEditWhoseContactIsGoneIsKeptUntilItIsBack() async throws {
            let home = try await Shop.unfolded([("c1", "Mine")])
            let whole = try home.text("contacts.json")
            try home.put("contacts.json", whole.replacing("\"c1\"", with: "\"other\""))
            let told = try await Program.run(
                "update", "c3", "--name", "Else", "--file", "contacts.json", in: home)
            #expect(told.status == 0)
            #expect(told.errors.contains("; your edit is kept for c1, no longer in it; "))
            let mine = try await Program.run("check", "contacts.json", "--mine", in: home)
            #expect(mine.status == 2)
            #expect(
                mine.output.contains(
                    "still kept: c1  name → Mine: edit kept, its contact is no longer in the file"))
            #expect(mine.output.contains("an edit is kept until its contact is back"))
            #expect(!mine.output.contains("another program overwrote"))
            try home.put("contacts.json", whole)
            let back = try await Program.run("check", "contacts.json", "--mine", in: home)
            #expect(back.output.contains("  name → Mine"))
            #expect(try home.text("contacts.json").contains("\"Mine\""))
        }

        @Test func theEditorShowsThemAndTakesEitherSide() async throws {
            let home = try await disputed()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("? Theirs", "? Other", "O shows both")
                try await person.press("O")
                try await person.see("name → Mine (theirs: Theirs, was: Ana Pérez)")
                try await person.press("x")
                try await person.see("Theirs: theirs stands", "1 conflict ?")
                try await person.press("r")
                let seen = try await person.see(
                    "Other: yours stands again, name → Own", "    Own    ")
                #expect(!seen.contains("conflict ?"))
                try await person.press("u")
                try await person.see("taken back: name 1")
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(try home.text("contacts.json") == theirs)
        }

        @Test func theFormTakesOneUpAndSavingItIsTheChoice() async throws {
            let home = try await disputed()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("O shows both")
                try await person.press("O")
                try await person.see("name → Mine")
                try await person.press("Enter")
                try await person.see("[Mine", "? now Theirs")
                try await person.type(" too")
                try await person.press("C-s")
                try await person.see("saved Mine too", "1 conflict ?")
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(try home.text("contacts.json").contains("\"Mine too\""))
            let check = try await Program.run("check", "contacts.json", in: home)
            #expect(check.output.contains("? Other  name → Own"))
        }
    }
}
