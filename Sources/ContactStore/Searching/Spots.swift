import ContactModel

extension RecordChange {
    /// Where a record stood that was taken away: what it needs to come back to its place when the
    /// file has been written anew without it.
    struct Spot: Hashable, Sendable {
        /// The contact before it; nil where that has no key of its own.
        var previous: ContactKey?
        /// The contact after it; nil where that has none.
        var next: ContactKey?
        /// The comma and the white space that went with it: those before it, those after it
        /// where it stood first.
        var gap: String
        /// Whether nothing stood before it.
        var isFirst: Bool
    }
}

extension Snapshot {
    /// Where an added record goes when the file is written anew.
    struct Berth: Sendable {
        /// The record it stands beside.
        let neighbour: Int32
        /// Whether it stands before that one, not behind it.
        let isBefore: Bool
        let spot: RecordChange.Spot
    }

    /// How far neighbours are looked for among those taken away: in a step that takes many away
    /// one of the two is near.
    private static let reach: Int32 = 64

    /// Where a record stands, to be told when it is taken away.
    func spot(of number: Int32) -> RecordChange.Spot? {
        let count = Int32(base.spans.count)
        guard number < count else { return berths[number - count]?.spot }
        let before = (max(0, number - Self.reach)..<number).last(where: holds)
        let after = (number + 1..<min(count, number + 1 + Self.reach)).first(where: holds)
        let isFirst = before == nil && number <= Self.reach
        let gap = isFirst ? after.map(gap) : gap(before: number)
        return RecordChange.Spot(
            previous: before.flatMap(ownKey), next: after.flatMap(ownKey),
            gap: gap.map { String(decoding: $0, as: UTF8.self) } ?? "", isFirst: isFirst)
    }

    /// The key that names a record and no other, read from its bytes without building a value.
    private func ownKey(_ number: Int32) -> ContactKey? {
        guard let bytes = try? bytes(of: number) else { return nil }
        let facts = RecordFacts(bytes)
        let phone = facts.phone.flatMap { try? PhoneNumber(parsing: $0) }
        let keys = [facts.id.map(ContactKey.id), phone.map(ContactKey.phone)]
        return keys.compactMap(\.self).first { (try? self.number(of: $0)) == number }
    }

    /// What sets a record of the file off from the one before it.
    private func gap(before number: Int32) -> [UInt8] {
        guard number > 0 else { return [] }
        return (try? base.text.bytes(base.spans.gap(before: Int(number)))) ?? []
    }

    /// Where a spot is among the contacts as they stand; nil where both neighbours are gone.
    func berth(_ spot: RecordChange.Spot?) -> Berth? {
        guard let spot else { return nil }
        if let next = spot.next, let number = try? number(of: next) {
            return Berth(neighbour: number, isBefore: true, spot: spot)
        }
        if let previous = spot.previous, let number = try? number(of: previous) {
            return Berth(neighbour: number, isBefore: false, spot: spot)
        }
        return nil
    }

    /// The numbers of all records in the order in which they are written, those that were added
    /// without a place at the end.
    var writtenOrder: [Int32] {
        let count = Int32(base.spans.count)
        var sides: [Bool: [Int32: [Int32]]] = [:]
        berths.forEach { index, berth in
            sides[berth.isBefore, default: [:]][berth.neighbour, default: []]
                .append(count + index)
        }
        let (before, after) = (sides[true] ?? [:], sides[false] ?? [:])
        var order: [Int32] = []
        for root in 0..<limit where root < count || berths[root - count] == nil {
            // Who came last stands nearest; chains of them may be very long.
            var waiting = [(root, false)]
            while let (number, isOpen) = waiting.popLast() {
                if isOpen {
                    order.append(number)
                } else {
                    waiting += (after[number] ?? []).map { ($0, false) }
                    waiting.append((number, true))
                    waiting += (before[number] ?? []).reversed().map { ($0, false) }
                }
            }
        }
        return order
    }
}

extension RecordChange.Spot {
    /// The gap as bytes; nil where it is none.
    var separator: [UInt8]? {
        let bytes = Array(gap.utf8)
        let rest = bytes.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return rest == [UInt8(ascii: ",")] ? bytes : nil
    }
}
