import CRecords
import ContactModel

/// What the columns of a file tell of all its records at once.
struct ColumnAnswers {
    /// The records that are what was asked for.
    var found: RecordBits
    /// Those of which only their bytes tell.
    var others: RecordBits

    /// Nobody yet; `body` sets the bits of both.
    init(
        limit: Int, _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        found = RecordBits(limit: limit)
        others = found
        found.withWords { found in
            others.withWords { others in
                if let found, let others { body(found, others) }
            }
        }
    }
}

extension RecordColumns {
    /// Which candidates are what a term asks for; nil where no column tells anything about it.
    func answers(_ term: Query.Term, among candidates: RecordBits) -> ColumnAnswers? {
        switch term {
        case .date(let field, let test):
            guard let column = NumberColumn(field), column != .totalMessages else { return nil }
            return answers(column, NumberColumn.bounds(of: test), candidates.words)
        case .text(let field, let test):
            return WordColumn(field).map { answers($0, field, test, candidates.words) }
        case .state(.optedIn): return consenting(true, candidates.words)
        case .state(.optedOut): return consenting(false, candidates.words)
        default: return nil
        }
    }

    private func answers(
        _ column: NumberColumn, _ bounds: ClosedRange<Int32>?, _ candidates: [UInt64]
    ) -> ColumnAnswers {
        ColumnAnswers(limit: count) { found, others in
            records_between(
                records, numbers(column), bounds?.lowerBound ?? 0, bounds?.upperBound ?? -1,
                candidates, found, others)
        }
    }

    private func answers(
        _ column: WordColumn, _ field: Field, _ test: Query.TextTest, _ candidates: [UInt64]
    ) -> ColumnAnswers {
        let answers = words.map { test.matches($0, in: field) ? 1 as UInt8 : 0 }
        return ColumnAnswers(limit: count) { found, others in
            records_worded(records, numbers(column), answers, candidates, found, others)
        }
    }

    private func consenting(_ isGiven: Bool, _ candidates: [UInt64]) -> ColumnAnswers {
        ColumnAnswers(limit: count) { found, others in
            records_consenting(records, isGiven ? 1 : 0, candidates, found, others)
        }
    }

    /// The candidates whose list of tags gets the answer true.
    func listed(_ answers: [Bool], among candidates: RecordBits) -> RecordBits {
        var found = RecordBits(limit: count)
        let bytes = answers.map { $0 ? 1 as UInt8 : 0 }
        found.withWords { records_listed(records, bytes, candidates.words, $0) }
        return found
    }

    /// The candidates that a person should look at, whatever other records hold.
    func flawed(_ flawedLists: [Bool], among candidates: RecordBits) -> RecordBits {
        var found = RecordBits(limit: count)
        let bytes = flawedLists.map { $0 ? 1 as UInt8 : 0 }
        found.withWords { records_flawed(records, bytes, candidates.words, $0) }
        return found
    }
}
