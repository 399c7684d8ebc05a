/// One line of a Swift file, its code and its comments apart.
struct SourceLine: Sendable {
    /// The line as written.
    var text = ""
    /// The code alone: the inside of strings and of regular expressions is left out, their
    /// delimiters stay.
    var code = ""
    /// What comments say, without what opens them.
    var comment = ""

    var isDocumentation: Bool { text.drop(while: \.isWhitespace).hasPrefix("///") }
}

/// Parts code from strings and comments, byte by byte, well enough for a formatted file: nested
/// comments, raw and multi-line strings, interpolations, regular expressions.
struct SourceLineReader {
    private enum Mode {
        case code(openParentheses: Int)
        case string(hashes: Int, quotes: Int)
        case expression(hashes: Int)
        case lineComment
        case blockComment
    }

    private let bytes: [UInt8]
    private var position = 0
    private var modes: [Mode] = [.code(openParentheses: 0)]
    private var text: [UInt8] = []
    private var code: [UInt8] = []
    private var comment: [UInt8] = []
    private var lines: [SourceLine] = []

    private init(_ source: String) {
        bytes = Array(source.utf8)
    }

    /// The lines of a source; the empty one behind the last line end is none.
    static func lines(of source: String) -> [SourceLine] {
        var reader = SourceLineReader(source)
        return reader.read()
    }

    private mutating func read() -> [SourceLine] {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                endLine()
                position += 1
                continue
            }
            switch modes.last {
            case .string(let hashes, let quotes): readString(hashes: hashes, quotes: quotes)
            case .expression(let hashes): readExpression(hashes: hashes)
            case .lineComment: advance(into: \.comment)
            case .blockComment: readBlockComment()
            case .code, nil: readCode()
            }
        }
        if !text.isEmpty { endLine() }
        return lines
    }

    private mutating func endLine() {
        lines.append(
            SourceLine(
                text: String(decoding: text, as: UTF8.self),
                code: String(decoding: code, as: UTF8.self),
                comment: String(decoding: comment, as: UTF8.self)))
        text = []
        code = []
        comment = []
        switch modes.last {
        case .lineComment, .expression(hashes: 0), .string(hashes: _, quotes: 1):
            modes.removeLast()
        default: break
        }
    }

    private mutating func readCode() {
        if looking(at: "//") {
            open(.lineComment, after: 2)
        } else if looking(at: "/*") {
            open(.blockComment, after: 2)
        } else if openLiteral() {
            return
        } else {
            count(bytes[position])
            advance(into: \.code)
        }
    }

    /// Opens a string or a regular expression where one stands.
    private mutating func openLiteral() -> Bool {
        let hashes = run(of: "#", from: position)
        let quotes = min(run(of: "\"", from: position + hashes), 3)
        if quotes > 0 {
            let opening = quotes == 2 ? 1 : quotes
            open(
                .string(hashes: hashes, quotes: opening), after: hashes + opening,
                showing: UInt8(ascii: "\""))
            return true
        }
        guard byte(at: position + hashes) == UInt8(ascii: "/"),
            hashes > 0 || isExpressionExpected
        else { return false }
        open(.expression(hashes: hashes), after: hashes + 1, showing: UInt8(ascii: "/"))
        return true
    }

    /// A slash divides where a value stands before it.
    private var isExpressionExpected: Bool {
        guard let next = byte(at: position + 1), next != UInt8(ascii: " ") else { return false }
        guard let last = code.last(where: { $0 != UInt8(ascii: " ") }) else { return true }
        return "(,=:[{!&|?".utf8.contains(last)
    }

    private mutating func count(_ byte: UInt8) {
        guard case .code(let parentheses) = modes.last else { return }
        if byte == UInt8(ascii: "(") {
            modes[modes.count - 1] = .code(openParentheses: parentheses + 1)
        } else if byte == UInt8(ascii: ")"), parentheses == 1, modes.count > 1 {
            modes.removeLast()
        } else if byte == UInt8(ascii: ")") {
            modes[modes.count - 1] = .code(openParentheses: parentheses - 1)
        }
    }

    private mutating func readString(hashes: Int, quotes: Int) {
        let escape = byte(at: position) == UInt8(ascii: "\\")
        if escape, run(of: "#", from: position + 1) >= hashes {
            let after = 1 + hashes
            if byte(at: position + after) == UInt8(ascii: "(") {
                open(.code(openParentheses: 0), after: after)
            } else if byte(at: position + after) == UInt8(ascii: "\n") {
                skip(after)
            } else {
                skip(after + 1)
            }
        } else if run(of: "\"", from: position) >= quotes,
            run(of: "#", from: position + quotes) >= hashes
        {
            close(after: quotes + hashes, showing: UInt8(ascii: "\""))
        } else {
            skip(1)
        }
    }

    private mutating func readExpression(hashes: Int) {
        if byte(at: position) == UInt8(ascii: "\\") {
            skip(2)
        } else if byte(at: position) == UInt8(ascii: "/"),
            run(of: "#", from: position + 1) >= hashes
        {
            close(after: 1 + hashes, showing: UInt8(ascii: "/"))
        } else {
            skip(1)
        }
    }

    private mutating func readBlockComment() {
        if looking(at: "*/") {
            skip(2)
            modes.removeLast()
        } else if looking(at: "/*") {
            open(.blockComment, after: 2)
        } else {
            advance(into: \.comment)
        }
    }

    private mutating func open(_ mode: Mode, after length: Int, showing delimiter: UInt8? = nil) {
        skip(length)
        if let delimiter { code.append(delimiter) }
        modes.append(mode)
    }

    private mutating func close(after length: Int, showing delimiter: UInt8) {
        skip(length)
        code.append(delimiter)
        modes.removeLast()
    }

    private mutating func skip(_ length: Int) {
        let end = min(position + length, bytes.count)
        text += bytes[position..<end]
        position = end
    }

    private mutating func advance(into part: WritableKeyPath<Self, [UInt8]>) {
        self[keyPath: part].append(bytes[position])
        skip(1)
    }

    private func byte(at index: Int) -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private func looking(at text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    private func run(of character: Unicode.Scalar, from start: Int) -> Int {
        guard start < bytes.count else { return 0 }
        return bytes[start...].prefix { $0 == UInt8(ascii: character) }.count
    }
}
