import CRecords
import Synchronization

/// What records are sorted by that no column holds: the id, or a value within metadata.
///
/// All processors read the file once more for it, a share each.
final class GatheredKeys: @unchecked Sendable {
    private let gathering: OpaquePointer
    /// The records of which only their decoded values tell where they belong.
    private(set) var unread: RecordBits

    /// Reads the ids of all records, or the values at the end of a path; nil where the file cannot
    /// be read, or there is no memory.
    static func read(_ base: Base, _ path: PathBytes?) -> GatheredKeys? {
        let shares = base.columns.shares
        let parts = Mutex<[GatheredKeys?]>(Array(repeating: nil, count: shares.count))
        SideWork.each(of: shares.count) { share in
            let part = GatheredKeys(base, path, shares[share])
            parts.withLock { $0[share] = part }
        }
        let read = parts.withLock { $0.compactMap(\.self) }
        guard read.count == shares.count, read.dropFirst().allSatisfy(read[0].join) else {
            return nil
        }
        return read[0]
    }

    private init?(_ base: Base, _ path: PathBytes?, _ records: Range<Int>) {
        let columns = base.columns
        unread = RecordBits(limit: columns.count)
        var unread = unread
        let gathering = PathBytes.withPath(of: path) { path -> OpaquePointer? in
            let gathering = records_gather_begin(columns.records, path, records.lowerBound) {
                FoldPages.page($0)
            }
            guard gathering != nil else { return nil }
            let isWhole = base.forEachPiece(in: records) { bytes, offset, records in
                bytes != nil
                    && unread.withWords {
                        records_gather(gathering, bytes, offset, records.count, $0) == 1
                    }
            }
            if isWhole { return gathering }
            records_gather_free(gathering)
            return nil
        }
        guard let gathering else { return nil }
        self.gathering = gathering
        self.unread = unread
    }

    deinit {
        records_gather_free(gathering)
    }

    /// Puts the keys of the records that follow behind these; false where there is no memory.
    private func join(_ next: GatheredKeys) -> Bool {
        unread.formUnion(next.unread)
        return records_gather_join(gathering, next.gathering) == 1
    }

    /// Sorts the numbers of all records; what is nothing comes last.
    func sort(_ records: inout [Int32], descending: Bool) -> Bool {
        let keys = records_gathered(gathering).pointee
        return records_sort(
            keys.text, keys.ends, keys.count, RECORDS_WHOLE_TEXT, descending ? 1 : 0, &records) == 1
    }
}
