package import ContactModel
import ContactStore

/// What an edit of many contacts comes to, before anything is written.
package struct BulkPlan: Sendable {
    /// Whom it changes.
    enum Work: Sendable {
        /// Each by a change of its own.
        case each([ContactChange])
        /// Contacts of one state of a file, in order, all alike.
        case alike(BulkEdit, [Int32], of: Snapshot)
    }

    /// What it would do, counted.
    package let effect: BulkEffect
    let work: Work

    /// A plan of single changes, whose effect nobody counted.
    package init(_ changes: [ContactChange]) {
        effect = BulkEffect()
        work = .each(changes)
    }

    init(_ effect: BulkEffect, _ work: Work) {
        self.effect = effect
        self.work = work
    }

    /// How many contacts it changes.
    package var count: Int {
        switch work {
        case .each(let changes): changes.count
        case .alike(_, let numbers, _): numbers.count
        }
    }

    /// The change of each contact, the first `limit` of them.
    package func changes(limit: Int = .max) -> [ContactChange] {
        switch work {
        case .each(let changes): Array(changes.prefix(limit))
        case .alike(let edit, let numbers, let snapshot):
            numbers.prefix(limit).compactMap { snapshot.change(of: $0, by: edit) }
        }
    }

    /// The change of each contact.
    package var changes: [ContactChange] { changes() }
}

extension Snapshot {
    /// What an edit does to a contact that it can be done to.
    func change(of number: Int32, by edit: BulkEdit) -> ContactChange? {
        let row = row(number)
        guard let change = try? edit.change(of: row.contact), let key = row.key else { return nil }
        return ContactChange(key: key, change: change)
    }
}

extension ContactListing {
    /// What an edit would do to all that match.
    package func plan(_ edit: BulkEdit, naming limit: Int) -> BulkPlan {
        plan(edit, for: nil, naming: limit, while: { true }) ?? BulkPlan([])
    }

    func planByRows(
        _ edit: BulkEdit, for numbers: RowSet?, naming limit: Int, while isWanted: () -> Bool
    ) -> BulkPlan? {
        var effect = BulkEffect(of: edit, naming: limit)
        var changes: [ContactChange] = []
        func count(_ row: ContactRow) {
            if let change = effect.count(row) { changes.append(change) }
        }
        if let numbers {
            for number in numbers {
                guard isWanted() else { return nil }
                if let row = row(number: number) { count(row) }
            }
            return BulkPlan(effect, .each(changes))
        }
        for start in stride(from: 0, to: self.count, by: 1000) {
            guard isWanted() else { return nil }
            rows(start..<min(self.count, start + 1000)).forEach(count)
        }
        return BulkPlan(effect, .each(changes))
    }
}
