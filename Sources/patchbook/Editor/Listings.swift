import ContactClient
import ContactModel
import ContactUI
import Synchronization

extension ContactListing {
    /// Rows by their positions.
    func rowsByPosition(_ range: Range<Int>) -> [Int: ContactRow] {
        Dictionary(uniqueKeysWithValues: zip(range, rows(range)))
    }
}

/// The listings that answers were made from, the newest few of them.
final class Listings: Sendable {
    private struct Kept {
        var listings: [Int: any ContactListing] = [:]
        var last = 0
    }

    private let kept = Mutex(Kept())

    /// How many are kept: answers for one that was replaced may still be under way.
    private static let limit = 4

    /// A listing by its number; nil where it was forgotten.
    subscript(number: Int) -> (any ContactListing)? {
        kept.withLock { $0.listings[number] }
    }

    /// The listing made last.
    var newest: (any ContactListing)? {
        kept.withLock { $0.listings[$0.last] }
    }

    /// Makes a listing; marks of another reading are carried over contact by contact.
    func make(
        _ wanted: ListRequest, from backend: any ContactBackend
    ) async throws(ClientError) -> ListState.Listing {
        let shown = wanted.shown.flatMap { self[$0] }
        var listing = try await backend.list(
            wanted.query, order: wanted.order, marks: wanted.marks)
        var translated: ListState.Listing.Translation?
        if let shown, shown.reading != listing.reading {
            let marked = listing.numbers(of: wanted.marks, shownIn: shown)
            translated = ListState.Listing.Translation(
                marked: marked,
                last: listing.numbers(of: wanted.lastMarks, shownIn: shown),
                lost: wanted.marks.count - marked.count)
            if !wanted.marks.isEmpty {
                listing = try await backend.list(wanted.query, order: wanted.order, marks: marked)
            }
        }
        let kept: Int?
        if let number = wanted.keepingNumber, shown?.reading == listing.reading {
            kept = listing.numbers.firstIndex(of: number)
        } else {
            kept = wanted.keeping.flatMap(listing.position)
        }
        var made = ListState.Listing(
            number: remember(listing, beside: wanted.shown), numbers: listing.numbers,
            total: listing.total, isPartial: listing.isPartial, unknown: listing.unknown,
            keptPosition: kept, reading: listing.reading, translated: translated,
            gone: RowSet(translated == nil ? wanted.marks.filter { !listing.holds($0) } : []))
        made.rows = listing.rowsByPosition(wanted.reach(kept: kept, of: made.count))
        return made
    }

    /// Keeps a listing; the one that is shown until it is there stays, however old.
    private func remember(_ listing: any ContactListing, beside shown: Int?) -> Int {
        kept.withLock { kept in
            kept.last += 1
            let limit = kept.last - Listings.limit
            kept.listings[kept.last] = listing
            kept.listings = kept.listings.filter { $0.key > limit || $0.key == shown }
            return kept.last
        }
    }
}
