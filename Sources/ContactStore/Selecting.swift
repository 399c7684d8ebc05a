package import ContactModel
import JSONText

extension Snapshot {
    /// The numbers of the contacts that match, in order.
    ///
    /// - Parameter marks: the numbers that `is:marked` means.
    package func select(
        _ query: Query, order: SortOrder, marks: RowSet = RowSet()
    ) -> [Int32] {
        let found = query.isEmpty ? present : matches(query, marks)
        if order.keys.isEmpty { return found }
        if order.keys.count == 1, order.keys[0].column == .field(.name) {
            return sortedByName(found, descending: order.keys[0].isDescending)
        }
        return sorted(found, by: order)
    }

    /// Every contact's number, in order.
    private var present: [Int32] {
        let all = 0..<limit
        return deleted.isEmpty ? Array(all) : all.filter { !deleted.contains($0) }
    }

    private func matches(_ query: Query, _ marks: RowSet) -> [Int32] {
        let selection = Selection(
            snapshot: self, marks: marks, probe: Probe(query.condition, tags: base.tags))
        guard let bytes = query.surestBytes else {
            return present.filter(selection.holds)
        }
        let unchanged = base.search.records(holding: bytes)
            .filter { edited[$0] == nil && !deleted.contains($0) }
        let changed = edited.keys.filter { $0 < base.spans.count }
        let others = (changed + Array(Int32(base.spans.count)..<limit))
            .filter { !deleted.contains($0) }
        let found = unchanged.filter(selection.holds)
        let more = others.filter(selection.holds)
        return more.isEmpty ? found : (found + more).sorted()
    }

    private func name(of number: Int32) -> ArraySlice<UInt8> {
        record(number)?.search.name(of: 0) ?? base.search.name(of: Int(number))
    }

    /// Sorted by folded name, as `SortOrder` compares it; contacts without one last.
    private func sortedByName(_ numbers: [Int32], descending: Bool) -> [Int32] {
        let rows = numbers.map { NameKey(number: $0, name: name(of: $0)) }
        let named = rows.filter { !$0.name.isEmpty }.sorted { left, right in
            let order = descending ? right.compared(to: left) : left.compared(to: right)
            return order == 0 ? left.number < right.number : order < 0
        }
        return named.map(\.number) + rows.filter(\.name.isEmpty).map(\.number)
    }

    private func sorted(_ numbers: [Int32], by order: SortOrder) -> [Int32] {
        let rows = numbers.map { number in
            var reading = RecordReading(self, number)
            return (number: number, values: order.values { reading.value($0) })
        }
        return rows.sorted { left, right in
            if order.isBefore(left.values, right.values) { return true }
            return !order.isBefore(right.values, left.values) && left.number < right.number
        }.map(\.number)
    }

    /// Every tag with the number of contacts that bear it, by name.
    package var tagCounts: [TagCount] {
        var counts: [Tag: Int] = [:]
        var bearers = [Int](repeating: 0, count: base.tags.lists.count)
        for number in present {
            if let record = record(number) {
                for tag in TagList(stored: record.tags).tags { counts[tag, default: 0] += 1 }
            } else {
                bearers[base.tags.list(of: Int(number))] += 1
            }
        }
        for (tags, count) in zip(base.tags.lists, bearers) where count > 0 {
            for tag in TagList(stored: tags).tags { counts[tag, default: 0] += count }
        }
        return counts.map { TagCount(tag: $0.key, count: $0.value) }
            .sorted { $0.tag.text < $1.tag.text }
    }
}

/// A name to sort by: its first eight bytes decide most comparisons at once.
private struct NameKey {
    let number: Int32
    let name: ArraySlice<UInt8>
    private let beginning: UInt64

    init(number: Int32, name: ArraySlice<UInt8>) {
        self.number = number
        self.name = name
        let bytes = name.prefix(8)
        beginning = bytes.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(8 * (8 - bytes.count))
    }

    /// Negative where this name goes first, 0 where they are the same.
    func compared(to other: NameKey) -> Int {
        if beginning != other.beginning { return beginning < other.beginning ? -1 : 1 }
        if name.lexicographicallyPrecedes(other.name) { return -1 }
        return other.name.lexicographicallyPrecedes(name) ? 1 : 0
    }
}

/// One query put to the records of a snapshot.
private struct Selection {
    let snapshot: Snapshot
    let marks: RowSet
    let probe: Probe

    func holds(_ number: Int32) -> Bool {
        var reading = RecordReading(snapshot, number)
        return holds(probe, &reading)
    }

    private func holds(_ probe: Probe, _ reading: inout RecordReading) -> Bool {
        switch probe {
        case .all(let parts):
            for part in parts where !holds(part, &reading) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, &reading) { return true }
            return false
        case .not(let part): return !holds(part, &reading)
        case .word(let needle):
            return reading.search { $0.holds(needle, record: $1) }
        case .line(let line, let needle):
            return reading.search { $0.holds(needle, in: line, of: $1) }
        case .tag(let answers, let test):
            return reading.record.map { test.matches($0.tags) }
                ?? answers[snapshot.base.tags.list(of: Int(reading.number))]
        case .marked: return marks.contains(reading.number)
        case .never: return false
        case .decoded(let term): return holds(term, &reading)
        }
    }

    private func holds(_ term: Query.Term, _ reading: inout RecordReading) -> Bool {
        switch term {
        case .text(let field, let test): return test.matches(reading.value(field), in: field)
        case .date(let field, let test): return test.matches(reading.value(field))
        case .metadata(let path, let test):
            return test.matches(reading.value(.metadata)?.object.flatMap(path.value))
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

/// A record of which only what is asked for is decoded.
private struct RecordReading {
    let number: Int32
    let record: Snapshot.Record?
    private let base: Base
    private var outline: [JSONOutline.Member]?

    init(_ snapshot: Snapshot, _ number: Int32) {
        self.number = number
        record = snapshot.record(number)
        base = snapshot.base
    }

    /// Asks the folded text that holds the record, and its place there.
    func search(_ answer: (SearchColumn, Int) -> Bool) -> Bool {
        record.map { answer($0.search, 0) } ?? answer(base.search, Int(number))
    }

    /// The value that counts for a field; nil where there is none.
    mutating func value(_ field: Field) -> JSONValue? {
        guard let record else {
            return value(field, base.bytes, base.spans[Int(number)])
        }
        return value(field, record.bytes, 0..<record.bytes.count)
    }

    private mutating func value(
        _ field: Field, _ bytes: [UInt8], _ span: Range<Int>
    ) -> JSONValue? {
        let members = outline ?? (try? JSONOutline.members(of: bytes, in: span) ?? []) ?? []
        outline = members
        let member = members.last { JSONOutline.text(of: bytes, in: $0.name) == field.name }
        return member.flatMap {
            try? JSONValue(parsing: bytes, in: $0.value, loneSurrogates: .replace)
        }
    }
}
