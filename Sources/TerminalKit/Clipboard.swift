/// The sequence that hands text to the clipboard of whoever sits before the terminal (OSC 52).
enum Clipboard {
    /// What common terminals still take, before encoding.
    static let limit = 74_994

    /// The sequence; nil where the text is too long.
    static func sequence(for text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count <= limit else { return nil }
        return Array("\u{1B}]52;c;".utf8) + base64(bytes) + [0x07]
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padding = 3 - group.count
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * padding)
            for place in 0..<4 - padding {
                encoded.append(alphabet[bits >> (18 - 6 * place) & 63])
            }
            encoded.append(contentsOf: repeatElement(UInt8(ascii: "="), count: padding))
        }
        return encoded
    }
}
