package import ContactModel
import JSONText

/// Writes contacts as cards.
package struct VCardWriter: Sendable {
    /// Which form the cards have.
    package enum Version: String, CaseIterable, Sendable {
        /// RFC 2426: what every address book reads.
        case three = "3.0"
        /// RFC 6350.
        case four = "4.0"
    }

    private let version: Version

    /// A writer of this version.
    package init(_ version: Version = .three) {
        self.version = version
    }

    /// The card of a contact, its last line's end included.
    package func text(_ contact: Contact) -> String {
        var lines = [
            "BEGIN:VCARD", "VERSION:" + version.rawValue,
            "FN:" + VCardText.escaped(contact.name ?? ""),
        ]
        if version == .three { lines.append("N:;\(VCardText.escaped(contact.name ?? ""));;;") }
        if let id = contact.id { lines.append("UID:" + VCardText.escaped(id)) }
        let preferred = version == .three ? "TYPE=PREF" : "PREF=1"
        if let phone = contact.phone {
            lines.append("TEL;\(preferred):\(VCardText.escaped(phone))")
        }
        if let email = contact.email {
            lines.append("EMAIL;\(preferred):\(VCardText.escaped(email))")
        }
        let tags = contact.hasWrongType(.tags) ? [] : contact.tags.texts
        if !tags.isEmpty {
            lines.append("CATEGORIES:" + tags.map(VCardText.escaped).joined(separator: ","))
        }
        lines += metadata(contact)
        lines.append("END:VCARD")
        return lines.map(VCardWriter.folded).joined()
    }

    /// Properties that came from a card as they were, everything else as one of ours.
    private func metadata(_ contact: Contact) -> [String] {
        guard var metadata = contact.metadata, !contact.hasWrongType(.metadata) else { return [] }
        var lines: [String] = []
        if let kept = metadata[VCardKept.key].flatMap(VCardKept.lines), kept.keepsPlace(contact) {
            lines = kept.map(\.written)
            metadata[VCardKept.key] = nil
        }
        if !metadata.isEmpty {
            let text = VCardText.escaped(JSONValue.object(metadata).jsonText)
            lines.append(VCardFields.metadata + ":" + text)
        }
        return lines
    }

    /// A line in pieces of at most 75 bytes, cut between characters (RFC 6350, section 3.2).
    private static func folded(_ line: String) -> String {
        guard line.utf8.count > 75 else { return line + "\r\n" }
        var result = String.UnicodeScalarView()
        var width = 0
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if width + size > 75 {
                result.append(contentsOf: "\r\n ".unicodeScalars)
                width = 1
            }
            result.append(scalar)
            width += size
        }
        return String(result) + "\r\n"
    }
}

extension [ContentLine] {
    /// Whether a reader would not take a further number or address for the contact's own.
    fileprivate func keepsPlace(_ contact: Contact) -> Bool {
        let hasPhone = contact.phoneNumber != nil
        let hasEmail = contact.email.flatMap(EmailAddress.init) != nil
        return allSatisfy {
            ($0.name != "TEL" || hasPhone) && ($0.name != "EMAIL" || hasEmail)
        }
    }
}
