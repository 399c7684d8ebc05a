import CPlatform
import ContactModel

/// The folded text of many records in one run of bytes, made once and searched on every key.
///
/// A record holds four lines: name, email, phone as written, digits of the phone. Folded text
/// holds no line feed, so a term never matches across them.
struct SearchColumn: Sendable {
    /// A line that holds a field.
    enum Line: Int {
        case name, email, phone

        /// The line of a field; nil where it has none.
        init?(_ field: Field) {
            switch field {
            case .name: self = .name
            case .email: self = .email
            case .phone: self = .phone
            default: return nil
            }
        }
    }

    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// How many records there are.
    var count: Int { ends.count }

    /// Adds a record at the end.
    mutating func append(_ facts: RecordFacts) {
        append(line: facts.name)
        append(line: facts.email)
        let phone = bytes.count
        append(line: facts.phone ?? "")
        bytes.append(contentsOf: bytes[phone...].filter { $0 >= 0x30 && $0 <= 0x39 })
        bytes.append(0x0A)
        ends.append(bytes.count)
    }

    private mutating func append(line: String) {
        bytes.append(contentsOf: SearchText.line(line).utf8)
        bytes.append(0x0A)
    }

    private func range(of record: Int) -> Range<Int> {
        (record == 0 ? 0 : ends[record - 1])..<ends[record]
    }

    /// A line of a record, without its line feed.
    private func range(of line: Line, in record: Int) -> Range<Int> {
        var rest = range(of: record)
        for _ in 0..<line.rawValue { rest = end(of: rest) + 1..<rest.upperBound }
        return rest.lowerBound..<end(of: rest)
    }

    private func end(of line: Range<Int>) -> Int {
        bytes[line].firstIndex(of: 0x0A) ?? line.upperBound
    }

    /// The folded name of a record, for sorting.
    func name(of record: Int) -> ArraySlice<UInt8> {
        bytes[range(of: .name, in: record)]
    }

    /// Whether a record holds the word.
    func holds(_ needle: Probe.Needle, record: Int) -> Bool {
        let range = range(of: record)
        return contains(needle.folded, in: range)
            || needle.digits.map { contains($0, in: digits(of: range)) } ?? false
    }

    /// Whether one line of a record holds the word.
    func holds(_ needle: Probe.Needle, in line: Line, of record: Int) -> Bool {
        if contains(needle.folded, in: range(of: line, in: record)) { return true }
        guard line == .phone, let digits = needle.digits else { return false }
        return contains(digits, in: self.digits(of: range(of: record)))
    }

    /// The records that hold these bytes, in their order.
    func records(holding needle: [UInt8]) -> [Int32] {
        var found: [Int32] = []
        var record = 0
        var place = 0
        while let hit = first(needle, in: place..<bytes.count) {
            while ends[record] <= hit { record += 1 }
            found.append(Int32(record))
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
