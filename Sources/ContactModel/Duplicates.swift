/// Contacts that may be one person.
package struct DuplicateGroup: Hashable, Sendable {
    /// What they share.
    package enum Reason: Hashable, Sendable {
        /// The telephone number, however it is written.
        case phone(String)
        /// The address, case ignored.
        case email(String)
        /// The name, folded.
        case name(String)

        /// What a text in a field gives to share; nil where nothing stands there.
        package init?(_ field: Field, _ text: String?) {
            guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
            switch field {
            case .phone: self = .phone(PhoneKey.normal(text))
            case .email: self = .email(text.lowercased())
            default:
                guard let name = SearchText.comparable(text) else { return nil }
                self = .name(name)
            }
        }
    }

    /// More contacts than these are not merged by hand.
    package static let mostRows = 50

    /// What they share.
    package let reason: Reason
    /// The numbers of the contacts, in the order of the place; two at least.
    package let numbers: [Int32]
    /// The contacts, the first `mostRows` of them.
    package fileprivate(set) var rows: [ContactRow] = []
}

/// All groups of contacts that may be one person, of which only the first are held: a file may
/// have as many as contacts, and nobody goes through more by hand.
package struct Duplicates: Hashable, Sendable {
    /// What contacts are compared by, in the order in which groups are told.
    package static let fields: [Field] = [.phone, .email, .name]

    private static let mostGroups = 1000

    /// The first groups, in the order of the fields and of the place.
    package private(set) var groups: [DuplicateGroup] = []
    /// How many groups there are.
    package private(set) var count = 0

    /// Groups contacts that share a number, an address or a name; those that share several are
    /// told once, by the first of these.
    ///
    /// - Parameters:
    ///   - suspects: the contacts to be compared by a field, in classes: those that share what
    ///     stands there are in the same class, each in ascending order.
    ///   - reasons: what a field of each of some contacts gives to share; nil for nothing.
    ///   - row: a contact as a list shows it.
    package init(
        among suspects: (Field) -> [[Int32]],
        reasons: (Field, [Int32]) -> [DuplicateGroup.Reason?], row: (Int32) -> ContactRow?
    ) {
        var told: Set<[Int32]> = []
        for field in Duplicates.fields {
            var found: [DuplicateGroup] = []
            for suspects in suspects(field) {
                let groups = Duplicates.groups(of: suspects, by: reasons(field, suspects))
                found += groups.filter { told.insert($0.numbers).inserted }
            }
            count += found.count
            found.sort { $0.numbers[0] < $1.numbers[0] }
            groups += found.prefix(Duplicates.mostGroups - groups.count)
        }
        for index in groups.indices {
            groups[index].rows = groups[index].numbers.prefix(DuplicateGroup.mostRows)
                .compactMap(row)
        }
    }

    /// Groups the contacts of some rows, all of them compared with each other.
    package init(in rows: [ContactRow]) {
        let byNumber = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })
        let numbers = rows.map(\.number).sorted()
        self.init(
            among: { _ in [numbers] },
            reasons: { field, numbers in
                numbers.map { DuplicateGroup.Reason(field, byNumber[$0]?.contact.text(field)) }
            },
            row: { byNumber[$0] })
    }

    private static func groups(
        of numbers: [Int32], by reasons: [DuplicateGroup.Reason?]
    ) -> [DuplicateGroup] {
        // As nearly always.
        if numbers.count == 2 {
            guard let reason = reasons[0], reason == reasons[1] else { return [] }
            return [DuplicateGroup(reason: reason, numbers: numbers)]
        }
        var sharing: [DuplicateGroup.Reason: [Int32]] = [:]
        for (number, reason) in zip(numbers, reasons) {
            if let reason { sharing[reason, default: []].append(number) }
        }
        return sharing.filter { $0.value.count > 1 }
            .map { DuplicateGroup(reason: $0.key, numbers: $0.value) }
    }
}
