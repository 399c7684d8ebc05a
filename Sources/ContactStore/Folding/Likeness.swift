package import ContactModel

/// Which contacts of one reading of a file are which of another one.
extension Snapshot {
    /// The numbers here of contacts of another reading, those left out that cannot be told.
    ///
    /// One that has no key of its own is known by its text, several with the same text by their
    /// order. One whose bytes another program has written over is known by what is left of it: the
    /// hashes of its id and its number, which say enough for a mark and not for a change.
    package func likelyNumbers(of contacts: RowSet, in other: Snapshot) -> RowSet {
        var found: [Int32] = []
        var nameless: [Int32] = []
        for number in contacts where other.holds(number) {
            let row = other.row(number)
            if row.flaws == [.unreadable] {
                found += alike(number, in: other)
            } else if let key = row.key, !key.isPlace {
                if let here = try? self.number(of: key) { found.append(here) }
            } else {
                nameless.append(number)
            }
        }
        if !nameless.isEmpty {
            let (before, now) = (other.numbersByText, numbersByText)
            for number in nameless {
                guard let text = other.textHash(of: number), let twins = before[text],
                    let same = now[text], twins.count == same.count,
                    let place = twins.firstIndex(of: number)
                else { continue }
                found.append(same[place])
            }
        }
        return RowSet(found)
    }

    private func alike(_ number: Int32, in other: Snapshot) -> [Int32] {
        guard number < other.base.spans.count else { return [] }
        let found = base.keys.records(alike: Int(number), in: other.base.columns).filter(holds)
        return found.count == 1 ? found : []
    }

    /// So many are looked at to tell whether one of them has no key.
    private static let mostAsked = 1000

    /// Whether some contact may be known by its place only.
    var mayHoldNameless: Bool {
        let likely = likelyNameless
        return likely.count > Snapshot.mostAsked
            || likely.contains { row($0).key?.isPlace == true }
    }

    /// The contacts that may have no key of their own, in their order.
    private var likelyNameless: [Int32] {
        let columns = base.columns
        var records = base.suspects
        for (record, flags) in columns.allFlags.enumerated()
        where RecordFlags(rawValue: flags).isDisjoint(with: [.hasID, .hasNumber]) {
            records.insert(record)
        }
        records.formIntersection(untouched)
        return (records.numbers + differing).sorted()
    }

    /// Those by a hash of their text.
    private var numbersByText: [Int: [Int32]] {
        var numbers: [Int: [Int32]] = [:]
        for number in likelyNameless {
            if let text = textHash(of: number) { numbers[text, default: []].append(number) }
        }
        return numbers
    }

    private func textHash(of number: Int32) -> Int? { (try? bytes(of: number))?.hashValue }
}
