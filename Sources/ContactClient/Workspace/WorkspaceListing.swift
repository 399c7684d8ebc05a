import ContactModel
import ContactStore

/// The matches of a query among what is known of a workspace, with what is not sent on top.
struct WorkspaceListing: ContactListing {
    let isPartial: Bool
    let unknown: Int
    private(set) var numbers: [Int32]
    private let snapshot: Snapshot
    private let signs: UnsentSigns

    init(
        _ state: WorkspaceState, _ query: Query, _ order: SortOrder, _ marks: RowSet,
        isPartial: Bool
    ) {
        snapshot = state.shown
        signs = state.signs
        self.isPartial = isPartial
        let isAsked = isPartial && query.asksMetadata
        unknown = isAsked ? snapshot.incompleteCount : 0
        numbers = snapshot.select(query, order: order, marks: marks, given: state.signs.sets)
        guard unknown > 0 else { return }
        // A selection takes metadata that is not known for none: who is found so may have some.
        numbers = numbers.filter { number in
            let row = known(number)
            return row.contact.isComplete || query.matches(row, isMarked: marks.contains(number))
        }
    }

    var count: Int { numbers.count }
    var total: Int { snapshot.count }
    var reading: Int { snapshot.reading }

    func rows(_ range: Range<Int>) -> [ContactRow] {
        range.clamped(to: 0..<numbers.count).map { known(numbers[$0]) }
    }

    func row(number: Int32) -> ContactRow? {
        snapshot.holds(number) ? known(number) : nil
    }

    private func known(_ number: Int32) -> ContactRow {
        var row = snapshot.row(number)
        row.contact = snapshot.known(number)
        row.unsent = signs[number]
        // Its place here is nothing that a server knows.
        if case .place = row.key { row.key = nil }
        return row
    }

    func position(of key: ContactKey) -> Int? {
        snapshot.soleNumber(of: key).flatMap(numbers.firstIndex)
    }

    func number(of key: ContactKey) -> Int32? {
        snapshot.soleNumber(of: key)
    }
}
