/// The text between the quotes of a JSON string, decoded and encoded (RFC 8259, section 7).
enum JSONString {
    /// Decodes a string that the tokenizer has passed; the range includes the quotes.
    ///
    /// - Returns: nil where half of a surrogate pair stands alone and must not be replaced.
    static func decode(
        _ bytes: [UInt8], _ quoted: Range<Int>, replacingLoneSurrogates: Bool
    ) -> String? {
        let inner = quoted.lowerBound + 1..<quoted.upperBound - 1
        guard bytes[inner].contains(UInt8(ascii: "\\")) else {
            return String(decoding: bytes[inner], as: UTF8.self)
        }
        var text: [UInt8] = []
        text.reserveCapacity(inner.count)
        var position = inner.lowerBound
        while position < inner.upperBound {
            let run = bytes[position..<inner.upperBound].prefix { $0 != UInt8(ascii: "\\") }
            text.append(contentsOf: run)
            position = run.endIndex
            guard position < inner.upperBound else { break }
            let (scalar, length) = unescape(bytes, at: position)
            guard scalar != nil || replacingLoneSurrogates else { return nil }
            text.append(contentsOf: String(scalar ?? "\u{FFFD}").utf8)
            position += length
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The scalar an escape stands for and the bytes it takes; nil for half a surrogate pair.
    private static func unescape(_ bytes: [UInt8], at position: Int) -> (Unicode.Scalar?, Int) {
        switch bytes[position + 1] {
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "u"): break
        case let sign: return (Unicode.Scalar(sign), 2)
        }
        let unit = codeUnit(bytes, at: position)
        guard UTF16.isLeadSurrogate(unit) else { return (Unicode.Scalar(unit), 6) }
        guard position + 12 <= bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
            bytes[position + 7] == UInt8(ascii: "u")
        else { return (nil, 6) }
        let trail = codeUnit(bytes, at: position + 6)
        guard UTF16.isTrailSurrogate(trail) else { return (nil, 6) }
        let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)
        return (Unicode.Scalar(value), 12)
    }

    private static func codeUnit(_ bytes: [UInt8], at position: Int) -> UInt16 {
        bytes[position + 2..<position + 6].reduce(0) { $0 << 4 | UInt16(hexDigit($1) ?? 0) }
    }

    /// The value of a hexadecimal digit; nil for any other byte.
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Appends `text` with quotes, escaping no more than the grammar asks for.
    static func encode(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { all in
            var rest = all[...]
            while let end = rest.firstIndex(where: isEscaped) {
                bytes.append(contentsOf: rest[..<end])
                escape(rest[end], to: &bytes)
                rest = rest[(end + 1)...]
            }
            bytes.append(contentsOf: rest)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes += [UInt8(ascii: "\\"), byte]
        }
    }
}
