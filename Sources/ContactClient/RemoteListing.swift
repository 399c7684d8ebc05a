import ContactModel
import JSONText

/// What the server brought, filtered by what it was not asked for and put in order.
struct RemoteListing: ContactListing {
    let total: Int
    let isPartial: Bool
    let unknown: Int
    /// Numbers go by the order in which the server brought the contacts.
    let reading = 0
    private let matches: [ContactRow]
    private let all: [Int32: ContactRow]

    init(
        _ fetched: [(contact: Contact, unsent: UnsentState?)], isPartial: Bool, query: Query,
        order: SortOrder, marks: RowSet
    ) {
        total = fetched.count
        self.isPartial = isPartial
        unknown = query.asksMetadata ? fetched.count { !$0.contact.isComplete } : 0
        let rows = fetched.enumerated().map { number, row in
            ContactRow(
                contact: row.contact, key: row.contact.key, flaws: row.contact.flaws,
                number: Int32(number), unsent: row.unsent)
        }
        all = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })
        matches = order.order(of: fetched.map(\.contact)).map { rows[$0] }.filter {
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
