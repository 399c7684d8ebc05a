import CRecords
import ContactModel
import JSONText

/// Reads the elements of a list that begins in the middle of some bytes.
///
/// The bytes go through a window of 64 KB, which stays in the processor's cache, and the reader
/// may look a little beyond its end. At 1,000,000 contacts this takes 0.7 s of a busy processor
/// where token by token took 25 s.
struct ListReading {
    /// What came of it.
    enum Outcome {
        /// The list ends with the `]` at this offset.
        case ended(at: Int)
        /// What follows the offset is no record, or not JSON.
        case wrong(at: Int, JSONTokenizer.ListPlace)
        /// There is no memory for more.
        case full
    }

    let outcome: Outcome
    let columns: RecordColumns
    private static let window = 64 << 10

    /// - Parameter start: the offset after the `[`.
    /// - Parameter depth: how many arrays and objects are open there.
    /// - Throws: `.io` where the file cannot be read.
    init?(_ scan: inout BaseScan, from start: Int, depth: Int) throws(StoreError) {
        guard let reader = ListReading.reader(depth: depth) else { return nil }
        let result = Result { () throws(StoreError) in
            try ListReading.read(&scan, start, reader)
        }
        guard let records = records_finish(reader) else { return nil }
        columns = RecordColumns(records)
        outcome = try result.get()
    }

    /// Begins to read; nil where there is no memory.
    static func reader(depth: Int) -> OpaquePointer? {
        let helpers = records_helpers(
            fold_page: { FoldPages.page($0) }, number: { ListReading.number($0, $1, $2) })
        return records_begin(
            helpers, RecordColumns.seed, depth, JSONTokenizer.standardDepthLimit)
    }

    private static func read(
        _ scan: inout BaseScan, _ start: Int, _ reader: OpaquePointer
    ) throws(StoreError) -> Outcome {
        var position = start
        let padding = Int(RECORDS_PADDING)
        var piece = [UInt8](repeating: 0, count: window + padding)
        while true {
            let length = try scan.fill(&piece, from: position, spare: padding)
            let isLast = length < piece.count - padding || scan.ends(at: position + length)
            var used = 0
            let result = records_read(reader, piece, length, position, isLast ? 1 : 0, &used)
            position += used
            switch result {
            case RECORDS_MORE where used == 0:
                piece = [UInt8](repeating: 0, count: piece.count * 2)
            case RECORDS_MORE: break
            case RECORDS_DONE: return .ended(at: position)
            case RECORDS_FULL: return .full
            default: return .wrong(at: position, place(records_place(reader)))
            }
        }
    }

    private static func place(_ place: records_place) -> JSONTokenizer.ListPlace {
        switch place {
        case RECORDS_FIRST: .first
        case RECORDS_ELEMENT: .element
        default: .separator
        }
    }

    /// The international form of a number that is written in any other way.
    private static func number(
        _ text: UnsafePointer<UInt8>?, _ length: Int, _ out: UnsafeMutablePointer<UInt8>?
    ) -> Int {
        let text = String(
            decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
        guard let number = try? PhoneNumber(parsing: text), let out else { return 0 }
        for (index, byte) in number.e164.utf8.enumerated() { out[index] = byte }
        return number.e164.utf8.count
    }
}
