import CRecords
import ContactModel

/// What is known of every record of a file, a column a fact: about 85 bytes a contact.
///
/// Never changed after it was read; the memory is C's.
final class RecordColumns: @unchecked Sendable {
    private let records: UnsafeMutablePointer<records>
    /// What the hashes were made with: another number in every process, so that no file can be
    /// made whose hashes are all the same.
    static let seed = UInt64.random(in: .min ... .max)

    init(_ records: UnsafeMutablePointer<records>) {
        self.records = records
    }

    deinit {
        records_free(records)
    }

    var count: Int { records.pointee.count }

    /// The bytes of a record's object.
    func span(of record: Int) -> Range<Int> {
        let start = Int(records.pointee.starts[record])
        return start..<start + Int(records.pointee.lengths[record])
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

    /// The numbers of all lists of tags.
    var lists: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: records.pointee.tags, count: count)
    }

    /// What is known of a record by itself.
    func flags(of record: Int) -> RecordFlags {
        RecordFlags(rawValue: records.pointee.flags[record])
    }

    /// Every list of tags as it was first written; the first one is empty.
    var listTexts: [[UInt8]] {
        let (texts, ends) = (records.pointee.list_text, records.pointee.list_ends)
        return (0..<records.pointee.list_count).map { list in
            guard list > 0, let texts, let ends else { return [] }
            return Array(UnsafeBufferPointer(start: texts, count: ends[list])[ends[list - 1]...])
        }
    }

    /// The folded lines of a record: name, email, phone, and its digits where they differ.
    func lines(of record: Int) -> UnsafeBufferPointer<UInt8> {
        let start = record == 0 ? 0 : Int(records.pointee.text_ends[record - 1])
        let end = Int(records.pointee.text_ends[record])
        return UnsafeBufferPointer(start: records.pointee.text + start, count: end - start)
    }

    /// Adds the records that hold `needle` in a line to a set.
    func search(_ needle: [UInt8], in line: records_line, into bits: inout RecordBits) {
        bits.withWords { words in
            _ = records_search(records, needle, needle.count, line, words)
        }
    }

    /// All records in the order of one of their lines; what has nothing there comes last, ties
    /// stay in the order of the file. Nil where there is no memory.
    func sorted(by line: records_line, descending: Bool) -> [Int32]? {
        let (text, ends) = (records.pointee.text, records.pointee.text_ends)
        return [Int32](sortingCount: count) { order in
            records_sort(text, ends, count, line, descending ? 1 : 0, order) == 1
        }
    }

    /// The timestamps of all records, one column a field.
    func instants(of text: BaseText, count columns: Int) -> [[Int32]] {
        let room = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count * columns))
        defer { room.deallocate() }
        let places = (0..<columns).map { Optional(room + $0 * count) }
        var first = 0
        while first < count {
            let end = endOfPiece(from: first)
            let range = span(of: first).lowerBound..<span(of: end - 1).upperBound
            if let bytes = try? text.bytes(range) {
                records_instants(records, bytes, range.lowerBound, first, end - first, places)
            } else {
                for place in places {
                    (place.map { $0 + first })?.update(
                        repeating: RecordColumns.other, count: end - first)
                }
            }
            first = end
        }
        return places.map { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }

    /// The record that no piece of one megabyte holds any more that begins with another.
    private func endOfPiece(from first: Int) -> Int {
        let limit = span(of: first).lowerBound + 1 << 20
        var end = first + 1
        while end < count, span(of: end).upperBound <= limit { end += 1 }
        return end
    }

    /// What stands for a timestamp that only its text tells.
    static let other = Int32.min + 1

    static func hash(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { hash($0) }
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
    /// A telephone number that can be read as one.
    static let hasNumber = RecordFlags(rawValue: UInt8(RECORDS_HAS_NUMBER))
}
