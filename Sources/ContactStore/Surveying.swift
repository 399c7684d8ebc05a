package import ContactModel

extension Snapshot {
    /// Counts what an edit of tags would do to contacts: one for all that bear the same list.
    ///
    /// - Parameters:
    ///   - effect: where they are counted; its edit asks for nothing but their tags.
    ///   - isWanted: asked now and then; where it answers false the rest is not counted.
    /// - Returns: those that it would change, in the given order; nil where it was broken off.
    package func survey(
        _ numbers: [Int32], by effect: inout BulkEffect, while isWanted: () -> Bool
    ) -> [Int32]? {
        var changing: [Int32] = []
        var known: [TagSource: (changes: Bool, others: Int, first: Int32)] = [:]
        for (index, number) in numbers.enumerated() where holds(number) {
            guard index % 256 > 0 || isWanted() else { return nil }
            let source = tagSource(of: number)
            if let source, let changes = known[source]?.changes,
                !changes || effect.samples.count == BulkEffect.sampleSize
            {
                known[source]?.others += 1
                if changes { changing.append(number) }
                continue
            }
            let unwritable = effect.unwritable
            let changes = effect.count(surveyed(number)) != nil
            if changes { changing.append(number) }
            guard let source, effect.unwritable == unwritable else { continue }
            known[source] = (changes, known[source]?.others ?? 0, number)
        }
        for (_, others, first) in known.values where others > 0 {
            effect.count(surveyed(first), times: others)
        }
        return changing
    }

    /// What tells the tags of a contact; nil where only its text does.
    private func tagSource(of number: Int32) -> TagSource? {
        guard record(number) == nil else { return nil }
        if let place = shared.place(of: number) { return .standing(place) }
        let list = base.tags.list(of: Int(number))
        return list > 0 ? .list(list) : nil
    }

    /// A contact as an edit of tags sees it: something names every contact of a file.
    private func surveyed(_ number: Int32) -> ContactRow {
        ContactRow(
            contact: contact(number), key: .place(number, reading: reading), number: number)
    }
}

private enum TagSource: Hashable {
    /// The standing that it shares with others.
    case standing(Int)
    /// The list that it bears in the file.
    case list(Int)
}
