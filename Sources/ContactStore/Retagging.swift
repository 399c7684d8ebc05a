import ContactModel
import JSONText

/// Adds and removes the same tags on very many contacts.
///
/// Contacts share few lists of tags: what becomes of a list, in its writing, is worked out once, in
/// the way of any other change, and holds for all that bear it. Those that are written like no
/// other, or have no key of their own, are changed one by one.
struct SharedRetagging {
    /// What becomes of all contacts that stand alike.
    private enum Outcome {
        case stays
        case refused
        case moves(to: Int, group: Int)
    }

    private struct Group {
        let writes: [RecordChange.Write]
        var ids = ContactNames(.ids)
        var phones = ContactNames(.phones)

        var isEmpty: Bool { ids.isEmpty && phones.isEmpty }
    }

    private let change: Change
    private let time: String
    private var rows: SharedRows
    private var outcomes = GroundTable<Outcome>()
    private var groups: [Group] = []
    private var singles: [RecordChange] = []
    private let suspects: RecordBits

    /// - Parameters:
    ///   - change: one of tags.
    ///   - wanted: how many contacts there will be, best in their order.
    init(_ change: Change, on snapshot: Snapshot, wanted: Int, at time: String) {
        self.change = change
        self.time = time
        rows = SharedRows(snapshot, wanted: wanted)
        suspects = snapshot.base.suspects
    }

    /// Changes one contact.
    ///
    /// - Returns: whether anything was new.
    /// - Throws: `.unusable` where its tags are none.
    mutating func perform(
        on number: Int32, of snapshot: inout Snapshot
    ) throws(StoreError) -> Bool {
        guard let row = rows.row(number, of: snapshot),
            let kind = ownKind(number, row.face, snapshot)
        else { return try performAlone(on: number, of: &snapshot) }
        let outcome = outcomes[row.ground] ?? outcome(for: row, in: &snapshot)
        switch outcome {
        case .stays: return false
        case .refused: return try performAlone(on: number, of: &snapshot)
        case .moves(let standing, let group):
            row.face.withName(kind) { name in
                if kind == .ids {
                    groups[group].ids.append(name)
                } else {
                    groups[group].phones.append(name)
                }
            }
            snapshot.shared.put(standing, at: number)
            return true
        }
    }

    /// The step that was made; nil where nothing was new.
    func step() throws(StoreError) -> Step? {
        let shared = groups.flatMap { group in
            [group.ids, group.phones].filter { !$0.isEmpty }.map { names in
                SharedChange(writes: group.writes, names: names)
            }
        }
        guard !shared.isEmpty || !singles.isEmpty else { return nil }
        var step = try Step(singles, time: time)
        step.shared = shared
        return step
    }

    private mutating func performAlone(
        on number: Int32, of snapshot: inout Snapshot
    ) throws(StoreError) -> Bool {
        let key = snapshot.row(number).key ?? .place(number, reading: snapshot.reading)
        let done = try snapshot.perform(ContactChange(key: key, change: change), at: time)
        if let written = done.written { singles.append(written) }
        return done.written != nil
    }

    /// The kind of key that names the contact and no other; nil where that takes a closer look.
    private func ownKind(
        _ number: Int32, _ face: RecordFace, _ snapshot: Snapshot
    ) -> ContactNames.Kind? {
        guard !suspects.contains(Int(number)), let kind = fileKind(number, face, snapshot),
            !face.withName(kind, { snapshot.addedKeys.hold($0, kind) })
        else { return nil }
        return kind
    }

    /// The kind of key that names the contact and no other of the file.
    private func fileKind(
        _ number: Int32, _ face: RecordFace, _ snapshot: Snapshot
    ) -> ContactNames.Kind? {
        let flags = snapshot.base.columns.flags(of: Int(number))
        if flags.contains(.hasID) { return face.name(.ids).isEmpty ? nil : .ids }
        guard flags.contains(.hasNumber), !face.name(.phones).isEmpty else { return nil }
        let text = face.withName(.phones) { String(decoding: $0, as: UTF8.self) }
        return PhoneKey.normal(text).hasSameUTF8(as: text) ? .phones : nil
    }

    private mutating func outcome(
        for row: SharedRows.Row, in snapshot: inout Snapshot
    ) -> Outcome {
        let outcome = newOutcome(for: row, in: &snapshot)
        outcomes[row.ground] = outcome
        return outcome
    }

    private mutating func newOutcome(
        for row: SharedRows.Row, in snapshot: inout Snapshot
    ) -> Outcome {
        let standing = rows.standing(of: row, in: snapshot)
        let model = standing.writing.model
        let old = model.contact
        guard let new = try? old.after(change) else { return .refused }
        guard new != old else { return .stays }
        let made = RecordChange(
            change, of: .place(0, reading: 0), from: old, writtenAs: model, to: new)
        let writes = made.writes + [.stamp(time)]
        let place = snapshot.shared.add(standing.after(writes))
        groups.append(Group(writes: writes))
        return .moves(to: place, group: groups.count - 1)
    }
}
