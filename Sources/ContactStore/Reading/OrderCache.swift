import ContactModel
import Synchronization

/// The orders that all records of a file were brought into, the newest few: a list that is
/// filtered anew with each key stroke is sorted once.
final class OrderCache: Sendable {
    private let kept = Mutex<[(order: SortOrder, records: [Int32])]>([])
    private static let limit = 3

    /// Whether all records were brought into this order before.
    func knows(_ order: SortOrder) -> Bool {
        kept.withLock { $0.contains { $0.order == order } }
    }

    /// All records in this order, made by `make` where it is asked for the first time.
    func records(_ order: SortOrder, make: () -> [Int32]) -> [Int32] {
        if let found = kept.withLock({ $0.first { $0.order == order }?.records }) { return found }
        let records = make()
        kept.withLock { kept in
            kept.insert((order, records), at: 0)
            if kept.count > OrderCache.limit { kept.removeLast() }
        }
        return records
    }
}
