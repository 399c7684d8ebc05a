extension TOMLTable {
    /// How deep tables and arrays may be nested, and how many names a key may have.
    package static let depthLimit = 32

    /// Reads a document of TOML 1.0.0.
    ///
    /// - Throws: `TOMLSyntaxError`, with line and column.
    package init(parsing bytes: [UInt8]) throws(TOMLSyntaxError) {
        let (table, flaw) = try TOMLTable.readable(bytes)
        if let flaw { throw flaw }
        self = table
    }

    /// Reads a document as far as it makes sense: every line before the first mistake counts.
    ///
    /// - Returns: what was read, and the mistake where there is one.
    /// - Throws: `TOMLSyntaxError` where the bytes are not UTF-8, so that nothing can be read.
    package static func readable(
        _ bytes: [UInt8]
    ) throws(TOMLSyntaxError) -> (table: TOMLTable, flaw: TOMLSyntaxError?) {
        var reader = TOMLReader(try TOMLScanner(bytes))
        return reader.readDocument()
    }
}

/// Reads a document from the top to the end.
private struct TOMLReader {
    private var scanner: TOMLScanner
    private var depth = 0

    init(_ scanner: TOMLScanner) {
        self.scanner = scanner
    }

    mutating func readDocument() -> (TOMLTable, TOMLSyntaxError?) {
        let root = TOMLOpenTable(.header, at: .start)
        do throws(TOMLSyntaxError) {
            try readLines(into: root)
            return (root.finished, nil)
        } catch {
            return (root.finished, error)
        }
    }

    private mutating func readLines(into root: TOMLOpenTable) throws(TOMLSyntaxError) {
        var current = root
        while true {
            try scanner.skipSpace()
            guard let scalar = scanner.peek else { return }
            if scalar == "[" {
                current = try readHeader(in: root)
            } else {
                try readEntry(into: current)
            }
            try scanner.finishLine()
        }
    }

    private mutating func readHeader(in root: TOMLOpenTable) throws(TOMLSyntaxError)
        -> TOMLOpenTable
    {
        let start = scanner.position
        let repeats = scanner.take("[[")
        if !repeats { scanner.advance() }
        scanner.skipBlanks()
        let key = try readKey()
        try scanner.require(repeats ? "]]" : "]")
        return try root.opened(by: key, repeats: repeats, at: start)
    }

    private mutating func readEntry(into table: TOMLOpenTable) throws(TOMLSyntaxError) {
        let key = try readKey()
        try scanner.require("=")
        scanner.skipBlanks()
        try table.set(key, to: try readValue())
    }

    /// Reads a key with its dots, and the blanks after it.
    private mutating func readKey() throws(TOMLSyntaxError) -> [TOMLKeyPart] {
        var parts: [TOMLKeyPart] = []
        repeat {
            scanner.skipBlanks()
            let start = scanner.position
            let name: String
            if scanner.peek == "\"" || scanner.peek == "'" {
                name = try scanner.readOneLine()
            } else {
                name = scanner.take { $0.isBareKey }
                guard !name.isEmpty else { throw scanner.unexpected }
            }
            guard parts.count < TOMLTable.depthLimit else { throw tooDeep(at: start) }
            parts.append(TOMLKeyPart(name: name, position: start))
            scanner.skipBlanks()
        } while scanner.take(".")
        return parts
    }

    private func tooDeep(at position: TOMLPosition) -> TOMLSyntaxError {
        TOMLSyntaxError(.tooDeep(limit: TOMLTable.depthLimit), at: position)
    }

    private mutating func readValue() throws(TOMLSyntaxError) -> TOMLValue {
        let start = scanner.position
        switch scanner.peek {
        case "\"", "'": return TOMLValue(.text(try scanner.readString()), at: start)
        case "[", "{":
            guard depth < TOMLTable.depthLimit else { throw tooDeep(at: start) }
            depth += 1
            defer { depth -= 1 }
            let isArray = scanner.take("[")
            return TOMLValue(isArray ? try readArray() : try readBraces(at: start), at: start)
        default: return TOMLValue(try readWord(at: start), at: start)
        }
    }

    private mutating func readArray() throws(TOMLSyntaxError) -> TOMLValue.Kind {
        var elements: [TOMLValue] = []
        while true {
            try scanner.skipSpace()
            if scanner.take("]") { return .array(elements) }
            elements.append(try readValue())
            try scanner.skipSpace()
            if scanner.take(",") { continue }
            try scanner.require("]")
            return .array(elements)
        }
    }

    /// Reads `{a = 1, b.c = 2}`, which stays in its line and ends without a comma.
    private mutating func readBraces(at start: TOMLPosition) throws(TOMLSyntaxError)
        -> TOMLValue.Kind
    {
        scanner.advance()
        let table = TOMLOpenTable(.braces, at: start)
        scanner.skipBlanks()
        if scanner.take("}") { return .table(table.finished) }
        repeat {
            scanner.skipBlanks()
            try readEntry(into: table)
            scanner.skipBlanks()
        } while scanner.take(",")
        try scanner.require("}")
        return .table(table.finished)
    }

    private mutating func readWord(at start: TOMLPosition) throws(TOMLSyntaxError)
        -> TOMLValue.Kind
    {
        var text = scanner.take { $0.isBareKey || $0 == "+" || $0 == "." || $0 == ":" }
        guard !text.isEmpty else { throw scanner.unexpected }
        if text.utf8.count == 10, scanner.peek == " ", scanner.peek(1)?.isDigit == true {
            scanner.advance()
            text += " " + scanner.take { $0.isBareKey || $0 == "+" || $0 == "." || $0 == ":" }
        }
        let value: TOMLValue.Kind?
        do throws(TOMLWord.TooLarge) {
            value = try TOMLWord(text: text).value()
        } catch {
            throw TOMLSyntaxError(.numberTooLarge(text), at: start)
        }
        guard let value else { throw TOMLSyntaxError(.badValue(text), at: start) }
        return value
    }
}
