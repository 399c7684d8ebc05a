/// A file of the repository, read for its form.
struct SourceFile: Sendable {
    /// From the top of the repository: `Sources/JSONText/JSONValue.swift`.
    let path: String
    let lines: [SourceLine]
    /// Empty for C.
    let declarations: [Declaration]

    init(path: String, text: String) {
        self.path = path
        lines = SourceLineReader.lines(of: text)
        declarations =
            path.hasSuffix(".swift")
            ? DeclarationReader.declarations(in: SourceToken.tokens(of: lines)) : []
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The target's name: the folder below `Sources` or `Tests`.
    var target: String? {
        let folders = path.split(separator: "/")
        return folders.count > 2 ? String(folders[1]) : nil
    }

    /// The modules or headers it imports, with their lines.
    var imports: [(name: String, line: Int)] {
        lines.enumerated().compactMap { index, line in
            (isSwift ? Self.module(in: line.code) : Self.header(in: line.text)).map {
                ($0, index + 1)
            }
        }
    }

    /// How many lines each function takes, from its keyword (in C: its name) to its brace.
    var functions: [(name: String, line: Int, length: Int)] {
        guard isSwift else { return functionsOfC }
        return declarations.compactMap { declaration in
            declaration.functionLength.map { (declaration.name, declaration.line, $0) }
        }
    }

    /// In C as it is formatted here, a body opens on a line that begins in the first column.
    private var functionsOfC: [(name: String, line: Int, length: Int)] {
        var found: [(name: String, line: Int, length: Int)] = []
        var start: Int?
        for (index, line) in lines.enumerated() {
            let isTop = line.code.first.map { !$0.isWhitespace && $0 != "#" } ?? false
            if isTop, line.code.contains(where: \.isLetter), line.code.contains("(") {
                start = index
            }
            guard let first = start else { continue }
            let isOneLine = first == index && line.code.hasSuffix("}")
            if isOneLine || (isTop && line.code.hasPrefix("}")) {
                let head = lines[first].code.prefix { $0 != "(" }
                found.append((String(head), first + 1, index - first + 1))
                start = nil
            } else if isTop, line.code.hasSuffix(";") {
                start = nil
            }
        }
        return found
    }

    private static func module(in code: String) -> String? {
        let words = code.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count else {
            return nil
        }
        let areModifiers = words[..<place].allSatisfy {
            $0.hasPrefix("@") || Declaration.modifiers.contains(String($0))
        }
        guard areModifiers else { return nil }
        let kinds = Declaration.kinds
        let name = kinds.contains(String(words[place + 1])) ? words.last : words[place + 1]
        return name.map { String($0.prefix { $0 != "." }) }
    }

    private static func header(in text: String) -> String? {
        guard text.hasPrefix("#include") else { return nil }
        let name = text.dropFirst("#include".count).drop { "<\" ".contains($0) }
        return String(name.prefix { !">\"".contains($0) })
    }
}
