import ContactModel

extension Snapshot {
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
        let flawed = base.columns.flawed(base.tags.areFlawed, among: candidates)
        suspects.formIntersection(candidates)
        suspects.subtract(flawed)
        var found = suspects.filter { !row(Int32($0)).flaws.isEmpty }
        found.formUnion(flawed)
        return found
    }
}
