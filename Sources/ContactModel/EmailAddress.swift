/// An address that mail can be sent to: a local part, `@`, and a domain with a dot.
///
/// The test is the practical one of forms (WHATWG HTML, "valid e-mail address") widened to
/// letters of every script (RFC 6531) and narrowed to domains of two labels and more.
package struct EmailAddress: Hashable, Sendable {
    /// The address as it was given, without surrounding space.
    package let text: String

    /// The address in `text`, surrounding white space left out; nil where it is none.
    ///
    /// At most 254 bytes, 64 of them before the `@` (RFC 5321, section 4.5.3.1).
    package init?(_ text: String) {
        let trimmed = text.trimmingWhitespace()
        let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
        guard trimmed.utf8.count <= 254, parts.count == 2,
            EmailAddress.isLocalPart(parts[0]), EmailAddress.isDomain(parts[1])
        else { return nil }
        self.text = trimmed
    }

    private static func isLocalPart(_ part: Substring) -> Bool {
        let atoms = part.split(separator: ".", omittingEmptySubsequences: false)
        return part.utf8.count <= 64
            && atoms.allSatisfy { atom in
                !atom.isEmpty
                    && atom.unicodeScalars.allSatisfy { isLetterOrDigit($0) || signs.contains($0) }
            }
    }

    private static let signs = Set("!#$%&'*+/=?^_`{|}~-".unicodeScalars)

    private static func isDomain(_ part: Substring) -> Bool {
        let labels = part.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "-" }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
                || ("A"..."Z").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .nonspacingMark, .spacingMark:
            return true
        default: return false
        }
    }
}

extension String {
    /// The text without the white space (Unicode White_Space) at its ends.
    package func trimmingWhitespace() -> String {
        let bytes = utf8
        guard let first = bytes.first, let last = bytes.last else { return self }
        // Nothing to trim, as nearly always.
        if (0x21..<0x7F).contains(first) && (0x21..<0x7F).contains(last) { return self }
        return self[...].trimmingWhitespace()
    }
}

extension StringProtocol {
    /// The text without the white space (Unicode White_Space) at its ends.
    package func trimmingWhitespace() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }
}
