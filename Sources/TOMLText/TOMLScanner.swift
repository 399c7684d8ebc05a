/// A document scalar by scalar, with the place of each.
struct TOMLScanner {
    private let scalars: [Unicode.Scalar]
    private var next = 0
    private var line = 1
    private var lineStart = 0

    init(_ bytes: [UInt8]) throws(TOMLSyntaxError) {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): scalars.append(scalar)
            case .emptyInput: break decoding
            case .error:
                let lines = scalars.split(separator: "\n", omittingEmptySubsequences: false)
                throw TOMLSyntaxError(
                    .invalidUTF8,
                    at: TOMLPosition(line: lines.count, column: (lines.last?.count ?? 0) + 1))
            }
        }
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.scalars = scalars
    }

    var position: TOMLPosition { TOMLPosition(line: line, column: next - lineStart + 1) }

    /// The scalar that comes next; nil at the end.
    var peek: Unicode.Scalar? { peek(0) }

    /// The scalar `distance` after the next one; nil beyond the end.
    func peek(_ distance: Int) -> Unicode.Scalar? {
        next + distance < scalars.count ? scalars[next + distance] : nil
    }

    mutating func advance(by count: Int = 1) {
        for _ in 0..<count where next < scalars.count {
            next += 1
            if scalars[next - 1] == "\n" {
                line += 1
                lineStart = next
            }
        }
    }

    /// Takes the text where it comes next; false where something else does.
    mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        guard scalars[next...].starts(with: wanted) else { return false }
        advance(by: wanted.count)
        return true
    }

    /// Takes everything up to the first scalar that does not belong.
    mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        var text = ""
        while let scalar = peek, belongs(scalar) {
            text.unicodeScalars.append(scalar)
            advance()
        }
        return text
    }

    mutating func require(_ text: String) throws(TOMLSyntaxError) {
        guard take(text) else { throw unexpected }
    }

    /// The error for what comes next.
    var unexpected: TOMLSyntaxError {
        switch peek {
        case nil: TOMLSyntaxError(.unexpectedEnd, at: position)
        case "\n", "\r": TOMLSyntaxError(.unexpectedLineEnd, at: position)
        case let scalar?: TOMLSyntaxError(.unexpected(scalar), at: position)
        }
    }

    mutating func skipBlanks() {
        while let scalar = peek, scalar == " " || scalar == "\t" { advance() }
    }

    /// Takes a line break; false where none comes next.
    mutating func takeLineBreak() -> Bool { take("\n") || take("\r\n") }

    /// Takes a comment, where there is one, up to its line's end.
    mutating func skipComment() throws(TOMLSyntaxError) {
        guard peek == "#" else { return }
        while let scalar = peek, scalar != "\n" {
            if scalar == "\r", peek(1) == "\n" { return }
            if scalar.isControl {
                throw TOMLSyntaxError(.controlCharacter(scalar), at: position)
            }
            advance()
        }
    }

    /// Takes blanks, comments and line breaks.
    mutating func skipSpace() throws(TOMLSyntaxError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takeLineBreak()
    }

    /// What may follow a value in its line: blanks and a comment.
    mutating func finishLine() throws(TOMLSyntaxError) {
        skipBlanks()
        try skipComment()
        guard peek == nil || takeLineBreak() else { throw unexpected }
    }
}

extension Unicode.Scalar {
    /// Whether a string must not hold it as it is; a tab may stand there.
    var isControl: Bool { value < 0x20 && value != 0x09 || value == 0x7F }

    /// Whether it may stand in a key without quotes.
    var isBareKey: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// Whether it is one of 0 to 9.
    var isDigit: Bool { ("0"..."9").contains(self) }
}
