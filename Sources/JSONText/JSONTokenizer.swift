/// One step through a JSON text; ranges are byte offsets into it.
package enum JSONToken: Hashable, Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    /// A member's name, quotes included.
    case name(Range<Int>)
    /// A text value, quotes included.
    case string(Range<Int>)
    case number(Range<Int>)
    case bool(Bool)
    case null
}

/// Walks through a JSON text token by token, strictly by RFC 8259 and without recursion.
///
/// UTF-8 is checked as it goes. The depth of nesting is limited, so no text can exhaust the
/// stack of whoever builds a value from the tokens.
package struct JSONTokenizer: Sendable {
    /// How deep arrays and objects may be nested where nothing else is said.
    package static let standardDepthLimit = 1000

    private enum Expectation: Sendable {
        case value, firstElement, firstName, name, separator, nothing
    }

    /// The text.
    package let bytes: [UInt8]
    /// Where the next token is looked for.
    package private(set) var position: Int
    private let end: Int
    private let depthLimit: Int
    private var containers: [UInt8] = []
    private var expectation = Expectation.value

    /// Walks through the value in `range` of `bytes`, or through all of it.
    package init(
        _ bytes: [UInt8], in range: Range<Int>? = nil,
        depthLimit: Int = JSONTokenizer.standardDepthLimit
    ) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    /// How many arrays and objects are open.
    package var depth: Int { containers.count }

    /// The next token; nil after the last one of the value.
    ///
    /// - Throws: `JSONSyntaxError` at the first byte that breaks the grammar.
    package mutating func next() throws(JSONSyntaxError) -> JSONToken? {
        skipWhitespace()
        switch expectation {
        case .nothing: return nil
        case .value: return try value()
        case .firstElement:
            if peek == UInt8(ascii: "]") { return close(.endArray) }
            return try value()
        case .firstName:
            if peek == UInt8(ascii: "}") { return close(.endObject) }
            return try name()
        case .name: return try name()
        case .separator: return try separator()
        }
    }

    /// Passes over white space: space, tab, line feed, carriage return.
    package mutating func skipWhitespace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Passes over the next value whole; afterwards the next member or element may be asked for.
    ///
    /// - Returns: the bytes of the value, without the white space around it.
    package mutating func skipValue() throws(JSONSyntaxError) -> Range<Int> {
        skipWhitespace()
        let start = position
        let outer = containers.count
        repeat { _ = try next() } while containers.count > outer
        return start..<position
    }

    /// Makes sure that nothing but white space is left.
    package mutating func finish() throws(JSONSyntaxError) {
        skipWhitespace()
        if position < end { throw error(.trailingText) }
    }

    private var peek: UInt8? { position < end ? bytes[position] : nil }

    private func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason, at: position, in: bytes)
    }

    private func unexpected() -> JSONSyntaxError {
        peek.map { error(.unexpectedByte($0)) } ?? error(.unexpectedEnd)
    }

    private mutating func close(_ token: JSONToken) -> JSONToken {
        position += 1
        containers.removeLast()
        expectation = containers.isEmpty ? .nothing : .separator
        return token
    }

    private mutating func open(_ token: JSONToken) throws(JSONSyntaxError) -> JSONToken {
        guard containers.count < depthLimit else { throw error(.tooDeep(limit: depthLimit)) }
        containers.append(bytes[position])
        position += 1
        expectation = token == .beginArray ? .firstElement : .firstName
        return token
    }

    private mutating func separator() throws(JSONSyntaxError) -> JSONToken {
        let isArray = containers.last == UInt8(ascii: "[")
        switch peek {
        case UInt8(ascii: ","):
            position += 1
            skipWhitespace()
            return isArray ? try value() : try name()
        case UInt8(ascii: "]") where isArray: return close(.endArray)
        case UInt8(ascii: "}") where !isArray: return close(.endObject)
        default: throw unexpected()
        }
    }

    private mutating func name() throws(JSONSyntaxError) -> JSONToken {
        guard peek == UInt8(ascii: "\"") else { throw unexpected() }
        let range = try string()
        skipWhitespace()
        guard peek == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
        expectation = .value
        return .name(range)
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONToken {
        guard let byte = peek else { throw unexpected() }
        switch byte {
        case UInt8(ascii: "{"): return try open(.beginObject)
        case UInt8(ascii: "["): return try open(.beginArray)
        default: break
        }
        let token: JSONToken
        switch byte {
        case UInt8(ascii: "\""): token = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): token = try number()
        case UInt8(ascii: "t"): token = try literal("true", .bool(true))
        case UInt8(ascii: "f"): token = try literal("false", .bool(false))
        case UInt8(ascii: "n"): token = try literal("null", .null)
        default: throw unexpected()
        }
        expectation = containers.isEmpty ? .nothing : .separator
        return token
    }

    private mutating func literal(
        _ word: StaticString, _ token: JSONToken
    ) throws(JSONSyntaxError) -> JSONToken {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw unexpected() }
            position += 1
        }
        return token
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONToken {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let leading = peek
        let digits = try skipDigits()
        if leading == UInt8(ascii: "0") && digits > 1 {
            position -= digits - 1
            throw error(.badNumber)
        }
        if peek == UInt8(ascii: ".") {
            position += 1
            _ = try skipDigits()
        }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            _ = try skipDigits()
        }
        return .number(start..<position)
    }

    private mutating func skipDigits() throws(JSONSyntaxError) -> Int {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            position += 1
        }
        if position == start { throw peek == nil ? unexpected() : error(.badNumber) }
        return position - start
    }
}

extension JSONTokenizer {
    /// Where in a list a text goes on.
    package enum ListPlace: Sendable {
        /// After the `[`.
        case first
        /// After a comma.
        case element
        /// After an element.
        case separator
    }

    /// Goes on at another place of the list that was begun last; what is passed over so is known
    /// to be right.
    package mutating func resume(at offset: Int, _ place: ListPlace) {
        position = offset
        switch place {
        case .first: expectation = .firstElement
        case .element: expectation = .value
        case .separator: expectation = .separator
        }
    }
}

extension JSONTokenizer {
    /// Passes over a string and checks it; the range includes the quotes.
    private mutating func string() throws(JSONSyntaxError) -> Range<Int> {
        let start = position
        position += 1
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw error(.controlCharacter(byte))
            case 0x20..<0x80: position += 1
            default: try multibyte(byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escape() throws(JSONSyntaxError) {
        guard position + 1 < end else {
            position = end
            throw error(.unexpectedEnd)
        }
        switch bytes[position + 1] {
        case UInt8(ascii: "u"):
            guard position + 6 <= end else {
                position = end
                throw error(.unexpectedEnd)
            }
            for index in position + 2..<position + 6 where JSONString.hexDigit(bytes[index]) == nil
            {
                throw error(.badEscape)
            }
            position += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        default: throw error(.badEscape)
        }
    }

    /// Checks one scalar of two to four bytes against table 3-7 of the Unicode standard.
    private mutating func multibyte(_ lead: UInt8) throws(JSONSyntaxError) {
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw error(.invalidUTF8)
        }
        guard position + length <= end, second.contains(bytes[position + 1]),
            bytes[position + 2..<position + length].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw error(.invalidUTF8) }
        position += length
    }
}
