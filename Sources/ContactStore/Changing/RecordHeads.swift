import CRecords
import ContactModel

/// What the beginnings of some records tell: the ids of those that are laid out alike.
final class RecordHeads: @unchecked Sendable {
    private let heads: UnsafeMutablePointer<records_heads>

    /// Reads the records of a set that stand in a range; nil where there is no memory.
    ///
    /// - Parameter piece: where parts of the file are read to.
    init?(
        _ base: Base, _ wanted: RecordBits, in range: Range<Int>, laidOutAs layout: TagWriting,
        through piece: inout [UInt8]
    ) {
        guard let heads = records_heads_begin(wanted.count(within: range)) else { return nil }
        self.heads = heads
        let columns = base.columns
        layout.withLayout { layout in
            func note(_ records: Range<Int>, _ bytes: [UInt8]?, _ place: Range<Int>) {
                records_note_heads(
                    columns.records, bytes, place.count, place.lowerBound, records.lowerBound,
                    records.count, wanted.words, layout, heads)
            }
            let isKept = records_kept_heads(
                columns.records, range.lowerBound, range.count, wanted.words, layout, heads)
            if isKept == 1 { return }
            if case .memory(let bytes) = base.text { return note(range, bytes, 0..<bytes.count) }
            for stretch in Stretches(of: wanted, in: range, columns) {
                let isRead = (try? base.text.fill(&piece, with: stretch.bytes)) != nil
                note(stretch.records, isRead ? piece : nil, stretch.bytes)
            }
        }
        if (try? base.text.check()) == nil { heads.pointee.count = 0 }
    }

    deinit {
        records_heads_free(heads)
    }

    var count: Int { heads.pointee.count }

    /// The records, as long as these are there.
    var entries: Entries { Entries(heads: heads.pointee) }

    /// Records one after the other.
    struct Entries {
        fileprivate var heads = records_heads()

        var count: Int { heads.count }

        /// Which record it is.
        func record(_ index: Int) -> Int { Int(heads.records[index]) }

        /// Its id between quotes, as it stands in the file; nothing where it takes a closer look.
        func quotedID(_ index: Int) -> UnsafeBufferPointer<UInt8> {
            let start = index == 0 ? 0 : Int(heads.ends[index - 1])
            let end = Int(heads.ends[index])
            return UnsafeBufferPointer(start: heads.text + start, count: end - start)
        }
    }

    /// Puts the ids behind those of their groups.
    ///
    /// - Parameter groups: one for each of them.
    func group(
        by groups: [UInt32], _ lists: inout [records_group],
        _ text: UnsafeMutablePointer<UInt8>?, _ ends: UnsafeMutablePointer<UInt32>?
    ) {
        records_group_heads(heads, groups, &lists, text, ends)
    }
}

extension TagWriting {
    fileprivate func withLayout<Result>(_ body: (UnsafePointer<records_layout>) -> Result) -> Result
    {
        colon.withUnsafeBufferPointer { colon in
            comma.withUnsafeBufferPointer { comma in
                var layout = records_layout(
                    colon: colon.baseAddress, colon_length: colon.count, comma: comma.baseAddress,
                    comma_length: comma.count)
                return body(&layout)
            }
        }
    }
}

/// The parts of a file that are read for the beginnings of some records.
///
/// What stands between two of them is read along where that takes less time than another call: a
/// call takes 0.4 us, 8 KB as well. What is read at once stays in the processor's cache.
private struct Stretches: Sequence, IteratorProtocol {
    struct Stretch {
        let records: Range<Int>
        let bytes: Range<Int>
    }

    private static let (mostBytes, mostBetween, headSize) = (256 << 10, 8 << 10, 512)

    private let wanted: RecordBits
    private let columns: RecordColumns
    private let end: Int
    private var following: Int?

    init(of wanted: RecordBits, in range: Range<Int>, _ columns: RecordColumns) {
        self.wanted = wanted
        self.columns = columns
        end = range.upperBound
        following = wanted.first(in: range)
    }

    mutating func next() -> Stretch? {
        guard let first = following else { return nil }
        var (last, bytes) = (first, head(of: first))
        following = wanted.first(in: first + 1..<end)
        while let record = following {
            let head = head(of: record)
            guard head.lowerBound - bytes.upperBound <= Stretches.mostBetween,
                head.upperBound - bytes.lowerBound <= Stretches.mostBytes
            else { break }
            (last, bytes) = (record, bytes.lowerBound..<head.upperBound)
            following = wanted.first(in: record + 1..<end)
        }
        return Stretch(records: first..<last + 1, bytes: bytes)
    }

    private func head(of record: Int) -> Range<Int> {
        let span = columns.span(of: record)
        return span.lowerBound..<Swift.min(span.upperBound, span.lowerBound + Stretches.headSize)
    }
}
