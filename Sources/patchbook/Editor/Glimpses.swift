import ContactClient
import ContactModel
import ContactStore
import ContactUI

extension ListRequest {
    /// Of so many contacts a first order takes long enough for a person to see it.
    private static let many = 50_000
    /// How many rows are shown to both sides of the cursor before the whole order is there.
    private static let reach = 100

    /// What the screen will show of the listing; nil where that takes as long as making it.
    ///
    /// - Parameter shown: the reading that `keepingNumber` belongs to.
    func glimpse(from backend: any ContactBackend, shown: Int?) -> ListGlimpse? {
        guard query == .all, let snapshot = try? backend.file?.store.latest(),
            snapshot.count >= ListRequest.many
        else { return nil }
        let number = shown == snapshot.reading ? keepingNumber : nil
        let kept = number ?? keeping.flatMap(snapshot.soleNumber)
        guard let glimpse = snapshot.glimpse(of: order, around: kept, reach: ListRequest.reach),
            let place = kept.map(glimpse.numbers.firstIndex) ?? 0
        else { return nil }
        var rows: [Int: ContactRow] = [:]
        for (index, number) in glimpse.numbers.enumerated() {
            rows[glimpse.first + index] = snapshot.row(number)
        }
        return ListGlimpse(
            rows: rows, position: glimpse.first + place, count: glimpse.count,
            reading: snapshot.reading)
    }
}
