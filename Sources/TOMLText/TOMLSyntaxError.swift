/// Where and why a text is not TOML.
package struct TOMLSyntaxError: Error, Hashable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// The bytes are not UTF-8 (RFC 3629).
        case invalidUTF8
        /// A scalar that cannot stand there.
        case unexpected(Unicode.Scalar)
        /// The text ends in the middle of a value.
        case unexpectedEnd
        /// A line ends where something is still wanted.
        case unexpectedLineEnd
        /// A string in one line that is never closed.
        case openString
        /// A backslash is followed by something that is no escape.
        case badEscape
        /// A control character that should be escaped.
        case controlCharacter(Unicode.Scalar)
        /// A word that is no value; text wants quotes.
        case badValue(String)
        /// A number that does not fit into 64 bits.
        case numberTooLarge(String)
        /// The key or the table was there before.
        case repeated(String)
        /// Tables and arrays are nested deeper than this.
        case tooDeep(limit: Int)
    }

    /// What is wrong.
    package let reason: Reason
    /// Where.
    package let position: TOMLPosition

    init(_ reason: Reason, at position: TOMLPosition) {
        self.reason = reason
        self.position = position
    }
}
