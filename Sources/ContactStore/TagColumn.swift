import ContactModel
import JSONText

/// The tags of many records: every list of tags once, and for each record which list it bears.
struct TagColumn: Sendable {
    /// The lists, as they were first met; the first one is empty.
    private(set) var lists: [[String]] = [[]]
    private var listOfRecord: [UInt32] = []
    private var known: [ArraySlice<UInt8>: UInt32] = [:]

    /// Adds the record whose tags stand at `span` of `bytes`; nil where it has none.
    mutating func append(_ bytes: [UInt8], _ span: Range<Int>?) {
        guard let span else {
            listOfRecord.append(0)
            return
        }
        let written = bytes[span]
        if let list = known[written] {
            listOfRecord.append(list)
            return
        }
        let list = UInt32(lists.count)
        lists.append(TagColumn.tags(bytes, span))
        known[written] = list
        listOfRecord.append(list)
    }

    /// Lets go of what only adding needs.
    mutating func finish() {
        known = [:]
    }

    /// Which of `lists` a record bears.
    func list(of record: Int) -> Int { Int(listOfRecord[record]) }

    /// The tags that stand at `span`: repeats and elements that are not text are left out.
    static func tags(_ bytes: [UInt8], _ span: Range<Int>) -> [String] {
        let value = try? JSONValue(parsing: bytes, in: span, loneSurrogates: .replace)
        return TagList(stored: (value?.array ?? []).compactMap(\.text)).texts
    }
}
