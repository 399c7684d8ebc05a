extension TOMLScanner {
    /// Reads a string of any of the four forms; a quote comes next.
    mutating func readString() throws(TOMLSyntaxError) -> String {
        let start = position
        if take("\"\"\"") { return try readLines(closedBy: "\"", from: start) }
        if take("'''") { return try readLines(closedBy: "'", from: start) }
        return try readOneLine()
    }

    /// Reads a string that stays in its line, as keys are too.
    mutating func readOneLine() throws(TOMLSyntaxError) -> String {
        let start = position
        let quote = peek
        advance()
        var text = ""
        while let scalar = peek {
            if scalar == quote {
                advance()
                return text
            }
            if scalar == "\n" || scalar == "\r" { break }
            try readScalar(scalar, into: &text, hasEscapes: quote == "\"")
        }
        throw TOMLSyntaxError(.openString, at: start)
    }

    private mutating func readLines(
        closedBy quote: Unicode.Scalar, from start: TOMLPosition
    ) throws(TOMLSyntaxError) -> String {
        _ = takeLineBreak()
        var text = ""
        while let scalar = peek {
            if scalar == quote, let length = runOfQuotes(quote) {
                // Up to two quotes may stand just before the three that close.
                let kept = max(0, length >= 3 ? min(length, 5) - 3 : length)
                for _ in 0..<kept { text.unicodeScalars.append(quote) }
                advance(by: min(length, 5))
                if length >= 3 { return text }
            } else if takeLineBreak() {
                text.unicodeScalars.append("\n")
            } else if quote == "\"", scalar == "\\", skipFoldedLine() {
                continue
            } else {
                try readScalar(scalar, into: &text, hasEscapes: quote == "\"")
            }
        }
        throw TOMLSyntaxError(.openString, at: start)
    }

    private func runOfQuotes(_ quote: Unicode.Scalar) -> Int? {
        var length = 0
        while peek(length) == quote { length += 1 }
        return length > 0 ? length : nil
    }

    /// Takes a backslash at the end of its line with all blank space after it.
    private mutating func skipFoldedLine() -> Bool {
        var distance = 1
        while let scalar = peek(distance), scalar == " " || scalar == "\t" { distance += 1 }
        guard peek(distance) == "\n" || peek(distance) == "\r" && peek(distance + 1) == "\n" else {
            return false
        }
        advance(by: distance)
        repeat { skipBlanks() } while takeLineBreak()
        return true
    }

    private mutating func readScalar(
        _ scalar: Unicode.Scalar, into text: inout String, hasEscapes: Bool
    ) throws(TOMLSyntaxError) {
        if scalar.isControl { throw TOMLSyntaxError(.controlCharacter(scalar), at: position) }
        if scalar == "\\", hasEscapes {
            text.unicodeScalars.append(try readEscape())
        } else {
            text.unicodeScalars.append(scalar)
            advance()
        }
    }

    private mutating func readEscape() throws(TOMLSyntaxError) -> Unicode.Scalar {
        let start = position
        let letter = peek(1)
        advance(by: 2)
        switch letter {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{C}"
        case "r": return "\r"
        case "\"", "\\": return letter ?? "\\"
        case "u", "U":
            var digits = ""
            for _ in 0..<(letter == "u" ? 4 : 8) {
                guard let digit = peek, digit.properties.isASCIIHexDigit else { break }
                digits.unicodeScalars.append(digit)
                advance()
            }
            guard digits.utf8.count == (letter == "u" ? 4 : 8),
                let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
            else { throw TOMLSyntaxError(.badEscape, at: start) }
            return scalar
        default: throw TOMLSyntaxError(.badEscape, at: start)
        }
    }
}
