import Testing

/// Each rule finds what breaks it, and leaves alone what only looks like it.
@Suite struct RuleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let path: String
        let text: String
        let problems: [String]

        init(_ rule: Rule, _ path: String, _ text: String, _ problems: String...) {
            self.rule = rule
            self.path = path
            self.text = text
            self.problems = problems
        }

        var testDescription: String {
            rule.name + ": " + (text.split(separator: "\n").first ?? "")
        }
    }

    @Test(arguments: broken + kept)
    func finds(_ sample: Sample) {
        let file = SourceFile(path: sample.path, text: sample.text)
        let breaches = sample.rule.breaches(in: SourcePackage(files: [file]))
        #expect(breaches.map { "\($0.line) \($0.problem)" } == sample.problems)
    }

    @Test func everyRuleHasASampleThatBreaksIt() {
        let seen = Set(Self.broken.map(\.rule.name))
        for rule in Rule.all { #expect(seen.contains(rule.name), "\(rule.name)") }
    }

    private static let tall = String(repeating: "    step()\n", count: 59)

    private static let broken = [
        Sample(
            .imports, "Sources/ContactUI/A.swift", "import Foundation\n", "1 imports Foundation"),
        Sample(
            .imports, "Sources/ContactUI/A.swift", "\npackage import TerminalKit\n",
            "2 imports TerminalKit"),
        Sample(
            .imports, "Sources/patchbook/Commands/A.swift", "import struct TerminalKit.Terminal\n",
            "1 imports TerminalKit"),
        Sample(
            .imports, "Sources/ContactClient/A.swift", "@preconcurrency import NIOCore\n",
            "1 imports NIOCore"),
        Sample(
            .imports, "Sources/Novel/A.swift", "let a = 1\n",
            "1 its target has no import rule: add one"),
        Sample(
            .imports, "Sources/CPlatform/a.c", "#include <ncursesw/curses.h>\n",
            "1 includes ncursesw/curses.h"),
        Sample(
            .imports, "Tests/ScreenTests/A.swift", "import FoundationEssentials\n",
            "1 imports FoundationEssentials"),
        Sample(
            .fileLength, "Sources/Screen/A.swift", String(repeating: "\n", count: 401),
            "401 401 lines in a file"),
        Sample(
            .functionLength, "Sources/Screen/A.swift", "func a() {\n\(tall)}\n", "1 61 lines in a"),
        Sample(
            .functionLength, "Sources/Screen/A.swift",
            "struct A {\n    var b: Int {\n        if c {}\n\(tall)    }\n}\n", "2 62 lines in b"),
        Sample(
            .functionLength, "Sources/CCurses/a.c", "int a(void) {\n\(tall)}\n",
            "1 61 lines in int a"),
        Sample(
            .lineLength, "Sources/Screen/A.swift", "// " + String(repeating: "é", count: 98),
            "1 101 columns"),
        Sample(
            .documentation, "Sources/Screen/A.swift",
            "package struct A {\n    // b\n    package var b: Int\n}\n",
            "1 struct A has no documentation", "3 var b has no documentation"),
        Sample(
            .documentation, "Sources/Screen/A.swift",
            "package extension A {\n    func b() {}\n    private func c() {}\n}\n",
            "2 func b has no documentation"),
        Sample(
            .documentation, "Sources/Screen/A.swift",
            "/// A.\npackage protocol A {\n    var b: Int { get }\n}\n",
            "3 var b has no documentation"),
        Sample(
            .documentation, "Sources/Screen/A.swift",
            "/// A.\n@frozen\npackage struct A {\n    @inlinable\n    package func b() {}\n}\n",
            "5 func b has no documentation"),
        Sample(
            .moduleNames, "Sources/Screen/A.swift", "enum Screen {}\n",
            "1 Screen bears its module's name"),
        Sample(
            .typeNames, "Sources/Screen/A.swift", "final class KeyManager {}\nenum UserInfo {}\n",
            "1 \"Manager\" in KeyManager says nothing", "2 \"Info\" in UserInfo says nothing"),
        Sample(
            .openEnds, "Sources/Screen/A.swift", "let a = 1  // TODO: more\n/* FIXME */\n",
            "1 \"TODO\" in a comment", "2 \"FIXME\" in a comment"),
        Sample(
            .force, "Sources/Screen/A.swift", "let a = try! b()\nlet c = \"\\(d as! E)\"\n",
            "1 \"try!\"", "2 \"as!\""),
        Sample(
            .testForm, "Tests/ScreenTests/A.swift", "@Test(.disabled()) func a() {}\n",
            "1 \".disabled(\" in a test"),
    ]

    private static let kept = [
        Sample(
            .imports, "Sources/ContactUI/A.swift", "// import Foundation\n\"import Foundation\"\n"),
        Sample(.imports, "Sources/patchbook/Editor/A.swift", "import TerminalKit\n"),
        Sample(.imports, "Sources/CCurses/a.c", "#include <curses.h>\n"),
        Sample(.fileLength, "Sources/Screen/A.swift", String(repeating: "\n", count: 400)),
        Sample(
            .functionLength, "Sources/Screen/A.swift",
            "func a(b: () -> Void = {}) {\n\(tall.dropFirst("    step()\n".count))}\n"),
        Sample(
            .functionLength, "Sources/Screen/A.swift",
            "func a() {\n    let b = \"}\\(c { \"{\" })\"\n}\nfunc d() {\n\(tall.dropLast(40))}\n"),
        Sample(
            .documentation, "Sources/Screen/A.swift",
            """
            /// A.
            package protocol A {
                /// B.
                func b()
            }
            /// C.
            @frozen package struct C: A {
                var inner = 1
                package func b() {}
                package static func == (left: C, right: C) -> Bool { true }
                package func hash(into hasher: inout Hasher) {}
            }
            """),
        Sample(.typeNames, "Sources/Screen/A.swift", "struct Database {}\nenum Information {}\n"),
        Sample(.openEnds, "Sources/Screen/A.swift", "let a = \"TODO\"\n"),
        Sample(.force, "Sources/Screen/A.swift", "let a = \"try! as!\"\nlet b = try !c()\n"),
        Sample(.testForm, "Sources/Screen/A.swift", "view.disabled(true)\n"),
    ]
}
