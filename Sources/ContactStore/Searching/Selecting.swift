import CRecords
package import ContactModel

extension Snapshot {
    /// The numbers of the contacts that match, in order.
    ///
    /// - Parameters:
    ///   - marks: the numbers that `is:marked` means.
    ///   - given: the numbers that states mean of which no file tells anything.
    package func select(
        _ query: Query, order: SortOrder, marks: RowSet = RowSet(),
        given: [Query.State: RowSet] = [:]
    ) -> [Int32] {
        let selection = Selection(
            snapshot: self, marks: marks, given: given,
            probe: Probe(query.condition, tags: base.tags))
        var others = differing.filter(selection.holds)
        if order.keys.isEmpty { return selection.unchanged.numbers.merged(with: others) }
        let ordered = base.orders.records(order) { everyRecord(by: order) }
        var unchanged = selection.unchanged
        if order.keys.contains(where: { [.field(.tags), .field(.updatedAt)].contains($0.column) }) {
            // What records share with many others has its place in no order of the file.
            let sharers = sharers(among: unchanged)
            unchanged.subtract(sharers)
            others += sharers.numbers
        }
        let found = unchanged.numbers(in: ordered)
        return others.isEmpty ? found : inserted(others, into: found, by: order)
    }

    /// The records with a text of their own that are there, in order.
    var differing: [Int32] {
        let changed = edited.numbers.filter { $0 < base.spans.count && !deleted.contains($0) }
        let added = (Int32(base.spans.count)..<limit).filter { !deleted.contains($0) }
        return changed + added
    }

    /// The records of the file that stand as they were read, but for what they share with others.
    var untouched: RecordBits {
        var bits = RecordBits(limit: base.spans.count, filled: true)
        for number in edited.numbers where number < base.spans.count { bits.remove(Int(number)) }
        for number in deleted.numbers where number < base.spans.count { bits.remove(Int(number)) }
        return bits
    }

    /// Every tag with the number of contacts that bear it, by name.
    package var tagCounts: [TagCount] {
        var counts: [Tag: Int] = [:]
        var bearers = [Int](repeating: 0, count: base.tags.lists.count)
        var sharers = [Int](repeating: 0, count: shared.standings.count)
        untouched.forEach { record in
            if let place = shared.place(of: Int32(record)) {
                sharers[place] += 1
            } else {
                bearers[base.tags.list(of: record)] += 1
            }
        }
        for number in differing {
            for tag in TagList(stored: record(number)?.tags ?? []).tags {
                counts[tag, default: 0] += 1
            }
        }
        let lists = base.tags.lists + shared.standings.map(\.tags)
        for (tags, count) in zip(lists, bearers + sharers) where count > 0 {
            for tag in TagList(stored: tags).tags { counts[tag, default: 0] += count }
        }
        return counts.map { TagCount(tag: $0.key, count: $0.value) }
            .sorted { one, other in
                let (text, otherText) = (one.tag.text, other.tag.text)
                // Tags that look alike in two writings are two tags.
                return text == otherText
                    ? text.utf8.lexicographicallyPrecedes(otherText.utf8) : text < otherText
            }
    }
}

extension [Int32] {
    /// Both in ascending order, as both are.
    fileprivate func merged(with others: [Int32]) -> [Int32] {
        guard let first = others.first else { return self }
        if let last, last < first { return self + others }
        return (self + others).sorted()
    }
}

/// One query put to the records of a snapshot: to those that stand as in the file all at once,
/// to the others one by one.
private struct Selection {
    let snapshot: Snapshot
    let marks: RowSet
    let given: [Query.State: RowSet]
    let probe: Probe

    /// The matches among the records that stand as in the file.
    var unchanged: RecordBits { matches(probe, among: snapshot.untouched) }

