import ContactModel

/// What the columns of a file tell without looking at a record.
extension Base {
    /// Whether a record is what is asked for; nil where only its bytes tell.
    func matches(_ term: Query.Term, _ record: Int) -> Bool? {
        switch term {
        case .date(let field, let test): matches(test, field, record)
        case .state(let state): consent(record).map { $0 == state }
        default: nil
        }
    }

    private func matches(_ test: Query.DateTest, _ field: Field, _ record: Int) -> Bool? {
        guard let column = Instants.column(of: field) else { return nil }
        switch (instants.reading(column, record), test) {
        case (.never, .never): return true
        case (.never, .within), (.seconds, .never): return false
        case (.seconds(let seconds), .within(let range)): return range.contains(seconds)
        case (.other, _): return nil
        }
    }

    /// Whether consent was given or taken back last; `.pending` where neither was, nil where
    /// only the texts tell.
    private func consent(_ record: Int) -> Query.State? {
        let instants = instants
        switch (instants.reading(0, record), instants.reading(1, record)) {
        case (.never, .never): return .pending
        case (.seconds, .never): return .optedIn
        case (.never, .seconds): return .optedOut
        case (.seconds(let given), .seconds(let takenBack)):
            return given > takenBack ? .optedIn : .optedOut
        default: return nil
        }
    }
}

extension Snapshot {
    /// Whether a record of the file is what is asked for; nil where only its bytes tell.
    func matchesColumns(_ term: Query.Term, _ record: Int) -> Bool? {
        if case .date(.updatedAt, _) = term, shared.place(of: Int32(record)) != nil { return nil }
        return base.matches(term, record)
    }

    /// The tags of a record, repeats left out.
    func tags(of number: Int32) -> [String] {
        record(number)?.tags ?? shared[number]?.tags
            ?? base.tags.lists[base.tags.list(of: Int(number))]
    }

    /// Those records of the file that a person should look at.
    func flagged(among candidates: RecordBits) -> RecordBits {
        var suspects = base.suspects
        for number in Int32(base.spans.count)..<limit where !deleted.contains(number) {
            guard let facts = record(number)?.facts else { continue }
            let same =
                (facts.id.map(base.keys.records(id:)) ?? [])
                + (facts.phone.map(base.keys.records(phone:)) ?? [])
            for twin in same { suspects.insert(Int(twin)) }
        }
        return candidates.filter { record in
            let flags = base.columns.flags(of: record)
            let isFlawed = shared[Int32(record)]?.isFlawed
            if flags.contains(.flawed)
                || isFlawed ?? base.tags.areFlawed[base.tags.list(of: record)]
            {
                return true
            }
            if flags.isDisjoint(with: [.hasID, .hasNumber]) { return true }
            return suspects.contains(record) && !row(Int32(record)).flaws.isEmpty
        }
    }
}
