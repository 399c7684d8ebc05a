package import ContactModel
import JSONText

extension Snapshot {
    /// Counts what an edit of tags would do to contacts: once for all that bear the same list.
    ///
    /// - Parameters:
    ///   - edit: one that asks for nothing but their tags.
    ///   - effect: where they are counted.
    ///   - isWanted: asked now and then; where it answers false the rest is not counted.
    /// - Returns: those that it would change, in the given order; nil where it was broken off.
    package func survey(
        _ numbers: [Int32], by edit: BulkEdit, in effect: inout BulkEffect,
        while isWanted: () -> Bool
    ) -> [Int32]? {
        var changing: [Int32] = []
        changing.reserveCapacity(numbers.count)
        var places = GroundTable<Int>()
        var met: [Alike] = []
        let grounds = FileGrounds(base.columns)
        for (index, number) in numbers.enumerated() where holds(number) {
            guard index % 256 > 0 || isWanted() else { return nil }
            guard let source = tagSource(of: number, grounds) else {
                if effect.count(surveyed(contact(number), number)) != nil {
                    changing.append(number)
                }
                continue
            }
            let place = places[source] ?? met.count
            if place == met.count {
                let row = surveyed(bearer(of: source))
                met.append(Alike(row: row, answer: effect.answer(to: row.contact)))
                places[source] = place
            }
            if met[place].changes {
                changing.append(number)
                if effect.samples.count < BulkEffect.sampleSize {
                    effect.count(surveyed(contact(number), number))
                    continue
                }
            }
            met[place].contacts += 1
        }
        for alike in met where alike.contacts > 0 {
            effect.count(alike.row, whose: alike.answer, times: alike.contacts)
        }
        return changing
    }

    /// What tells the tags of a contact; nil where only its text does.
    private func tagSource(of number: Int32, _ grounds: FileGrounds) -> SharedRows.Ground? {
        guard record(number) == nil else { return nil }
        let ground = grounds.ground(of: number, in: shared)
        if case .list(let list, _)? = ground, base.tags.areFlawed[list] { return nil }
        return ground
    }

    /// Somebody of whom nothing is known but the tags.
    private func bearer(of source: SharedRows.Ground) -> Contact {
        let tags: [String] =
            switch source {
            case .standing(let place): shared.standings[place].tags
            case .list(let list, _): base.tags.lists[list]
            case .blank: []
            case .written(let writing): SharedLayer.Standing(writing, stamp: nil).tags
            }
        return Contact(record: [Field.tags.name: .array(tags.map(JSONValue.string))])
    }

    /// A contact as an edit of tags sees it: something names every contact of a file.
    private func surveyed(_ contact: Contact, _ number: Int32 = 0) -> ContactRow {
        ContactRow(contact: contact, key: .place(number, reading: reading))
    }
}

/// Contacts who bear the same tags, and what an edit would do to them.
private struct Alike {
    let row: ContactRow
    let answer: Result<Change?, PatchFlaw>
    let changes: Bool
    /// How many of them are not counted yet.
    var contacts = 0

    init(row: ContactRow, answer: Result<Change?, PatchFlaw>) {
        self.row = row
        self.answer = answer
        changes = (try? answer.get()) ?? nil != nil
    }
}
