import Testing

/// Code and comments come apart where Swift itself parts them.
@Suite struct SourceLineTests {
    @Test(arguments: [
        (#"let a = "b // c" // d"#, #"let a = "" "#, " d"),
        (#"let a = "\"" + b // c"#, #"let a = "" + b "#, " c"),
        (##"let a = #"\"# + b"##, #"let a = "" + b"#, ""),
        (#"f("\(g("x", h))", i)"#, #"f("(g("", h))", i)"#, ""),
        ("a /* b /* c */ d */ e", "a  e", " b  c  d "),
        ("a / b / c // d", "a / b / c ", " d"),
        (#"of: /"\/(.*)/ // d"#, "of: // ", " d"),
        (##"of: #/"/{/#"##, "of: //", ""),
        (#"f("", "a")"#, #"f("", "")"#, ""),
    ])
    func partsALine(_ text: String, _ code: String, _ comment: String) {
        let line = SourceLineReader.lines(of: text + "\n")
        #expect(line.map(\.text) == [text])
        #expect(line.map(\.code) == [code])
        #expect(line.map(\.comment) == [comment])
    }

    @Test func keepsAStringOfManyLines() {
        let text = "let a = \"\"\"\n    // \" {\n    \\(b)\n    \"\"\" + c // d\n"
        let lines = SourceLineReader.lines(of: text)
        #expect(lines.map(\.code) == ["let a = \"", "", "(b)", "\" + c "])
        #expect(lines.map(\.comment) == ["", "", "", " d"])
    }

    @Test func keepsACommentOfManyLines() {
        let lines = SourceLineReader.lines(of: "a /* b\n\"c\n*/ d")
        #expect(lines.map(\.code) == ["a ", "", " d"])
        #expect(lines.map(\.text) == ["a /* b", "\"c", "*/ d"])
    }
}
