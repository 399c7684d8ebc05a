package import ContactModel
import JSONText

/// Gives tags to contacts of a snapshot one at a time and takes them, without a text for each:
/// who stands alike before ends alike, and is written once.
///
/// It belongs to one snapshot and its copies; nothing is written to any file.
package struct TagLayer: Sendable {
    /// What is done to contacts that stand alike.
    private struct Move: Hashable {
        let ground: SharedRows.Ground
        let add: TagList
        let remove: TagList
    }

    private var rows: SharedRows
    /// Where a move leads; nil where it changes nothing.
    private var ends: [Move: Int?] = [:]
    private var standings: [TagWriting: Int] = [:]

    /// A layer over a snapshot.
    package init(over snapshot: Snapshot) {
        rows = SharedRows(snapshot, wanted: 1)
    }

    /// Adds and removes tags on one contact.
    ///
    /// - Returns: false where the contact has a text of its own, or tags that are none; nothing
    ///   is changed then.
    package mutating func retag(
        _ number: Int32, adding add: TagList, removing remove: TagList,
        in snapshot: inout Snapshot
    ) -> Bool {
        guard let row = rows.row(number, of: snapshot) else { return false }
        let move = Move(ground: row.ground, add: add, remove: remove)
        if let end = ends[move] {
            if let end { snapshot.shared.put(end, at: number) }
            return true
        }
        let standing = rows.standing(on: row.ground, in: snapshot)
        let made: RecordChange.Retagging?
        do throws(PatchFlaw) {
            made = try standing.retagging(by: .retag(add: add, remove: remove))
        } catch {
            return false
        }
        guard let made else {
            ends[move] = .some(nil)
            return true
        }
        let end = place(of: standing.after([.tags(made)]), in: &snapshot)
        ends[move] = end
        snapshot.shared.put(end, at: number)
        return true
    }

    /// Lets a contact of the file stand as it does in another snapshot of the same reading.
    ///
    /// - Returns: false where it was added since; nothing is changed then.
    package mutating func reset(
        _ number: Int32, to other: Snapshot, in snapshot: inout Snapshot
    ) -> Bool {
        guard number < snapshot.base.spans.count, snapshot.reading == other.reading,
            snapshot.holds(number), other.holds(number)
        else { return false }
        if let record = other.edited[number] {
            snapshot.put(record, at: number)
            return true
        }
        if snapshot.edited[number] != nil { snapshot.edited[number] = nil }
        if let standing = other.shared[number] {
            snapshot.shared.put(place(of: standing, in: &snapshot), at: number)
        } else {
            snapshot.shared.remove(number)
        }
        return true
    }

    private mutating func place(
        of standing: SharedLayer.Standing, in snapshot: inout Snapshot
    ) -> Int {
        if let place = standings[standing.writing] { return place }
        let place = snapshot.shared.add(standing)
        standings[standing.writing] = place
        return place
    }
}

extension Snapshot {
    /// The tags of a contact, without reading the rest of it.
    package func tagList(of number: Int32) -> TagList {
        TagList(stored: tags(of: number))
    }
}
