import Testing

/// A rule of the house, and how to find where it is broken.
struct Rule: Sendable, CustomTestStringConvertible {
    /// A place that breaks a rule.
    struct Breach: Sendable, CustomStringConvertible {
        let path: String
        let line: Int
        let problem: String

        var description: String { "\(path):\(line): \(problem)" }
    }

    let name: String
    let find: @Sendable (SourceFile, SourcePackage) -> [(line: Int, problem: String)]

    var testDescription: String { name }

    func breaches(in package: SourcePackage) -> [Breach] {
        package.files.flatMap { file in
            find(file, package).map {
                Breach(path: file.path, line: $0.line, problem: $0.problem)
            }
        }
    }

    static let all = [
        imports, fileLength, functionLength, lineLength, documentation, moduleNames, typeNames,
        openEnds, force, testForm,
    ]
}

extension Rule {
    static let fileLength = Rule(name: "a file has at most 400 lines") { file, _ in
        file.lines.count > 400 ? [(401, "\(file.lines.count) lines in a file")] : []
    }

    static let functionLength = Rule(name: "a function has at most 60 lines") { file, _ in
        file.functions.filter { $0.length > 60 }
            .map { ($0.line, "\($0.length) lines in \($0.name)") }
    }

    static let lineLength = Rule(name: "a line has at most 100 columns") { file, _ in
        file.numbered { $0.text.count > 100 ? "\($0.text.count) columns" : nil }
    }

    static let documentation = Rule(name: "what other targets see is documented") {
        file, package in
        guard file.path.hasPrefix("Sources/") else { return [] }
        return file.declarations.filter { declaration in
            declaration.isExported && declaration.kind != "extension"
                && !["==", "hash"].contains(declaration.name)
                && !package.isDocumentedByProtocol(declaration)
                && !file.isDocumented(declaration)
        }.map { ($0.line, "\($0.kind) \($0.name) has no documentation") }
    }

    static let moduleNames = Rule(name: "no type bears its module's name") { file, _ in
        file.types { $0.name == file.target ? "\($0.name) bears its module's name" : nil }
    }

    static let typeNames = Rule(name: "a type's name says what it is") { file, _ in
        file.types { type in
            words(of: type.name).first { vagueWords.contains($0) }.map {
                "\"\($0)\" in \(type.name) says nothing"
            }
        }
    }

    static let openEnds = Rule(name: "nothing is left open") { file, _ in
        file.numbered { line in
            line.comment.split { !$0.isLetter }.first { openWords.contains(String($0)) }
                .map { "\"\($0)\" in a comment" }
        }
    }

    static let force = Rule(name: "nothing is forced") { file, _ in
        file.numbered { line in
            ["try!", "as!"].first { (" " + line.code).contains(" " + $0) }.map { "\"\($0)\"" }
        }
    }

    static let testForm = Rule(name: "tests run, wait for what happens, and look from outside") {
        file, _ in
        guard file.path.hasPrefix("Tests/") else { return [] }
        return file.numbered { line in
            testWords.first { line.code.contains($0) }.map { "\"\($0)\" in a test" }
        }
    }

    private static let vagueWords: Set = [
        "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Data", "Info",
    ]
    private static let openWords: Set = ["TODO", "FIXME", "XXX", "HACK"]
    private static let testWords = [
        ".disabled(", "withKnownIssue", "@testable", "import XCTest", "usleep(", "nanosleep(",
        "Thread.sleep",
    ]

    /// `HTTPInfoPage` has the words HTTP, Info and Page.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        for letter in name {
            if letter.isUppercase || words.isEmpty {
                words.append(String(letter))
            } else {
                words[words.count - 1].append(letter)
            }
        }
        return words
    }
}

extension SourceFile {
    fileprivate func isDocumented(_ declaration: Declaration) -> Bool {
        declaration.firstLine > 1 && lines[declaration.firstLine - 2].isDocumentation
    }

    fileprivate func numbered(
        _ problem: (SourceLine) -> String?
    ) -> [(line: Int, problem: String)] {
        lines.enumerated().compactMap { index, line in problem(line).map { (index + 1, $0) } }
    }

    fileprivate func types(
        _ problem: (Declaration) -> String?
    ) -> [(line: Int, problem: String)] {
        declarations.filter(\.isType).compactMap { type in problem(type).map { (type.line, $0) } }
    }
}
