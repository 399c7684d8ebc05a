/// Something a Swift file declares: a type, an extension, or a member of one.
struct Declaration: Sendable {
    /// The keyword: `func`, `struct`, `extension` …
    var kind: String
    var name: String
    /// Words before the keyword, without their arguments: `package`, `static` …
    var modifiers: [String]
    /// What stands behind a type's colon.
    var conformances: [String] = []
    /// The type or extension around it.
    var outer: String?
    /// What the type or extension around it conforms to.
    var outerConformances: [String]
    /// The line where its first attribute, modifier or keyword stands, from 1.
    var firstLine: Int
    /// The line of its keyword.
    var line: Int
    /// The line of its closing brace, if it has a body.
    var lastLine: Int? = nil
    /// Whether other targets see it, be it by the protocol or the extension around it.
    var isExported: Bool
    /// Whether a protocol asks for it.
    var isRequirement: Bool
    /// How many lines a function, an initialiser or a computed property takes.
    var functionLength: Int? {
        guard Self.functionKinds.contains(kind), !isRequirement else { return nil }
        return lastLine.map { $0 - line + 1 }
    }
    var isType: Bool { Self.typeKinds.contains(kind) }

    static let typeKinds: Set = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype",
    ]
    static let functionKinds: Set = ["func", "init", "deinit", "subscript", "var", "let"]
    static let bracedKinds: Set = ["struct", "class", "enum", "actor", "protocol", "extension"]
    static let kinds = typeKinds.union(functionKinds).union(bracedKinds)
    static let modifiers: Set = [
        "package", "public", "open", "internal", "private", "fileprivate", "static", "final",
        "mutating", "nonmutating", "consuming", "borrowing", "override", "required",
        "convenience", "lazy", "weak", "unowned", "nonisolated", "indirect", "prefix", "postfix",
        "infix", "dynamic", "isolated",
    ]
}

/// Finds declarations in tokens, by counting braces; what stands inside a function's body is
/// looked at for inner functions and types only.
struct DeclarationReader {
    private struct Block {
        /// Its place among the declarations found, unless it is a plain block or a closure.
        var declaration: Int?
        var holdsMembers: Bool
    }

    private let tokens: [SourceToken]
    private var position = 0
    private var brackets = 0
    private var blocks: [Block] = []
    private var found: [Declaration] = []
    private var modifiers: [String] = []
    private var firstLine: Int?
    /// The declaration whose body the next brace opens, and how deep in brackets it stands.
    private var pending: (declaration: Int, brackets: Int)?

    private init(_ tokens: [SourceToken]) {
        self.tokens = tokens
    }

    static func declarations(in tokens: [SourceToken]) -> [Declaration] {
        var reader = DeclarationReader(tokens)
        while reader.position < tokens.count { reader.readToken() }
        return reader.found
    }

    private mutating func readToken() {
        let token = tokens[position]
        switch token.text {
        case "@":
            begin(at: token.line)
            position += 2
            skipArguments()
        case "import":
            forgetModifiers()
            position += tokens[position...].prefix { $0.line == token.line }.count
        case let word where isModifier(word):
            begin(at: token.line)
            modifiers.append(word)
            position += 1
            if word != "prefix" { skipArguments() }
        case let word where Declaration.kinds.contains(word) && !isMember:
            declare(token)
            position += 1
        default:
            forgetModifiers()
            punctuate(token)
            position += 1
        }
    }

    private var isMember: Bool { position > 0 && tokens[position - 1].text.hasSuffix(".") }

    private func isModifier(_ word: String) -> Bool {
        guard !isMember else { return false }
        if word == "class", let next = tokens[after: position]?.text {
            return Declaration.functionKinds.contains(next)
        }
        guard Declaration.modifiers.contains(word) else { return false }
        // `open(path)` and `prefix(3)` are calls.
        return tokens[after: position]?.text != "(" || (word != "open" && word != "prefix")
    }

    private mutating func begin(at line: Int) {
        firstLine = firstLine ?? line
    }

    private mutating func forgetModifiers() {
        modifiers = []
        firstLine = nil
    }

    /// Steps over what stands in parentheses right behind an attribute or a modifier.
    private mutating func skipArguments() {
        while position < tokens.count, tokens[position].text.hasPrefix(".") { position += 2 }
        guard position < tokens.count, tokens[position].text == "(" else { return }
        var depth = 0
        repeat {
            if tokens[position].text == "(" { depth += 1 }
            if tokens[position].text == ")" { depth -= 1 }
            position += 1
        } while depth > 0 && position < tokens.count
    }

    private mutating func declare(_ token: SourceToken) {
        defer { forgetModifiers() }
        let isLocal = !(blocks.last?.holdsMembers ?? true)
        if isLocal, token.text == "var" || token.text == "let" { return }
        pending = (found.count, brackets)
        found.append(
            Declaration(
                kind: token.text, name: name(of: token), modifiers: modifiers,
                conformances: conformances(of: token), outer: outer?.name,
                outerConformances: outer?.conformances ?? [],
                firstLine: firstLine ?? token.line, line: token.line,
                isExported: !isLocal && isExported,
                isRequirement: outer?.kind == "protocol"))
    }

    private func name(of token: SourceToken) -> String {
        switch token.text {
        case "init", "deinit", "subscript": token.text
        default: tokens[after: position]?.text ?? ""
        }
    }

    /// The words between a type's colon and its brace.
    private func conformances(of token: SourceToken) -> [String] {
        guard Declaration.bracedKinds.contains(token.text) else { return [] }
        return tokens[position...].prefix { $0.text != "{" && $0.text != "where" }
            .drop { $0.text != ":" }.map(\.text)
    }

    private var outer: Declaration? { blocks.last?.declaration.map { found[$0] } }

    private var isExported: Bool {
        if modifiers.contains(where: ["package", "public", "open"].contains) { return true }
        if modifiers.contains(where: ["private", "fileprivate", "internal"].contains) {
            return false
        }
        guard let outer else { return false }
        return outer.isExported && (outer.kind == "protocol" || outer.kind == "extension")
    }

    private mutating func punctuate(_ token: SourceToken) {
        switch token.text {
        case "(", "[": brackets += 1
        case ")", "]": brackets -= 1
        case "{": openBlock()
        case "}": closeBlock(at: token.line)
        default: break
        }
    }

    private mutating func openBlock() {
        guard let opened = pending, opened.brackets == brackets else {
            blocks.append(Block(declaration: nil, holdsMembers: false))
            return
        }
        let kind = found[opened.declaration].kind
        blocks.append(
            Block(
                declaration: opened.declaration,
                holdsMembers: Declaration.bracedKinds.contains(kind)))
        pending = nil
    }

    private mutating func closeBlock(at line: Int) {
        if pending?.brackets == brackets { pending = nil }
        guard let block = blocks.popLast(), let declaration = block.declaration else { return }
        found[declaration].lastLine = line
    }
}

extension [SourceToken] {
    fileprivate subscript(after index: Int) -> SourceToken? {
        index + 1 < count ? self[index + 1] : nil
    }
}
