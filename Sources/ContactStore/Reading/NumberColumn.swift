import CRecords
import ContactModel

/// A field of which every record's value is kept as a number.
enum NumberColumn: Int32, CaseIterable {
    case optedIn, optedOut, lastMessage, created, updated, totalMessages

    /// The column of a field; nil where it has none.
    init?(_ field: Field) {
        switch field {
        case .optedInAt: self = .optedIn
        case .optedOutAt: self = .optedOut
        case .lastMessageAt: self = .lastMessage
        case .createdAt: self = .created
        case .updatedAt: self = .updated
        case .totalMessages: self = .totalMessages
        default: return nil
        }
    }

    /// What stands in it where a record has nothing there.
    static let never = Int32.min
    /// What stands in it where only the record itself tells.
    static let other = Int32.min + 1

    /// The numbers that meet a test; nil where none does.
    static func bounds(of test: Query.DateTest) -> ClosedRange<Int32>? {
        switch test {
        case .never: return never...never
        case .within(let seconds):
            let kept = seconds.clamped(to: Int(other) + 1..<Int(Int32.max) + 1)
            return kept.isEmpty ? nil : Int32(kept.lowerBound)...Int32(kept.upperBound - 1)
        }
    }
}

/// A field whose texts many records share, of which each record's is kept as a number.
enum WordColumn: Int32, CaseIterable {
    case source, locale

    /// The column of a field; nil where it has none.
    init?(_ field: Field) {
        switch field {
        case .source: self = .source
        case .locale: self = .locale
        default: return nil
        }
    }

    /// What stands in it where only the record itself tells.
    static let other = UInt16(RECORDS_OTHER_WORD)
}

extension RecordColumns {
    /// What stands in a column, a number a record.
    func numbers(_ column: NumberColumn) -> UnsafePointer<Int32>? {
        records_number_column(records, column.rawValue)
    }

    /// Which of `words` stands in a column, a number a record.
    func numbers(_ column: WordColumn) -> UnsafePointer<UInt16>? {
        records_word_column(records, column.rawValue)
    }
}
