import Glibc
import Testing

extension EndToEnd {
    /// The editor ends as nobody wanted: the terminal is the shell's, and nothing typed is lost.
    @Suite struct Endings {
        static let signals = [(SIGTERM, 143), (SIGHUP, 129), (SIGSEGV, 139), (SIGABRT, 134)]

        @Test(arguments: signals)
        func theTerminalIsSaneAfterASignal(signal: Int32, status: Int) async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json; echo status $?")
                try await person.see("Ana Pérez")
                try await person.see("#{alternate_on}", is: "1")
                kill(try #require(person.editor), signal)
                try await person.see("status \(status)")
                try await person.expectSane()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }

        /// What is pressed, and what shows that it was heard.
        typealias Way = [(keys: [String], seen: String)]

        static let ways: [Way] = [
            [(["/", "c"], "/c")], [(["?"], "Keys")], [(["Enter", "x"], "1 change")],
            [(["Enter", "x"], "1 change"), (["C-g"], "1 change is lost: name")],
            [(["a", "x"], "Add contact")],
        ]

        @Test(arguments: ways)
        func soItIsInEveryPlace(way: Way) async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json; echo status $?")
                try await person.see("Ana Pérez")
                for step in way {
                    for key in step.keys { try await person.press(key) }
                    try await person.see(step.seen)
                }
                kill(try #require(person.editor), SIGTERM)
                try await person.see("status 143")
                try await person.expectSane()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }

        @Test func whatWasTypedIsOfferedAgainAfterKill() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await begin(person, typing: "Ana Typed")
                let kept: Bool? = try await eventually {
                    home.drafts.contains { $0.contains("Ana Typed") } ? true : nil
                }
                #expect(kept == true, "\(home.drafts)")
                kill(try #require(person.editor), SIGKILL)
            }
            try await expectOffer(of: "Ana Typed", in: home)
        }

        @Test func whatWasTypedIsOfferedAgainWhenTheTerminalVanished() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await begin(person, typing: "Ana Gone")
            }
            try await expectOffer(of: "Ana Gone", in: home)
        }

        @Test func whatWasTypedIsOfferedAgainAfterASignal() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await begin(person, typing: "Ana Ended")
                kill(try #require(person.editor), SIGTERM)
                try await person.expectSane()
            }
            try await expectOffer(of: "Ana Ended", in: home)
        }

        private func begin(_ person: TmuxSession, typing text: String) async throws {
            try await person.run("book contacts.json")
            try await person.see("Ana Pérez")
            try await person.press("Enter")
            try await person.see("Edit contact")
            try await person.press("C-u")
            try await person.type(text)
            try await person.see("→ \"\(text)\"")
        }

        /// The draft is offered, taken up and saved; then there is none.
        private func expectOffer(of text: String, in home: Home) async throws {
            #expect(try home.text("contacts.json") == Shop.text)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("An edit was not saved", "Ana Pérez: name")
                try await person.press("Enter")
                try await person.see("Edit contact", "→ \"\(text)\"")
                try await person.press("C-s")
                try await person.see("saved \(text): name")
                try await person.press("q")
                try await person.expectSane()
                try await person.run("book contacts.json")
                try await person.see("no offer") {
                    $0.contains(text) && $0.contains("1 of 3") && !$0.contains("not saved")
                }
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(home.drafts == [])
            let wanted = Shop.text.replacing(#"Ana P\u00e9rez"#, with: text)
            #expect(try home.text("contacts.json") == wanted)
        }
    }
}
