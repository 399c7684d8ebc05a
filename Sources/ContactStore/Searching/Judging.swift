import ContactModel

extension Snapshot {
    /// The candidates whose tags and `updated_at` are not those of the file, but shared with
    /// many others.
    func sharers(among candidates: RecordBits) -> RecordBits {
        var found = RecordBits(limit: candidates.limit)
        for number in shared.numbers where candidates.contains(Int(number)) {
            found.insert(Int(number))
        }
        return found
    }

    /// Whether a person should look at a record that shares its tags, whatever others hold.
    private func isFlawed(_ number: Int32) -> Bool {
        let flags = base.columns.flags(of: Int(number))
        return flags.contains(.flawed) || flags.isDisjoint(with: [.hasID, .hasNumber])
            || shared[number]?.isFlawed == true
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
                (facts.id.map { Array(base.keys.records(id: $0)) } ?? [])
                + (facts.phone.map { Array(base.keys.records(phone: $0)) } ?? [])
            for twin in same { suspects.insert(Int(twin)) }
        }
        let sharers = sharers(among: candidates)
        var asWritten = candidates
        asWritten.subtract(sharers)
        var flawed = base.columns.flawed(base.tags.areFlawed, among: asWritten)
        for number in sharers.numbers where isFlawed(number) { flawed.insert(Int(number)) }
        suspects.formIntersection(candidates)
        suspects.subtract(flawed)
        var found = suspects.filter { !row(Int32($0)).flaws.isEmpty }
        found.formUnion(flawed)
        return found
    }

    /// The ids and numbers that several contacts bear, with how many do.
    var repeatedKeys: [ContactKey: Int] {
        var found: [ContactKey: Int] = [:]
        let count = base.spans.count
        let flagged = flagged(among: RecordBits(limit: count, filled: true)).numbers
        for number in flagged + Array(Int32(count)..<limit) where holds(number) {
            let row = row(number)
            if row.flaws.contains(.repeatedID), let id = row.contact.id {
                found[.id(id), default: 0] += 1
            }
            if row.flaws.contains(.repeatedPhone), let phone = row.contact.phoneNumber {
                found[.phone(phone), default: 0] += 1
            }
        }
        return found
    }
}
