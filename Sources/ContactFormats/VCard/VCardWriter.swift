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
        let kept = keptLines(contact)
        var lines = fields(contact, kept ?? []) + (kept ?? []).further
        if let source = contact.record[Field.source.name]?.text, !source.isEmpty {
            lines.append(VCardFields.source + ":" + VCardText.escaped(source))
        }
        if let metadata = metadata(contact, isKept: kept != nil) {
            lines.append(
                VCardFields.metadata + ":" + VCardText.escaped(metadata.jsonText))
        }
        lines = ["BEGIN:VCARD", "VERSION:" + version.rawValue] + lines + ["END:VCARD"]
        return lines.map(VCardWriter.folded).joined()
    }

    /// The fields with a value that no card of the contact says.
    package static func leftOut(of contact: Contact) -> [String] {
        contact.record.members.filter { member in
            member.value != .null
                && (!said.contains(member.name)
                    || structured.contains { field in
                        field.name == member.name && contact.hasWrongType(field)
                    })
        }.map(\.name)
    }

    /// Fields that a card says only where they are what they should be; any other is said as text.
    private static let structured: [Field] = [.tags, .metadata, .source]

    private static let said = Set(
        [Field.id, .phone, .name, .email, .tags, .metadata, .source].map(\.name))

    /// The contact's own fields; those that came from a card as they stood there.
    private func fields(_ contact: Contact, _ kept: [VCardKept.Line]) -> [String] {
        let (isThree, name) = (version == .three, contact.cell(.field(.name)))
        let (phone, email) = (contact.cell(.field(.phone)), contact.cell(.field(.email)))
        let preferred = isThree ? "TYPE=PREF" : "PREF=1"
        let tags = contact.hasWrongType(.tags) ? [] : contact.tags.texts
        let lines: [String?] = [
            kept.own("FN") ?? "FN:" + VCardText.escaped(name),
            kept.own("N") ?? (isThree ? "N:" + VCardFields.parts(name) : nil),
            contact.id.map { "UID:" + VCardText.escaped($0) },
            kept.own("TEL") ?? VCardWriter.line("TEL;" + preferred, phone),
            kept.own("EMAIL") ?? VCardWriter.line("EMAIL;" + preferred, email),
            tags.isEmpty
                ? nil
                : (tags.contains(VCardFields.systemGroup) ? VCardFields.ownTags : "CATEGORIES")
                    + ":" + tags.map { VCardText.escaped($0) }.joined(separator: ","),
        ]
        return lines.compactMap(\.self)
    }

    private static func line(_ name: String, _ text: String) -> String? {
        text.isEmpty ? nil : name + ":" + VCardText.escaped(text)
    }

    /// What was kept of a card and still stands; nil where it cannot be written so that a reader
    /// finds the same.
    private func keptLines(_ contact: Contact) -> [VCardKept.Line]? {
        guard !contact.hasWrongType(.metadata),
            let all = contact.metadata?[VCardKept.key].flatMap(VCardKept.lines)
        else { return nil }
        let kept = VCardKept.current(all, contact)
        var card = VCard(line: 0)
        for line in fields(contact, kept) + kept.further {
            guard let line = try? ContentLine(Array(line.utf8)) else { return nil }
            card.properties.append(line)
        }
        var reading = VCardReading(card, nil)
        let record = reading.record(preferring: nil)
        let isSame =
            record.members[VCardKept.key]?.object ?? [:] == VCardKept.object(kept)
            && record.name?.text.hasSameUTF8(as: contact.cell(.field(.name))) == true
            && (record.email?.text ?? "").hasSameUTF8(as: contact.cell(.field(.email)))
            && record.phone?.number == contact.phoneNumber
        return isSame ? kept : nil
    }

    /// What has no place of its own in a card.
    private func metadata(_ contact: Contact, isKept: Bool) -> JSONValue? {
        guard var metadata = contact.metadata, !contact.hasWrongType(.metadata) else { return nil }
        if isKept { metadata[VCardKept.key] = nil }
        return metadata.isEmpty ? nil : .object(metadata)
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

extension [VCardKept.Line] {
    /// The line that one of the contact's fields was taken from.
    fileprivate func own(_ name: String) -> String? {
        first { $0.line.name == name && $0.field != nil }?.line.written
    }

    fileprivate var further: [String] {
        filter { $0.field == nil }.map(\.line.written)
    }
}
