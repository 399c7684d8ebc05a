/// A card as it stands in a text.
struct VCard: Hashable, Sendable {
    /// The line it begins at.
    let line: Int
    var properties: [ContentLine] = []
    var flaw: RecordFlaw?
}

/// Splits a text into cards, piece by piece: unfolds lines (RFC 6350, section 3.2), also those
/// that quoted-printable breaks.
struct VCardParser: Sendable {
    private var bytes: [UInt8] = []
    private var line = 0
    private var logical: [UInt8] = []
    private var logicalLine = 0
    private var isBrokenOff = false
    private var card: VCard?
    private var size = 0
    /// How many cards are open within the card, as agents of vCard 2.1.
    private var depth = 0

    /// Takes the next bytes.
    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [VCard] {
        bytes += chunk
        var cards: [VCard] = []
        var begin = 0
        while let end = bytes[begin...].firstIndex(of: 0x0A) {
            try takeLine(bytes[begin..<end], &cards)
            begin = end + 1
        }
        bytes.removeSubrange(..<begin)
        try checkSize(bytes.count)
        return cards
    }

    /// Takes the end of the text.
    mutating func finish() throws(FormatError) -> [VCard] {
        var cards: [VCard] = []
        if !bytes.isEmpty { try takeLine(bytes[...], &cards) }
        bytes = []
        try endLogical(&cards)
        if let card { throw .cutCard(line: card.line) }
        return cards
    }

    private func checkSize(_ count: Int) throws(FormatError) {
        guard size + logical.count + count <= ReadingOptions.recordLimit else {
            throw .tooLong(line: card?.line ?? line + 1, limit: ReadingOptions.recordLimit)
        }
    }

    private mutating func takeLine(
        _ physical: ArraySlice<UInt8>, _ cards: inout [VCard]
    ) throws(FormatError) {
        line += 1
        let text = physical.last == 0x0D ? physical.dropLast() : physical
        if isBrokenOff {
            isBrokenOff = false
            logical.removeLast()
            logical += text
        } else if !logical.isEmpty, text.first == 0x20 || text.first == 0x09 {
            logical += text.dropFirst()
        } else {
            try endLogical(&cards)
            logical = Array(text)
            logicalLine = line
        }
        try checkSize(0)
        isBrokenOff = logical.last == 0x3D && isQuotedPrintable
    }

    private var isQuotedPrintable: Bool {
        let head = String(decoding: logical.prefix { $0 != 0x3A }, as: UTF8.self)
        return head.uppercased().utf8.contains("QUOTED-PRINTABLE".utf8)
    }

    private mutating func endLogical(_ cards: inout [VCard]) throws(FormatError) {
        defer { logical = [] }
        guard logical.contains(where: { $0 > 0x20 }) else { return }
        let word = logical.count > 40 ? "" : VCardParser.plain(logical)
        if word == "BEGIN:VCARD" {
            if card == nil { card = VCard(line: logicalLine) } else { depth += 1 }
        } else if card == nil {
            throw .notVCard(line: logicalLine)
        } else if word == "END:VCARD" {
            if depth > 0 {
                depth -= 1
            } else {
                if let card { cards.append(card) }
                (card, size) = (nil, 0)
            }
        } else if depth == 0 {
            takeProperty()
        }
    }

    private mutating func takeProperty() {
        size += logical.count
        do throws(RecordFlaw) {
            card?.properties.append(try ContentLine(logical, line: logicalLine))
        } catch {
            if card?.flaw == nil { card?.flaw = error }
        }
    }

    /// A line without white space, in capitals.
    private static func plain(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self).uppercased()
    }
}
