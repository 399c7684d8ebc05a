/// The encoding of Western European Windows, in which its programs save text where nobody chose
/// another: Latin-1 with more signs from 0x80 to 0x9F.
package enum Windows1252 {
    /// The text of some bytes.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var result = String.UnicodeScalarView()
        for byte in bytes { result.append(scalar(byte)) }
        return String(result)
    }

    /// The same bytes in UTF-8; they may be any part of a text.
    package static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
        return Array(text(bytes).utf8)
    }

    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        (0x80..<0xA0).contains(byte) ? high[Int(byte) - 0x80] : Unicode.Scalar(byte)
    }

    /// What 0x80 to 0x9F mean there; five of them nothing.
    private static let high = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}
