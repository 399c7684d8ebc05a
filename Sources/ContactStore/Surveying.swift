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
        var known = GroundTable<Survey>()
        var met: [SharedRows.Ground] = []
        for (index, number) in numbers.enumerated() where holds(number) {
            guard index % 256 > 0 || isWanted() else { return nil }
            guard let source = tagSource(of: number) else {
                if effect.count(surveyed(contact(number), number)) != nil {
                    changing.append(number)
                }
                continue
            }
            var survey = known[source]
            if survey == nil { met.append(source) }
            let changes = survey?.changes ?? changes(source, edit)
            if changes { changing.append(number) }
            let isSample = changes && effect.samples.count < BulkEffect.sampleSize
            if isSample { effect.count(surveyed(contact(number), number)) }
            survey = Survey(
                changes: changes, contacts: (survey?.contacts ?? 0) + (isSample ? 0 : 1))
            known[source] = survey
        }
        for source in met {
            guard let contacts = known[source]?.contacts, contacts > 0 else { continue }
            effect.count(surveyed(bearer(of: source)), times: contacts)
        }
        return changing
    }

    /// What tells the tags of a contact; nil where only its text does.
    private func tagSource(of number: Int32) -> SharedRows.Ground? {
        guard record(number) == nil else { return nil }
        if let place = shared.place(of: number) { return .standing(place) }
        let list = base.tags.list(of: Int(number))
        // The first list is that of all who bear no tags, be it for another kind of value.
        let isPlain =
            list > 0
            ? !base.tags.areFlawed[list]
            : !base.columns.flags(of: Int(number)).contains(.flawed)
        return isPlain ? .list(list, layout: 0) : nil
    }

    private func changes(_ source: SharedRows.Ground, _ edit: BulkEdit) -> Bool {
        (try? edit.change(of: bearer(of: source))) != nil
    }

    /// Somebody of whom nothing is known but the tags.
    private func bearer(of source: SharedRows.Ground) -> Contact {
        let tags =
            switch source {
            case .standing(let place): shared.standings[place].tags
            case .list(let list, _): base.tags.lists[list]
            case .written(let writing): SharedLayer.Standing(writing, stamp: nil).tags
            }
        return Contact(record: [Field.tags.name: .array(tags.map(JSONValue.string))])
    }

    /// A contact as an edit of tags sees it: something names every contact of a file.
    private func surveyed(_ contact: Contact, _ number: Int32 = 0) -> ContactRow {
        ContactRow(contact: contact, key: .place(number, reading: reading))
    }
}

/// What an edit would do to those who bear the same tags.
private struct Survey {
    let changes: Bool
    /// How many of them are not counted yet.
    let contacts: Int
}
