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

        /// The same line of the columns.
        var column: records_line {
            switch self {
            case .name: RECORDS_NAME_LINE
            case .email: RECORDS_EMAIL_LINE
            case .phone: RECORDS_PHONE_LINE
            }
        }
    }

    private let lines: [[UInt8]]
    private let digits: [UInt8]

    init(_ facts: RecordFacts) {
        lines = [facts.name, facts.email, facts.phone ?? ""].map {
            Array(SearchText.line($0).utf8)
        }
        digits = lines[Line.phone.rawValue].filter { (0x30...0x39).contains($0) }
    }

    /// Whether the record holds the word.
    func holds(_ needle: Probe.Needle) -> Bool {
        lines.contains { FoldedLines.contains(needle.folded, in: $0) } || holdsDigits(needle)
    }

    /// Whether one line of the record holds the word.
    func holds(_ needle: Probe.Needle, in line: Line) -> Bool {
        FoldedLines.contains(needle.folded, in: lines[line.rawValue])
            || line == .phone && holdsDigits(needle)
    }

    private func holdsDigits(_ needle: Probe.Needle) -> Bool {
        needle.digits.map { FoldedLines.contains($0, in: digits) } ?? false
    }

    private static func contains(_ needle: [UInt8], in line: [UInt8]) -> Bool {
        platform_find(line, line.count, needle, needle.count) >= 0
    }
}
