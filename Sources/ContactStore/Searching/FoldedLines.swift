import CPlatform
import CRecords
import ContactModel

/// What is searched of one record that differs from the file: four folded lines, name, email,
/// phone as written, digits of the phone. The records of the file have theirs in columns.
struct FoldedLines: Sendable {
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

        /// What a search of the columns looks at for it.
        var lines: records_lines {
            switch self {
            case .name: RECORDS_IN_NAME
            case .email: RECORDS_IN_EMAIL
            case .phone: RECORDS_IN_PHONE
            }
        }

        /// The same line of the columns.
        var column: records_line {
            switch self {
            case .name: RECORDS_NAME_LINE
            case .email: RECORDS_EMAIL_LINE
            case .phone: RECORDS_PHONE_LINE
            }
        }
    }

    private let bytes: [UInt8]

    /// The lines as the columns hold them.
    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    init(_ facts: RecordFacts) {
        let phone = Array(SearchText.line(facts.phone ?? "").utf8)
        var bytes: [UInt8] = []
        for line in [facts.name, facts.email] {
            bytes += SearchText.line(line).utf8
            bytes.append(0x0A)
        }
        bytes += phone
        bytes.append(0x0A)
        bytes += phone.filter { (0x30...0x39).contains($0) }
        bytes.append(0x0A)
        self.bytes = bytes
    }

    private var lines: [ArraySlice<UInt8>] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    }

    /// One of the lines.
    func withLine<Result>(
        _ line: Line, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        lines[line.rawValue].withUnsafeBufferPointer(body)
    }

    /// One of the lines of a record of the file.
    static func line(
        _ line: Line, of lines: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        for _ in 0..<line.rawValue { start = end(ofLineAt: start, in: lines) + 1 }
        return UnsafeBufferPointer(rebasing: lines[start..<end(ofLineAt: start, in: lines)])
    }

    private static func end(ofLineAt start: Int, in lines: UnsafeBufferPointer<UInt8>) -> Int {
        var end = start
        while end < lines.count, lines[end] != 0x0A { end += 1 }
        return end
    }

    /// Whether the record holds the word.
    func holds(_ needle: Probe.Needle) -> Bool {
        FoldedLines.contains(needle.folded, in: bytes[...]) || holdsDigits(needle)
    }

    /// Whether one line of the record holds the word.
    func holds(_ needle: Probe.Needle, in line: Line) -> Bool {
        FoldedLines.contains(needle.folded, in: lines[line.rawValue])
            || line == .phone && holdsDigits(needle)
    }

    /// Where there are no digits of their own the phone itself is digits.
    private func holdsDigits(_ needle: Probe.Needle) -> Bool {
        guard let digits = needle.digits else { return false }
        let lines = lines
        let own = lines[Line.phone.rawValue + 1]
        return FoldedLines.contains(digits, in: own.isEmpty ? lines[Line.phone.rawValue] : own)
    }

    private static func contains(_ needle: [UInt8], in line: ArraySlice<UInt8>) -> Bool {
        line.withUnsafeBufferPointer {
            platform_find($0.baseAddress, $0.count, needle, needle.count) >= 0
        }
    }
}
