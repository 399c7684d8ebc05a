/// A word, an operator or a punctuation mark of code.
struct SourceToken: Sendable {
    let text: String
    /// Counted from 1.
    let line: Int
}

extension SourceToken {
    /// The tokens of lines that were parted from strings and comments.
    static func tokens(of lines: [SourceLine]) -> [SourceToken] {
        var tokens: [SourceToken] = []
        for (index, line) in lines.enumerated() {
            var rest = Substring(line.code)
            while let first = rest.first {
                let text = rest.prefix(length(of: first, in: rest))
                if !first.isWhitespace {
                    tokens.append(SourceToken(text: String(text), line: index + 1))
                }
                rest = rest[text.endIndex...]
            }
        }
        return tokens
    }

    private static func length(of first: Character, in rest: Substring) -> Int {
        if isWord(first) { return rest.prefix(while: isWord).count }
        if isOperator(first) { return rest.prefix(while: isOperator).count }
        return 1
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "`"
    }

    private static func isOperator(_ character: Character) -> Bool {
        "=<>+-*/%!&|^~?.".contains(character)
    }
}
