import JSONText

/// The lines of a journal: `["crc32c", {…}]`, each valid JSON by itself, each ended by a line
/// feed.
enum JournalText {
    /// What was found in a journal's bytes.
    struct Reading {
        var entries: [JournalEntry] = []
        /// The bytes that hold whole entries.
        var end = 0
        /// Whether the last entry lacks its line feed: it is committed all the same.
        var lacksLineFeed = false
        var flaw: Flaw?
    }

    /// What is wrong with the bytes after the last whole entry.
    enum Flaw: Equatable {
        /// A write that was cut off: it was never acknowledged.
        case torn
        /// An entry that was acknowledged and is not what was written.
        case damaged
    }

    /// Appends an entry as a line.
    static func write(_ entry: JournalEntry, to text: inout PiecedText) {
        var payload = PiecedText()
        entry.write(to: &payload)
        let pieces = payload.pieces
        let checksum = pieces.reduce(0) { Checksum.of($1, after: $0) }
        text.tail += "[\"\(Checksum.digits(checksum))\",".utf8
        for piece in pieces { text.append(piece) }
        text.tail += "]\n".utf8
    }

    /// Reads entries from `start` on.
    static func read(_ bytes: [UInt8], from start: Int = 0) -> Reading {
        var reading = Reading(end: start)
        while reading.end < bytes.count {
            let rest = bytes[reading.end...]
            let feed = rest.firstIndex(of: 0x0A)
            guard let entry = entry(rest[..<(feed ?? rest.endIndex)]) else {
                // Nothing but a line feed can have stood behind what is whole.
                if feed == nil, let last = JournalText.entry(rest.dropLast()) {
                    reading.entries.append(last)
                    reading.end = rest.endIndex - 1
                    reading.flaw = .damaged
                    return reading
                }
                reading.flaw = flaw(of: rest, lineEnd: feed)
                return reading
            }
            reading.entries.append(entry)
            reading.end = feed.map { $0 + 1 } ?? rest.endIndex
            reading.lacksLineFeed = feed == nil
        }
        return reading
    }

    /// A broken last line without its line feed, or nothing but NULs, is a write that was cut
    /// off; anything else was whole once.
    private static func flaw(of rest: ArraySlice<UInt8>, lineEnd: Int?) -> Flaw {
        let isCutOff = lineEnd == nil || rest.allSatisfy { $0 == 0 }
        return isCutOff ? .torn : .damaged
    }

    /// Every entry that can be read, and what stands between them.
    struct Survey {
        var entries: [JournalEntry] = []
        var flaws: [StoreReport.Flaw] = []
    }

    /// Reads on behind damage, as `read` does not.
    static func survey(_ bytes: [UInt8], from start: Int = 0) -> Survey {
        var survey = Survey()
        var place = start
        while place < bytes.count {
            let reading = read(bytes, from: place)
            survey.entries += reading.entries
            place = reading.end
            guard let flaw = reading.flaw else { break }
            let lineEnd = bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 }
            let end = flaw == .torn ? bytes.count : lineEnd ?? bytes.count
            if flaw == .damaged { survey.entries += joined(bytes[place..<end]) }
            survey.flaws.append(
                StoreReport.Flaw(
                    kind: flaw == .torn ? .torn : .damaged, offset: place, size: end - place))
            place = end
        }
        return survey
    }

    /// The entries that can be read in a line in which line feeds are not what they were.
    private static func joined(_ line: ArraySlice<UInt8>) -> [JournalEntry] {
        let inner = line.indices.dropFirst(2).filter { index in
            line[index] == UInt8(ascii: "[") && line[index - 2] == UInt8(ascii: "]")
                && line[index...].starts(with: "[\"".utf8)
                && line[index...].dropFirst(10).starts(with: "\",".utf8)
        }
        let starts = [line.startIndex] + inner
        let ends = inner + [line.endIndex]
        return zip(starts, ends).compactMap { entry(line[$0..<$1 - 1]) }
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> JournalEntry? {
        let payload = line.dropFirst(12).dropLast(1)
        guard line.count > 13, line.prefix(2).elementsEqual("[\"".utf8),
            line.dropFirst(10).prefix(2).elementsEqual("\",".utf8),
            line.last == UInt8(ascii: "]"),
            String(decoding: line.dropFirst(2).prefix(8), as: UTF8.self)
                == Checksum.digits(Checksum.of(payload)),
            let object = try? JSONValue(parsing: Array(payload)).object
        else { return nil }
        return JournalEntry(record: object)
    }
}
