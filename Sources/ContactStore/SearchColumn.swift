import CPlatform
import ContactModel

/// The folded text of many records in one run of bytes, made once and searched on every key.
///
/// A record holds four lines: name, email, phone as written, digits of the phone. Folded text
/// holds no line feed, so a term never matches across them.
struct SearchColumn: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// How many records there are.
    var count: Int { ends.count }

    /// Adds a record at the end.
    mutating func append(_ facts: RecordFacts) {
        append(line: facts.name)
        append(line: facts.email)
        append(line: facts.phone ?? "")
        bytes.append(contentsOf: (facts.phone ?? "").utf8.filter { $0 >= 0x30 && $0 <= 0x39 })
        bytes.append(0x0A)
        ends.append(bytes.count)
    }

    private mutating func append(line: String) {
        let start = bytes.count
        SearchText.appendFolded(line, to: &bytes)
        for index in start..<bytes.count where bytes[index] == 0x0A { bytes[index] = 0x20 }
        bytes.append(0x0A)
    }

    private func range(of record: Int) -> Range<Int> {
        (record == 0 ? 0 : ends[record - 1])..<ends[record]
    }

    /// The folded name of a record, for sorting.
    func name(of record: Int) -> ArraySlice<UInt8> {
        let range = range(of: record)
        let end = bytes[range].firstIndex(of: 0x0A) ?? range.upperBound
        return bytes[range.lowerBound..<end]
    }

    /// Whether every term of the query is found in the record.
    func matches(_ query: Query, record: Int) -> Bool {
        let range = range(of: record)
        return query.terms.allSatisfy { term in
            contains(Array(term.folded.utf8), in: range)
                || term.digits.map { contains(Array($0.utf8), in: digits(of: range)) } ?? false
        }
    }

    /// The records that match, in their order: a term that is no number is looked for in all the
    /// text at once, and only where it is found are the others tried.
    func matches(_ query: Query) -> [Int32] {
        let plain = query.terms.filter { $0.digits == nil }
        guard let rarest = plain.max(by: { $0.folded.utf8.count < $1.folded.utf8.count }) else {
            return (0..<count).filter { matches(query, record: $0) }.map(Int32.init)
        }
        let needle = Array(rarest.folded.utf8)
        var found: [Int32] = []
        var record = 0
        var place = 0
        while let hit = first(needle, in: place..<bytes.count) {
            while ends[record] <= hit { record += 1 }
            if matches(query, record: record) { found.append(Int32(record)) }
            place = ends[record]
            record += 1
        }
        return found
    }

    private func digits(of range: Range<Int>) -> Range<Int> {
        let start = bytes[range.lowerBound..<range.upperBound - 1].lastIndex(of: 0x0A)
        return (start ?? range.lowerBound)..<range.upperBound
    }

    private func contains(_ needle: [UInt8], in range: Range<Int>) -> Bool {
        first(needle, in: range) != nil
    }

    private func first(_ needle: [UInt8], in range: Range<Int>) -> Int? {
        let found = bytes.withUnsafeBufferPointer { buffer in
            platform_find(
                buffer.baseAddress.map { $0 + range.lowerBound }, range.count, needle,
                needle.count)
        }
        return found < 0 ? nil : range.lowerBound + found
    }
}
