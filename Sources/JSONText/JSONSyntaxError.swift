/// Where and why a text is not JSON (RFC 8259).
package struct JSONSyntaxError: Error, Hashable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// A byte that cannot stand there.
        case unexpectedByte(UInt8)
        /// The text ends in the middle of a value.
        case unexpectedEnd
        /// The bytes are not UTF-8 (RFC 3629).
        case invalidUTF8
        /// Arrays and objects are nested deeper than this.
        case tooDeep(limit: Int)
        /// A backslash is followed by something that is no escape.
        case badEscape
        /// Half of a surrogate pair, which stands for no character.
        case loneSurrogate
        /// A control character that should be escaped.
        case controlCharacter(UInt8)
        /// A number with a leading zero, or without digits where some must be.
        case badNumber
        /// Something follows the value.
        case trailingText
    }

    /// What is wrong.
    package let reason: Reason
    /// Bytes before the place.
    package let offset: Int
    /// The line of the place, from 1; lines end with a line feed.
    package let line: Int
    /// The column of the place, from 1, in Unicode scalars.
    package let column: Int

    /// Locates an error by the bytes that lead to it.
    package init(_ reason: Reason, at offset: Int, in bytes: [UInt8]) {
        self.reason = reason
        self.offset = offset
        var line = 1
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}
