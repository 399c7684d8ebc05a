import ContactModel
import JSONText

/// What the server told of single contacts since all were read, in the order in which it did.
///
/// Some answers tell only a part of a contact, such as its tags, and a contact may be named by its
/// id in one and by its number in another: laid one over the other in their order they come to
/// what stands there.
struct ServerNotes: Sendable {
    private struct Note: Sendable {
        /// nil where there is no such contact any more.
        let contact: Contact?
        /// In milliseconds since 1970.
        let time: Int
        let order: Int
    }

    private var notes: [ContactKey: [Note]] = [:]
    private var count = 0

    var isEmpty: Bool { notes.isEmpty }

    /// Takes in what the server told at a time; what it covers is forgotten.
    mutating func add(_ contact: Contact?, as key: ContactKey, at time: Int) {
        var own = notes[key] ?? []
        if let contact, !contact.isComplete {
            let names = Set(contact.record.names)
            own.removeAll { $0.contact.map { names.isSuperset(of: $0.record.names) } ?? false }
        } else {
            own = []
        }
        count += 1
        notes[key] = own + [Note(contact: contact, time: time, order: count)]
    }

    /// When the server last told of a contact under this key; nil where it did not.
    func time(of key: ContactKey) -> Int? { notes[key]?.last?.time }

    /// Forgets what was told before a time.
    mutating func forget(before time: Int) {
        notes = notes.mapValues { $0.filter { $0.time >= time } }.filter { !$0.value.isEmpty }
    }

    /// Everything that was told, the oldest first.
    var inOrder: [(key: ContactKey, contact: Contact?)] {
        notes.flatMap { key, own in own.map { (key, $0) } }
            .sorted { $0.1.order < $1.1.order }
            .map { (key: $0.0, contact: $0.1.contact) }
    }
}
