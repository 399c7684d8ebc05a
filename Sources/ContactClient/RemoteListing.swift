import ContactModel
import JSONText

/// What the server brought, filtered by what it was not asked for and put in order.
struct RemoteListing: ContactListing {
    let total: Int
    let isPartial: Bool
    /// Numbers go by the order in which the server brought the contacts.
    let reading = 0
    private let matches: [ContactRow]
    private let all: [Int32: ContactRow]

    init(
        _ fetched: [Contact], isPartial: Bool, query: Query, order: SortOrder, marks: RowSet
    ) {
        total = fetched.count
        self.isPartial = isPartial
        let rows = fetched.enumerated().map { number, contact in
            ContactRow(
                contact: contact, key: contact.key, flaws: contact.flaws, number: Int32(number))
        }
        all = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })
        matches = order.order(of: fetched).map { rows[$0] }.filter {
            query.matches($0, isMarked: marks.contains($0.number))
        }
    }

    var count: Int { matches.count }
    var numbers: [Int32] { matches.map(\.number) }

    func rows(_ range: Range<Int>) -> [ContactRow] {
        Array(matches[range.clamped(to: matches.indices)])
    }

    func row(number: Int32) -> ContactRow? { all[number] }

    func number(of key: ContactKey) -> Int32? {
        all.values.first { $0.key == key }?.number
    }

    func position(of key: ContactKey) -> Int? {
        matches.firstIndex { $0.contact.bears(key) }
    }
}

extension Contact {
    fileprivate func bears(_ key: ContactKey) -> Bool {
        switch key {
        case .id(let id): self.id.map { $0.hasSameUTF8(as: id) } ?? false
        case .phone(let phone): phoneNumber == phone
        case .place: false
        }
    }
}
