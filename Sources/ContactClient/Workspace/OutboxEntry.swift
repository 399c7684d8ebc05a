package import ContactModel
import JSONText

/// A change on its way to the server.
package struct OutboxEntry: Sendable {
    /// How far it is.
    package enum State: Sendable, Hashable {
        /// Nobody has refused it; it is sent when there is a way.
        case waiting
        /// The server, or the API itself, refused it: a person must decide.
        case failed(ClientError)
        /// Someone else changed the same fields meanwhile; the contact as it stands there.
        case conflict(Contact)
        /// The server has it.
        case done
        /// It was taken back before it was sent.
        case dropped
    }

    /// What lines name it by; a later entry has a greater one.
    package let id: Int
    /// The step that it is part of.
    let step: Int
    /// What is to be done, and to whom.
    package internal(set) var change: ContactChange
    /// The contact's name, and the fields to be written, as they stood when the change was made;
    /// nil writes over whatever stands there.
    package internal(set) var original: Contact?
    /// How far it is.
    package internal(set) var state = State.waiting
    /// Whether it was ever given to the network, so that the server may have it.
    var isHanded = false
    /// When the server told what a conflict is with, in milliseconds since 1970.
    var toldAt = 0
    /// What it wrote, for taking it back; nil where it found everything as wanted.
    var write: RemoteWrite?

    /// Whether the server is not known to have it, and nobody has given it up.
    package var isUnsent: Bool {
        switch state {
        case .waiting, .failed, .conflict: true
        case .done, .dropped: false
        }
    }

    /// Whether nothing was known of the contact, so that it writes over whatever stands there.
    package var isBlind: Bool { change.change.isUpdate && original == nil }

    /// The entry as it is sent whatever stands there.
    var writingOverAll: OutboxEntry {
        var entry = self
        entry.original = nil
        return entry
    }

    /// The sign it gives its contact; nil once it is through.
    package var unsent: UnsentState? {
        switch state {
        case .waiting: .waiting
        case .failed: .failed
        case .conflict: .conflict
        case .done, .dropped: nil
        }
    }
}

/// What was queued at one go: one change, or the many of a run.
struct OutboxStep: LoggedStep, Sendable {
    let number: Int
    let time: String
    /// Whether nobody waits for its single changes.
    let isRun: Bool
    var undoneStep: Int?
    var redoneStep: Int?
    /// A step of which an undo found everything changed since: the next one goes by it.
    var passedStep: Int?
    /// Entries of an earlier step that this one dropped before they were sent.
    var dropped = EntryNumbers()
    /// Those of them that had been refused, or were in conflict.
    var refused = EntryNumbers()
    /// Those of them that the server may have, as no answer told.
    var doubtful = EntryNumbers()
    /// Its entries, in order.
    var entries = EntryNumbers()

    var id: String { String(number) }
    var undoes: String? { undoneStep.map { String($0) } }
    var redoes: String? { redoneStep.map { String($0) } }
    var isMine: Bool { true }
    /// Whether it takes back another one.
    var isReversal: Bool { (undoneStep ?? redoneStep) != nil }
    var isEmpty: Bool { entries.isEmpty && dropped.isEmpty }
}

extension Contact {
    /// What names the contact, to machines and to people, and of its fields those that a patch
    /// writes.
    func narrowed(to patch: ContactPatch) -> Contact {
        var members: JSONObject = [:]
        for field in [.id, .phone, .name] + patch.fields where field != .metadata {
            members[field.name] = record[field.name]
        }
        if !patch.metadata.isEmpty {
            var metadata: JSONObject = [:]
            for name in patch.metadata.names { metadata[name] = self.metadata?[name] }
            members[Field.metadata.name] = .object(metadata)
        }
        return Contact(record: members)
    }
}

extension Change {
    fileprivate var isUpdate: Bool {
        if case .update = self { true } else { false }
    }
}

extension Change {
    /// Whether a later change of the same contact writes anything that this one writes.
    func meets(_ later: Change) -> Bool {
        switch (self, later) {
        case (.create, _), (_, .create): true
        case (.retag(let add, let remove), .retag(let adds, let removes)):
            (add.tags + remove.tags).contains { adds.contains($0) || removes.contains($0) }
        case (.retag, .update(let patch)), (.update(let patch), .retag):
            patch.fields.contains(.tags)
        case (.update(let patch), .update(let other)):
            patch.fields.contains { $0 != .metadata && other.fields.contains($0) }
                || patch.metadata.names.contains { other.metadata[$0] != nil }
        default: true
        }
    }
}

extension ContactChange {
    /// As much of the contact as is kept beside the change.
    func narrowedOriginal(_ original: Contact?) -> Contact? {
        original?.narrowed(to: change.patch ?? ContactPatch())
    }
}
