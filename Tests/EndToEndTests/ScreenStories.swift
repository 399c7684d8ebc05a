import Glibc
import Testing

extension EndToEnd {
    /// What stands on the terminal, whatever its size and whatever the names.
    @Suite struct Screens {
        @Test func everySizeIsFilledAndASmallOneRecovers() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez", "EMAIL", "TAGS")
                try await person.resize(columns: 120, rows: 40)
                try await person.see("the foot in row 40") { foot($0, row: 40) }
                try await person.resize(columns: 40, rows: 10)
                try await person.see("the foot in row 10") { foot($0, row: 10) }
                try await person.press("Enter")
                try await person.see("Edit contact", "Ana Pérez")
                try await person.resize(columns: 20, rows: 4)
                try await person.see("too small: 20×4")
                try await person.resize(columns: 1, rows: 1)
                try await person.see("#{window_width}", is: "1")
                try await person.resize(columns: 80, rows: 24)
                try await person.see("Edit contact", "nothing to send")
                try await person.expectGolden("form-resized")
                try await person.press("C-g", "q")
                try await person.expectSane()
            }
        }

        static let types = ["xterm-256color", "vt100", "vt220"]

        @Test(arguments: types)
        func aTallTerminalIsFilledAndScrollsAsBefore(type: String) async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home, columns: 120, rows: 40) { person in
                try await person.run("TERM=\(type) book contacts.json")
                try await person.see("the foot in row 40") { foot($0, row: 40) }
                try await person.expectGolden("tall-list")
                try await person.press("?")
                try await person.see("show only the marked, or all again")
                try await person.press("q")
                try await person.see("the list after the keys") { foot($0, row: 40) }
                try await person.press("t")
                try await person.see("Tag contacts", "Ana Pérez")
                try await person.press("C-g")
                try await person.see("the list again") { foot($0, row: 40) }
                try await person.press("C-z")
                try await person.expectSane()
                try await person.run("fg")
                try await person.see("the foot once more") { foot($0, row: 40) }
                try await person.press("q")
                try await person.expectSane()
            }
        }

        @Test(arguments: [(SIGTERM, 143), (SIGSEGV, 139)])
        func aTallTerminalScrollsAsBeforeAfterASignal(signal: Int32, status: Int) async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home, rows: 40) { person in
                try await person.run("book contacts.json; echo status $?")
                try await person.see("the foot in row 40") { foot($0, row: 40) }
                kill(try #require(person.editor), signal)
                try await person.see("status \(status)")
                try await person.expectSane()
            }
        }

        /// Whether the line of keys is the last of so many.
        private func foot(_ screen: String, row: Int) -> Bool {
            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count == row + 1 && lines[row - 1].contains("Enter edit")
                && lines[2].contains("Ana Pérez")
        }

        static let names = [
            "فاطمة الزهراء", "田中 太郎", "क्षितिज त्रिवेदी", "Park 👨\u{200D}👩\u{200D}👧\u{200D}👦",
            "\u{1B}]0;stolen\u{7}Eve", "\u{1B}[2J\u{9B}31mMal", "a\u{202E}b\u{2066}c",
            "e\u{301}\u{301}\u{301}\u{301}", "🇸🇪🇩🇪", "ﷺ", "Ann\r\n\tB", "❤\u{FE0F}👍🏽",
            String(repeating: "長", count: 3000),
        ]

        @Test func anyNameIsHarmlessAndEveryColumnStandsStraight() async throws {
            let home = try Home()
            let contacts = Screens.names.enumerated().map { index, name in
                let text = name.unicodeScalars.map { scalar in
                    scalar.value < 0x20 ? "\\u00" + hex(scalar.value) : String(scalar)
                }
                return #"{"id":"c\#(index)","phone":"+1555000\#(1000 + index)","#
                    + #""name":"\#(text.joined())"}"#
            }
            try home.put("names.json", "[" + contacts.joined(separator: ",\n") + "]")
            try await TmuxSession.open(home) { person in
                let title = try await person.ask("#{pane_title}")
                try await person.run("book names.json")
                try await person.see("\(Screens.names.count) of") { $0.contains("Eve") }
                try await person.expectGolden("names")
                let header = try #require(try await person.column(of: "PHONE"))
                for index in Screens.names.indices {
                    let column = try await person.column(of: "+1555000\(1000 + index)")
                    #expect(column == header, "\(Screens.names[index])")
                }
                #expect(try await person.ask("#{pane_title}") == title)
                try await person.press("/")
                try await person.type("le")
                try await person.see("Eve alone") { $0.contains("Eve") && !$0.contains("Mal") }
                try await person.press("Enter", "Enter")
                try await person.see("Edit contact", "␛]0;stolen␇Eve")
                #expect(try await person.ask("#{pane_title}") == title)
                try await person.press("C-g", "q")
                try await person.expectSane()
            }
        }

        private func hex(_ value: UInt32) -> String {
            value < 16 ? "0" + String(value, radix: 16) : String(value, radix: 16)
        }

        @Test func suspendedAndTakenUpAgain() async throws {
            let home = try Shop.home()
            try await TmuxSession.open(home) { person in
                try await person.run("book contacts.json")
                try await person.see("Ana Pérez")
                try await person.press("C-z")
                try await person.expectSane()
                try await person.run("fg")
                try await person.see("#{alternate_on}", is: "1")
                try await person.see("Ana Pérez", "1 of 3")
                try await person.press("j")
                try await person.see("2 of 3")
                try await person.press("q")
                try await person.expectSane()
            }
        }
    }
}
