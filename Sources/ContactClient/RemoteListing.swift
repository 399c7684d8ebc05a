import ContactModel
import JSONText

/// What one search brought, filtered by what the server was not asked for and put in order.
struct RemoteListing: ContactListing {
    let total: Int
    let isPartial: Bool
    let numbers: [Int32]
    /// Numbers stay with their contacts for as long as the client lives.
    let reading = 0
    private let contacts: [Contact]
    private let known: RowNumbers

    init(
        _ fetched: [Contact], isPartial: Bool, query: Query, order: SortOrder, marks: RowSet,
        known: RowNumbers
    ) {
        total = fetched.count
        self.isPartial = isPartial
        let rows = order.sorted(fetched).map { contact in
            ContactRow(
                contact: contact, key: contact.key, flaws: contact.flaws,
                number: known.number(contact))
        }.filter { query.matches($0, isMarked: marks.contains($0.number)) }
        contacts = rows.map(\.contact)
        numbers = rows.map(\.number)
        self.known = known
    }

    var count: Int { contacts.count }

    func rows(_ range: Range<Int>) -> [ContactRow] {
        range.clamped(to: contacts.indices).map(row)
    }

    private func row(_ position: Int) -> ContactRow {
        let contact = contacts[position]
        return ContactRow(
            contact: contact, key: contact.key, flaws: contact.flaws, number: numbers[position])
    }

    func row(number: Int32) -> ContactRow? {
        numbers.firstIndex(of: number).map(row) ?? known.row(number)
    }

    func number(of key: ContactKey) -> Int32? {
        position(of: key).map { numbers[$0] } ?? known.number(of: key)
    }

    func position(of key: ContactKey) -> Int? {
        contacts.firstIndex { contact in
            switch key {
            case .id(let id): contact.id.map { $0.hasSameUTF8(as: id) } ?? false
            case .phone(let phone): contact.phoneNumber == phone
            case .place: false
            }
        }
    }
}