    private func matches(_ probe: Probe, among candidates: RecordBits) -> RecordBits {
        var found = RecordBits(limit: candidates.limit)
        switch probe {
        case .all(let parts): return parts.reduce(candidates) { matches($1, among: $0) }
        case .any(let parts):
            var rest = candidates
            for part in parts {
                let more = matches(part, among: rest)
                found.formUnion(more)
                rest.subtract(more)
            }
            return found
        case .not(let part):
            found = candidates
            found.subtract(matches(part, among: candidates))
            return found
        case .word(let needle):
            search(needle, in: RECORDS_ANY_LINE, candidates, &found)
        case .line(let line, let needle):
            let isOfDigits = line == .phone && needle.digits == needle.folded
            let lines = isOfDigits ? RECORDS_IN_DIGITS : line.lines
            search(needle, in: lines, withDigits: line == .phone, candidates, &found)
        case .tag(let answers, let test):
            let sharers = snapshot.sharers(among: candidates)
            var asWritten = candidates
            asWritten.subtract(sharers)
            found = snapshot.base.columns.listed(answers, among: asWritten)
            let others = snapshot.shared.standings.map { test.matches($0.tags) }
            for number in sharers.numbers {
                guard let place = snapshot.shared.place(of: number), others[place] else { continue }
                found.insert(Int(number))
            }
        case .marked: return candidates.filter { marks.contains(Int32($0)) }
        case .given(let state):
            return candidates.filter { given[state]?.contains(Int32($0)) ?? false }
        case .decoded(let term): return matches(term, among: candidates)
        }
        return found
    }

    /// A word that is nothing but digits is found as it stands.
    private func search(
        _ needle: Probe.Needle, in lines: records_lines, withDigits: Bool = true,
        _ candidates: RecordBits, _ found: inout RecordBits
    ) {
        let digits = withDigits && needle.digits != needle.folded ? needle.digits : nil
        snapshot.base.columns.search(
            needle.folded, in: lines, orDigits: digits ?? [], among: candidates, into: &found)
    }

    private func matches(_ term: Query.Term, among candidates: RecordBits) -> RecordBits {
        if case .state(.flagged) = term { return snapshot.flagged(among: candidates) }
        if case .metadata(let path, let test) = term {
            let found = snapshot.base.answers(path, test, among: candidates) { record, pieces in
                holds(term, RecordReading(snapshot, Int32(record), from: &pieces))
            }
            return found ?? decoded(term, among: candidates)
        }
        guard var answers = snapshot.base.columns.answers(term, among: candidates) else {
            return decoded(term, among: candidates)
        }
        if case .date(.updatedAt, _) = term {
            let sharers = snapshot.sharers(among: candidates)
            answers.found.subtract(sharers)
            answers.others.formUnion(sharers)
        }
        answers.found.formUnion(decoded(term, among: answers.others))
        return answers.found
    }

    private func decoded(_ term: Query.Term, among candidates: RecordBits) -> RecordBits {
        var pieces = RecordPieces(snapshot.base, wanted: candidates.count)
        var (asked, isWanted) = (0, true)
        return candidates.filter { record in
            asked += 1
            if asked % 1024 == 0 {
                isWanted = isWanted && LongWork.goesOn(done: record, of: candidates.limit)
            }
            return isWanted && holds(term, RecordReading(snapshot, Int32(record), from: &pieces))
        }
    }

    /// Whether a record that differs from the file matches.
    func holds(_ number: Int32) -> Bool {
        holds(probe, RecordReading(snapshot, number))
    }

    private func holds(_ probe: Probe, _ reading: RecordReading) -> Bool {
        switch probe {
        case .all(let parts):
            for part in parts where !holds(part, reading) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, reading) { return true }
            return false
        case .not(let part): return !holds(part, reading)
        case .word(let needle): return reading.record?.search.holds(needle) ?? false
        case .line(let line, let needle):
            return reading.record?.search.holds(needle, in: line) ?? false
        case .tag(_, let test): return test.matches(snapshot.tags(of: reading.number))
        case .marked: return marks.contains(reading.number)
        case .given(let state): return given[state]?.contains(reading.number) ?? false
        case .decoded(let term): return holds(term, reading)
        }
    }

    private func holds(_ term: Query.Term, _ reading: RecordReading) -> Bool {
        switch term {
        case .text(let field, let test): return test.matches(reading.value(field), in: field)
        case .date(let field, let test): return test.matches(reading.value(field))
        case .metadata(let path, let test):
            return test.matches(reading.metadata(path))
        case .state(.flagged): return !snapshot.row(reading.number).flaws.isEmpty
        case .state(let state):
            let given = reading.value(.optedInAt)
            let consent = Query.State.consent(
                given: given, takenBack: reading.value(.optedOutAt))
            return consent == state
        case .word, .tag: return false
        }
    }
}
