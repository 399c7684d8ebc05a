package import JSONText

/// Text made comparable for searching: lower case, without the accents that are optional in
/// their script, compatibility width ignored.
///
/// `jose` finds José and `lukasz` Łukasz; Devanagari and Thai marks count, Hebrew points and
/// Arabic vowel signs do not. Folding the same text always gives the same text.
package enum SearchText {
    /// Folds `text`.
    package static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return String(result)
    }

    /// What two names are compared by to find out whether they are one: folded to a line, with one
    /// space between words; nil where nothing stands there.
    package static func comparable(_ name: String) -> String? {
        var line = line(name)
        return line.withUTF8 { comparable(line: $0) }
    }

    /// The same of a name that is folded to a line.
    package static func comparable(line: UnsafeBufferPointer<UInt8>) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: line.count) { words in
            var count = 0
            var isApart = false
            for byte in line {
                guard byte != 0x20 else {
                    isApart = count > 0
                    continue
                }
                if isApart {
                    words[count] = 0x20
                    count += 1
                    isApart = false
                }
                words[count] = byte
                count += 1
            }
            return count > 0 ? String(decoding: words[..<count], as: UTF8.self) : nil
        }
    }

    /// Folds UTF-8 bytes onto the end of `bytes`.
    package static func appendFolded(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: folded(text).utf8)
    }

    /// Whether a scalar stands in a block of scripts without case that nothing here is folded in:
    /// those of India and South East Asia, Han, Kana, Hangul, pictures. It saves asking the
    /// database, and Unicode gives no case to characters that had none.
    package static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0900...0x109F, 0x1100...0x11FF, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0x1F300...0x1FAFF,
            0x20000...0x3FFFF:
            true
        default: false
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String.UnicodeScalarView)
    {
        switch scalar.value {
        case 0..<0x80:
            result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        case 0x300...0x36F, 0x591...0x5BD, 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7, 0x640,
            0x64B...0x65F, 0x670, 0xAD, 0x200B...0x200F, 0x2060, 0xFE00...0xFE0F, 0xFEFF:
            break
        case 0xFF01...0xFF5E:
            if let ascii = Unicode.Scalar(scalar.value - 0xFEE0) { append(ascii, to: &result) }
        case _ where isKept(scalar): result.append(scalar)
        case _ where isCapital(scalar):
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                appendPlain(lower, to: &result)
            }
        default: appendPlain(scalar, to: &result)
        }
    }

    /// Whether a scalar may have another lower case: asked first, since a mapping is a text that
    /// is made each time.
    private static func isCapital(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter
    }

    private static func appendPlain(
        _ lower: Unicode.Scalar, to result: inout String.UnicodeScalarView
    ) {
        if let base = BaseLetters.table[lower] {
            result.append(contentsOf: base.unicodeScalars)
        } else if !(0x300...0x36F).contains(lower.value) {
            result.append(lower)
        }
    }
}

extension SearchText {
    /// Folds `text` into one line: line feeds become spaces.
    package static func line(_ text: String) -> String {
        let folded = folded(text)
        guard folded.utf8.contains(0x0A) else { return folded }
        return String(
            String.UnicodeScalarView(folded.unicodeScalars.map { $0 == "\n" ? " " : $0 }))
    }

    /// What is searched of a value: text, and numbers as they are written; empty for the rest.
    package static func text(of value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        default: ""
        }
    }

    /// The digits of folded text.
    package static func digits(_ folded: String) -> String {
        String(decoding: folded.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
    }

    /// A tag made comparable: case ignored, accents kept.
    package static func caseless(_ tag: String) -> String { tag.lowercased() }
}
