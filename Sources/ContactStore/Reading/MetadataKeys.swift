import CRecords
import ContactModel
import Synchronization

/// In how many of some records' metadata each key stands, read from the file by all processors.
private final class KeyCounting: @unchecked Sendable {
    private let counting: OpaquePointer

    /// Nil where the file cannot be read, or there is no memory.
    init?(_ base: Base, _ records: Range<Int>, among candidates: RecordBits) {
        guard let counting = records_counting_begin(RecordColumns.seed) else { return nil }
        self.counting = counting
        let isWhole = base.forEachPiece(of: candidates, in: records) { bytes, offset, records in
            bytes != nil
                && records_count_keys(
                    counting, base.columns.records, bytes, offset, records.lowerBound,
                    records.count, candidates.words) == 1
        }
        if !isWhole { return nil }
    }

    deinit {
        records_counting_free(counting)
    }

    func add(to counts: inout MetadataKeyCounts) {
        let names = RecordColumns.texts(records_counted_names(counting).pointee)
        for (number, name) in names.enumerated().dropFirst() {
            let key = String(decoding: name, as: UTF8.self)
            counts.add(key, in: records_counted(counting, number))
        }
    }
}

extension Snapshot {
    /// The keys in the metadata of contacts, the commonest first; none of those that could not be
    /// read.
    package var metadataKeys: [String] {
        let (base, untouched, shares) = (base, untouched, base.columns.shares)
        let counted = Mutex<[KeyCounting]>([])
        SideWork.each(of: shares.count) { share in
            guard let part = KeyCounting(base, shares[share], among: untouched) else { return }
            counted.withLock { $0.append(part) }
        }
        var counts = MetadataKeyCounts()
        for part in counted.withLock(\.self) { part.add(to: &counts) }
        for number in differing { counts.add(contact(number)) }
        return counts.keys
    }
}
