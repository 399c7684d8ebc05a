/// A card as it stands in a text.
struct VCard: Hashable, Sendable {
    /// The line it begins at.
    let line: Int
    var properties: [ContentLine] = []
    var flaw: RecordFlaw?
    /// The line at which that is; nil for the whole card.
    var flawLine: Int?
    /// Whether another card stands within it, which is not read.
    var hasAgent = false
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
    /// Whether a card was read, so that other text is no sign of another kind of file.
    private var isBegun = false
    private var isBetween = false
    /// How many cards are open within the card, as agents of vCard 2.1.
    private var depth = 0

    /// Takes the next bytes.
    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [VCard] {
        bytes += chunk
        var cards: [VCard] = []
        var begin = 0
        while let end = bytes[begin...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }),
            let next = VCardParser.lineStart(bytes, after: end)
        {
            try takeLine(bytes[begin..<end], &cards)
            begin = next
        }
        bytes.removeSubrange(..<begin)
        try checkSize(bytes.count)
        return cards
    }

    /// Where the next line begins: after LF, after CRs and LF, or after a CR alone; nil where
    /// what follows is not there yet.
    private static func lineStart(_ bytes: [UInt8], after end: Int) -> Int? {
        if bytes[end] == 0x0A { return end + 1 }
        guard let next = bytes[end...].firstIndex(where: { $0 != 0x0D }) else { return nil }
        return bytes[next] == 0x0A ? next + 1 : end + 1
    }

    /// Takes the end of the text.
    mutating func finish() throws(FormatError) -> [VCard] {
        var cards: [VCard] = []
        for line in bytes.split(separator: 0x0D) { try takeLine(line, &cards) }
        bytes = []
        try endLogical(&cards)
        if let card { throw .cutCard(line: card.line) }
        guard isBegun else { throw .empty }
        return cards
    }

    private func checkSize(_ count: Int) throws(FormatError) {
        guard size + logical.count + count <= ReadingOptions.recordLimit else {
            throw .tooLong(line: card?.line ?? line + 1, limit: ReadingOptions.recordLimit)
        }
    }

    private mutating func takeLine(
        _ text: ArraySlice<UInt8>, _ cards: inout [VCard]
    ) throws(FormatError) {
        line += 1
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
            if card == nil {
                card = VCard(line: logicalLine)
            } else {
                depth += 1
                card?.hasAgent = true
            }
            (isBegun, isBetween) = (true, false)
        } else if card == nil {
            guard isBegun else { throw .notVCard(line: logicalLine) }
            if !isBetween { cards.append(VCard(line: logicalLine, flaw: .betweenCards)) }
            isBetween = true
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
            card?.properties.append(try ContentLine(logical))
        } catch {
            guard card?.flaw == nil else { return }
            card?.flaw = error
            card?.flawLine = logicalLine
        }
    }

    /// A line without white space, in capitals.
    private static func plain(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self).uppercased()
    }
}
