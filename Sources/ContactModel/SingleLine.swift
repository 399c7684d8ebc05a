import JSONText

/// Text of a clipboard, a file or another program made fit for a field of one line.
package struct SingleLine: Hashable, Sendable {
    /// The text: line ends and tabs are spaces, other control characters are gone.
    package let text: String
    /// How many control characters were left out.
    package let dropped: Int

    /// Makes text fit; most is already.
    package init(_ written: String) {
        guard written.holdsControls else {
            (text, dropped) = (written, 0)
            return
        }
        var kept = String.UnicodeScalarView()
        var dropped = 0
        for cluster in written {
            if cluster.isNewline || cluster == "\t" {
                kept.append(" ")
            } else {
                for scalar in cluster.unicodeScalars {
                    if scalar.isControl { dropped += 1 } else { kept.append(scalar) }
                }
            }
        }
        (text, self.dropped) = (String(kept), dropped)
    }
}

extension FieldEdit<String> {
    /// The edit that a file means: nobody is there to be asked about what cannot be seen, so it
    /// is made fit for one line.
    package init(madeFit text: String) {
        let line = SingleLine(text).text
        self.init(line.hasSameUTF8(as: text) ? text : line.trimmingWhitespace())
    }
}

extension String {
    /// Whether a control character (C0, DEL, C1) or a line separator is in it.
    package var holdsControls: Bool {
        // Byte by byte, since a field of a megabyte is asked with every key: C1 is C2 80 to C2 9F
        // in UTF-8, U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        var (first, second) = (UInt8(0), UInt8(0))
        for byte in utf8 {
            if byte < 0x20 || byte == 0x7F { return true }
            if byte & 0xC0 == 0x80 {
                if second == 0xC2 && byte < 0xA0 { return true }
                if first == 0xE2 && second == 0x80 && byte & 0xFE == 0xA8 { return true }
            }
            (first, second) = (second, byte)
        }
        return false
    }
}

extension Unicode.Scalar {
    /// Whether it is C0, DEL, C1, or a separator of lines or paragraphs.
    package var isControl: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
    }
}
