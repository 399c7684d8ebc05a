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
        /// But for those that were read ahead.
        var ids = ContactNames(.ids)
        var phones = ContactNames(.phones)

        mutating func append(_ name: UnsafeBufferPointer<UInt8>, as kind: ContactNames.Kind) {
            if kind == .ids { ids.append(quoted: name) } else { phones.append(quoted: name) }
        }
    }

    /// Where the name of a contact is known from.
    private enum NameSource {
        case ahead
        case face(RecordFace, ContactNames.Kind)
    }

    private let edit: BulkEdit
    private let time: String
    private var rows: SharedRows
    private var heads: HeadsAhead?
    private var outcomes = GroundTable<Outcome>()
    private var groups: [Group] = []
    private var singles: [RecordChange] = []
    private let suspects: RecordBits

    /// - Parameters:
    ///   - edit: one of tags.
    ///   - wanted: how many contacts there will be, best in their order.
    init(_ edit: BulkEdit, on snapshot: Snapshot, wanted: Int, at time: String) {
        self.edit = edit
        self.time = time
        rows = SharedRows(snapshot, wanted: wanted)
        suspects = snapshot.base.suspects
    }

    /// Looks ahead where so many contacts will be changed, in this order, that most of the file is
    /// read for them.
    mutating func prepare(for numbers: [Int32], of snapshot: Snapshot) {
        let count = snapshot.base.columns.count
        guard numbers.count > count / HeadsAhead.leastShare,
            var wanted = RecordBits(limit: count, ascending: numbers)
        else { return }
        wanted.subtract(suspects)
        heads = HeadsAhead(
            wanted, of: snapshot, among: numbers, through: &rows, grouped: GroupedIDs())
    }

    /// Changes contacts one after the other, as long as nothing of them takes a closer look; none
    /// where `prepare` did not look ahead.
    ///
    /// - Returns: how many were looked at, and how many of these changed.
    mutating func performAhead(
        on numbers: ArraySlice<Int32>, of snapshot: inout Snapshot
    ) -> (reached: Int, changed: Int) {
        guard heads != nil, snapshot.addedKeys.isEmpty else { return (0, 0) }
        var (reached, changed) = (0, 0)
        for number in numbers {
            guard heads?.quotedID(of: Int(number)) != nil,
                let ground = rows.grounds.ground(of: number, in: snapshot.shared),
                let outcome = outcomes[ground]
            else { break }
            switch outcome {
            case .refused: return (reached, changed)
            case .stays: break
            case .moves(let standing, let group):
                heads?.put(intoGroup: group)
                snapshot.shared.put(standing, at: number)
                changed += 1
            }
            reached += 1
        }
        return (reached, changed)
    }

    /// Changes one contact.
    ///
    /// - Returns: whether anything was new.
    /// - Throws: `.unusable` where its tags are none.
    mutating func perform(
        on number: Int32, of snapshot: inout Snapshot
    ) throws(StoreError) -> Bool {
        if let id = heads?.quotedID(of: Int(number)), isOwn(id, snapshot),
            let ground = rows.grounds.ground(of: number, in: snapshot.shared)
        {
            return try perform(on: number, of: &snapshot, standingOn: ground, .ahead)
        }
        guard let row = rows.row(number, of: snapshot),
            let kind = ownKind(number, row.face, snapshot)
        else { return try performAlone(on: number, of: &snapshot) }
        return try perform(on: number, of: &snapshot, standingOn: row.ground, .face(row.face, kind))
    }

    /// Whether nobody who was added since bears an id.
    private func isOwn(_ quotedID: UnsafeBufferPointer<UInt8>, _ snapshot: Snapshot) -> Bool {
        guard !snapshot.addedKeys.isEmpty else { return true }
        let id = UnsafeBufferPointer(rebasing: quotedID.dropFirst().dropLast())
        return !snapshot.addedKeys.hold(id, .ids)
    }

    private mutating func perform(
        on number: Int32, of snapshot: inout Snapshot, standingOn ground: SharedRows.Ground,
        _ name: NameSource
    ) throws(StoreError) -> Bool {
        switch outcomes[ground] ?? outcome(on: ground, in: &snapshot) {
        case .stays: return false
        case .refused: return try performAlone(on: number, of: &snapshot)
        case .moves(let standing, let group):
            switch name {
            case .ahead: heads?.put(intoGroup: group)
            case .face(let face, let kind):
                face.withQuotedName(kind) { groups[group].append($0, as: kind) }
            }
            snapshot.shared.put(standing, at: number)
            return true
        }
    }

    /// The step that was made; nil where nothing was new.
    mutating func step() throws(StoreError) -> Step? {
        var shared: [SharedChange] = []
        let ahead = heads?.names() ?? []
        for (index, group) in groups.enumerated() {
            let readAhead = index < ahead.count ? ahead[index] : ContactNames(.ids)
            for names in [readAhead, group.ids, group.phones] where !names.isEmpty {
                shared.append(SharedChange(writes: group.writes, names: names))
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
        let done = try snapshot.perform(ContactChange(key: key, change: edit.change), at: time)
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
        on ground: SharedRows.Ground, in snapshot: inout Snapshot
    ) -> Outcome {
        let standing = rows.standing(on: ground, in: snapshot)
        let outcome = newOutcome(of: standing, in: &snapshot)
        outcomes[ground] = outcome
        return outcome
    }

    private mutating func newOutcome(
        of standing: SharedLayer.Standing, in snapshot: inout Snapshot
    ) -> Outcome {
        let made: RecordChange.Retagging?
        do throws(PatchFlaw) {
            made = try standing.retagging(by: edit)
        } catch {
            return .refused
        }
        guard let made else { return .stays }
        let writes: [RecordChange.Write] = [.tags(made), .stamp(time)]
        let place = snapshot.shared.add(standing.after(writes))
        groups.append(Group(writes: writes))
        return .moves(to: place, group: groups.count - 1)
    }
}

extension SharedLayer.Standing {
    /// What is written for an edit of tags on those who stand so; nil where nothing is new.
    ///
    /// - Throws: `PatchFlaw` where their tags are none.
    func retagging(by edit: BulkEdit) throws(PatchFlaw) -> RecordChange.Retagging? {
        let model = writing.model
        guard case .retag(let add, let remove)? = try edit.change(of: model.contact) else {
            return nil
        }
        return RecordChange.Retagging(
            added: add.texts, removed: remove.texts, was: model.text(of: Field.tags.name))
    }
}
