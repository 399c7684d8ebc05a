import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// Contacts and metadata in the editor that $EDITOR names.
    @Suite struct PersonsEditors {
        /// A shop whose $EDITOR is a script; `$1` is the file, or the line before it.
        private func shop(editor: String) throws -> Home {
            let home = try Shop.home()
            try home.write("bin/edit", "#!/bin/sh\nfor file; do :; done\n\(editor)\n")
            chmod(home.path("bin/edit"), 0o755)
            home.variables["EDITOR"] = "edit"
            home.variables["TMPDIR"] = home.path("")
            return home
        }

        /// The texts that were left behind.
        private func kept(in home: Home) -> [String] {
            Scratch.names(in: home.path("")).filter { $0.hasPrefix("patchbook-") }
                .compactMap { try? Scratch.text(at: home.path($0)) }
        }

        @Test func everyWrongLineIsToldAndTheEditorOpensAtTheFirst() async throws {
            let home = try shop(
                editor: """
                    if [ -e "$HOME/second" ]; then
                      echo "$1" >"$HOME/place"
                      sed -i -e 's/nobody/c1/' -e 's/no mail/chen@example.com/' "$file"
                    else
                      sed -i -e 's/"c1"/"nobody"/' -e 's/"phone":"[^"]*",//' \\
                        -e 's/"chen@example.com"/"no mail"/' -e 's/Ana P[^"]*/Anna/' "$file"
                      touch "$HOME/second"
                    fi
                    """)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("*", "E")
                try await person.see("Line 3: no contact of these", "Line 5:", "email", "line 3")
                try await person.press("Enter")
                try await person.see("Changes from your editor", "1 contact changes")
                try await person.press("Enter")
                try await person.see("1 changed")
                try await person.press("q")
                try await person.seePrompt()
            }
            #expect(try Scratch.text(at: home.path("place")) == "+3\n")
            #expect(kept(in: home) == [])
            #expect(try home.text("contacts.json").contains("Anna"))
        }

        @Test func openConnectionsAndFilesAreNotPassedOn() async throws {
            let home = try shop(editor: #"ls -l /proc/self/fd | grep -v ' /proc/' >"$HOME/open""#)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("E")
                try await person.see("left as they were")
                try await person.press("q")
                try await person.seePrompt()
            }
            let open = try Scratch.text(at: home.path("open")).split(separator: "\n")
                .compactMap { $0.wholeMatch(of: /.* ([0-9]+) -> .*/).flatMap { Int($0.1) } }
            #expect(open == [0, 1, 2])
        }

        @Test func whatCannotBeSeenIsEscaped() async throws {
            let home = try shop(editor: #"cp "$file" "$HOME/seen""#)
            let name = "a\u{9B}31mb\u{7F}\u{202E}c\u{2028}d"
            try home.put("contacts.json", "[{\"id\":\"c1\",\"name\":\"\(name)\"}]")
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("1 of 1")
                try await person.press("E")
                try await person.see("left as they were")
                try await person.press("q")
                try await person.seePrompt()
            }
            let seen = try Scratch.text(at: home.path("seen"))
            #expect(seen.contains(#""name":"a\u009b31mb\u007f\u202ec\u2028d""#), "\(seen)")
        }

        @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129)])
        func aSignalEndsBothAndKeepsWhatWasWritten(signal: Int32, status: Int) async throws {
            let home = try shop(
                editor: """
                    echo platinum >>"$file"
                    echo $$ >"$HOME/child"
                    exec sleep 1000
                    """)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json; echo status $?")
                try await person.see("Ana Pérez")
                try await person.press("Enter")
                try await person.see("Edit contact")
                try await person.type("!")
                try await person.press("C-o")
                let child: pid_t? = try await eventually {
                    (try? Scratch.text(at: home.path("child")))
                        .flatMap { pid_t($0.filter(\.isNumber)) }
                }
                kill(try #require(person.editor), signal)
                try await person.see("status \(status)")
                if signal == SIGTERM { try await person.see("what was written is in") }
                #expect(kill(try #require(child), 0) == -1)
                try await person.expectSane()
            }
            #expect(kept(in: home).contains { $0.contains("platinum") })
            #expect(home.drafts.contains { $0.contains("Pérez!") })
        }
    }
}
