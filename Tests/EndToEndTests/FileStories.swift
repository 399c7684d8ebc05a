import Glibc
import Testing

extension EndToEnd {
    /// The editor on a file that is not there, or is not what it should be.
    @Suite struct Files {
        @Test func aBrokenFileIsMendedAndReadAgain() async throws {
            let home = try Home()
            let broken = Shop.text.replacing(#""id": "c3","#, with: #""id": "c3",,"#)
            try home.put("contacts.json", broken)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("contacts.json is not JSON", "line 6, column 14")
                try await person.expectGolden("not-json")
                #expect(try home.text("contacts.json") == broken)
                try home.put("contacts.json", Shop.text)
                try await person.press("R")
                try await person.see("Ana Pérez", "Chen Wei")
                try await person.press("q")
                try await person.expectSane()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }

        @Test func aMissingFileIsMadeWhenAskedFor() async throws {
            let home = try Home()
            try await TmuxSession.open(home) { person in
                try await person.run("umask 0; book new/contacts.json")
                try await person.see("there is no file", "Enter create it")
                #expect(home.names == [])
                try await person.press("Enter")
                try await person.see("a add") { !$0.contains("there is no file") }
                let mode = try await eventually { home.mode("new/contacts.json") }
                #expect(mode == "600")
                try await person.press("q")
                try await person.expectSane()
            }
            #expect(home.mode("new") == "700")
            let listed = try await Program.run("list", "--file", "new/contacts.json", in: home)
            #expect(listed.status == 1)
        }

        @Test func aMissingFileIsLeftMissing() async throws {
            let home = try Home()
            try await TmuxSession.open(home) { person in
                try await person.run("book new.json; echo status $?")
                try await person.see("there is no file")
                try await person.press("q")
                try await person.see("status 0")
                try await person.expectSane()
            }
            #expect(home.names == [])
        }

        @Test func aFolderAndALoopAreNamed() async throws {
            let home = try Home()
            symlink("loop.json", home.folder + "/loop.json")
            try await TmuxSession.open(home) { person in
                for (path, words) in [(".", "is not a file"), ("loop.json", "symbolic links")] {
                    try await person.run("book \(path)")
                    try await person.see(words)
                    try await person.press("q")
                    try await person.expectSane()
                }
            }
            #expect(home.names == ["loop.json"])
        }

        @Test func commandsAboutOneOfManyLeaveAnIndexAndGoByIt() async throws {
            let home = try Home()
            let note = String(repeating: "x", count: 1 << 20)
            let lines = (0..<49).map { #"{"id":"c\#($0)","name":"n\#($0)","note":"\#(note)"}"# }
            let text = "[" + lines.joined(separator: ",\n") + "]"
            try home.put("contacts.json", text)
            func update(_ name: String) async throws -> Int32 {
                try await Program.run(
                    "update", "c3", "--name", name, "--quiet", "--file", "contacts.json", in: home
                ).status
            }
            // A file that was written a moment ago gets none.
            var names = 0
            _ = try await eventually {
                names += 1
                try #require(await update("name \(names)") == 0)
                return home.mode("contacts.json.index")
            }
            #expect(home.mode("contacts.json.index") == home.mode("contacts.json"))
            #expect(try await update("last") == 0)
            for (key, name) in [("c3", "last"), ("c16", "n16")] {
                let shown = try await Program.run(
                    "show", key, "--file", "contacts.json", in: home)
                #expect(shown.output.contains(#""name": "\#(name)""#))
            }
            let nobody = try await Program.run("show", "c99", "--file", "contacts.json", in: home)
            #expect(nobody.status == 1)
            try home.put("contacts.json", text.replacing("\"c16\"", with: "\"c99\""))
            let other = try await Program.run("show", "c99", "--file", "contacts.json", in: home)
            #expect(other.output.contains(#""name": "n16""#))
            let listed = try await Program.run("list", "last", "--file", "contacts.json", in: home)
            #expect(listed.status == 0)
        }

        @Test func whatCannotBeWrittenIsShown() async throws {
            let home = try Shop.home()
            mkdir(home.folder + "/contacts.json.lock", 0o700)
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez", "read-only")
                try await person.press("q")
                try await person.expectSane()
            }
            #expect(try home.text("contacts.json") == Shop.text)
        }
    }
}
