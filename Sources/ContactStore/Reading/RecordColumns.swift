import CRecords
import ContactModel
import Glibc
import JSONText

/// What is known of every record of a file, a column a fact: about 125 bytes a contact.
///
/// Never changed after it was read; the memory is C's.
final class RecordColumns: @unchecked Sendable {
    let records: UnsafeMutablePointer<records>
    /// The texts that many records share, such as sources; the first one stands for none.
    let words: [JSONValue?]
    /// What the hashes were made with: another number in every process, so that no file can be
    /// made whose hashes are all the same.
    static let seed = UInt64.random(in: .min ... .max)

    init(_ records: UnsafeMutablePointer<records>) {
        self.records = records
        words = RecordColumns.texts(records.pointee.word_texts).map {
            try? JSONValue(parsing: $0, loneSurrogates: .replace)
        }
    }

    deinit {
        records_free(records)
    }

    var count: Int { records.pointee.count }

    /// The bytes of a record's object.
    func span(of record: Int) -> Range<Int> {
        let start = Int(records.pointee.starts[record])
        return start..<start + records_length(records, record)
    }

    /// Of so few bytes no thread is worth its while.
    private static let leastShare = 4 << 20
    private static let mostShares = 4

    /// Records that follow each other and take about as many bytes, a share for each processor.
    var shares: [Range<Int>] {
        guard count > 0 else { return [0..<0] }
        let end = span(of: count - 1).upperBound
        let processors = min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), RecordColumns.mostShares)
        let parts = max(1, min(processors, end / RecordColumns.leastShare))
        let bounds = (0..<parts).map { firstRecord(from: end / parts * $0) } + [count]
        return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }

    /// The first record that begins at an offset or behind it.
    private func firstRecord(from offset: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if records.pointee.starts[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Which list of tags a record bears.
    func list(of record: Int) -> Int { Int(records.pointee.tags[record]) }

    /// The hashes of all ids; 0 where there is none.
    var ids: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: records.pointee.ids, count: count)
    }

    /// The hashes of all telephone numbers; 0 where there is none.
    var phones: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: records.pointee.phones, count: count)
    }

    /// Where all records begin.
    var starts: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: records.pointee.starts, count: count)
    }

    /// The numbers of all lists of tags.
    var lists: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: records.pointee.tags, count: count)
    }

    /// What is known of all records by themselves: the raw values of their flags.
    var allFlags: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: records.pointee.flags, count: count)
    }

    /// Whether the beginning of a record and its columns may tell all that tagging takes of it.
    func isTold(_ record: Int) -> Bool {
        let flags = flags(of: record)
        return flags.contains(.hasID) && !flags.contains(.repeats)
            && (list(of: record) > 0 || flags.blank != nil)
    }

    /// What is known of a record by itself.
    func flags(of record: Int) -> RecordFlags {
        RecordFlags(rawValue: records.pointee.flags[record])
    }

    /// Every list of tags as it was first written; the first one is empty.
    var listTexts: [[UInt8]] { RecordColumns.texts(records.pointee.lists) }

    /// One of them.
    func text(ofList number: Int) -> [UInt8] {
        RecordColumns.text(number, of: records.pointee.lists)
    }

    static func texts(_ texts: records_texts) -> [[UInt8]] {
        (0..<texts.count).map { text($0, of: texts) }
    }

    private static func text(_ number: Int, of texts: records_texts) -> [UInt8] {
        guard number > 0, let text = texts.text, let ends = texts.ends else { return [] }
        return Array(UnsafeBufferPointer(start: text, count: ends[number])[ends[number - 1]...])
    }

    /// The folded lines of a record: name, email, phone, and its digits where they differ.
    func lines(of record: Int) -> UnsafeBufferPointer<UInt8> {
        let start = record == 0 ? 0 : Int(records.pointee.text_ends[record - 1])
        let end = Int(records.pointee.text_ends[record])
        return UnsafeBufferPointer(start: records.pointee.text + start, count: end - start)
    }

    /// Adds the candidates that hold `text` in one of the lines, or `digits` among those of their
    /// phone, to a set; both are looked for in one pass.
    func search(
        _ text: [UInt8], in lines: records_lines, orDigits digits: [UInt8],
        among candidates: RecordBits, into found: inout RecordBits
    ) {
        text.withUnsafeBufferPointer { text in
            digits.withUnsafeBufferPointer { digits in
                let needle = records_needle(
                    text: text.baseAddress, length: text.count, lines: lines.rawValue,
                    digits: digits.baseAddress, digit_count: digits.count)
                found.withWords { _ = records_search(records, needle, candidates.words, $0) }
            }
        }
    }

    /// Sorts records by one of their lines; what has nothing there comes last, ties stay as they
    /// stand. False where there is no memory.
    func sort(_ order: inout [Int32], by line: records_line, descending: Bool) -> Bool {
        let (text, ends) = (records.pointee.text, records.pointee.text_ends)
        return records_sort(text, ends, count, line, descending ? 1 : 0, &order) == 1
    }

    /// The hash of a text as the columns hold it, or with the seed of others.
    static func hash(_ text: String, _ seed: UInt64 = seed) -> UInt32 {
        var text = text
        return text.withUTF8 { records_hash(seed, $0.baseAddress, $0.count) }
    }

    static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        records_hash(seed, text.baseAddress, text.count)
    }
}

/// What is known of a record by itself.
struct RecordFlags: OptionSet {
    let rawValue: UInt8

    /// Something that a person should look at.
    static let flawed = RecordFlags(rawValue: UInt8(RECORDS_FLAWED))
    /// An id that is text.
    static let hasID = RecordFlags(rawValue: UInt8(RECORDS_HAS_ID))
    /// A documented field that stands in it twice.
    static let repeats = RecordFlags(rawValue: UInt8(RECORDS_REPEATS))
    /// A telephone number that can be read as one.
    static let hasNumber = RecordFlags(rawValue: UInt8(RECORDS_HAS_NUMBER))

    /// What stands in the place of tags; nil where that is anything that could hold some.
    var blank: BlankTags? { BlankTags(self) }
}

/// What stands in the place of tags where there are none.
enum BlankTags: Int, CaseIterable {
    case empty, null, absent

    init?(_ flags: RecordFlags) {
        switch Int32(flags.rawValue) & RECORDS_TAGS_ABSENT {
        case RECORDS_TAGS_EMPTY: self = .empty
        case RECORDS_TAGS_NULL: self = .null
        case RECORDS_TAGS_ABSENT: self = .absent
        default: return nil
        }
    }

    var text: [UInt8] {
        switch self {
        case .empty: Array("[]".utf8)
        case .null: Array("null".utf8)
        case .absent: []
        }
    }
}
