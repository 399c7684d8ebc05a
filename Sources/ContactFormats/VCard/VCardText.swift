/// The escapes of values in cards.
enum VCardText {
    /// Undoes `\n`, `\,`, `\;` and `\\`, and with `readsReturns` the `\r` of our own cards,
    /// which others may write where a path follows a backslash.
    static func unescaped(_ text: String, readsReturns: Bool = false) -> String {
        guard text.utf8.contains(0x5C) else { return text }
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                result.append(contentsOf: meaning(scalar, readsReturns))
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.append(scalar)
            }
        }
        if isEscaped { result.append("\\") }
        return String(result)
    }

    private static func meaning(
        _ scalar: Unicode.Scalar, _ readsReturns: Bool
    ) -> String.UnicodeScalarView {
        switch scalar {
        case "n", "N": "\n".unicodeScalars
        case "r" where readsReturns: "\r".unicodeScalars
        case "\\", ",", ";", ":": String(scalar).unicodeScalars
        default: "\\\(scalar)".unicodeScalars
        }
    }

    /// Escapes text so that it is one value.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\\", ",", ";":
                result.append("\\")
                result.append(scalar)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Splits at a sign that is not escaped, or with `quoting` not in quotes.
    static func split(
        _ text: String, at sign: Unicode.Scalar, quoting: Bool = false
    ) -> [String] {
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var isKept = false
        for scalar in text.unicodeScalars {
            if scalar == sign && !isKept {
                parts.append(String(part))
                part = String.UnicodeScalarView()
                continue
            }
            part.append(scalar)
            if quoting {
                if scalar == "\"" { isKept.toggle() }
            } else {
                isKept = scalar == "\\" && !isKept
            }
        }
        return parts + [String(part)]
    }

    /// Undoes `=C3=A9` (RFC 2045, section 6.7); line feeds become escapes, as they stand in later
    /// versions.
    static func unquotedPrintable(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == 0x3D, rest.count >= 2,
                let high = Character(Unicode.Scalar(rest[rest.startIndex])).hexDigitValue,
                let low = Character(Unicode.Scalar(rest[rest.startIndex + 1])).hexDigitValue
            else {
                result.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            switch high << 4 | low {
            case 0x0D: break
            case 0x0A: result += Array("\\n".utf8)
            case let value: result.append(UInt8(value))
            }
        }
        return result[...]
    }
}
