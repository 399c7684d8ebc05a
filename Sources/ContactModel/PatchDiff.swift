import JSONText

extension ContactPatch {
    /// The smallest patch that makes `old` into `new`.
    ///
    /// Where `new` came from documented writes to `old`, `old.applying(diff) == new`. Metadata
    /// keys that `new` lacks are not in the patch, since no patch can say so; `removedKeys`
    /// names them.
    package static func diff(from old: Contact, to new: Contact) -> ContactPatch {
        ContactPatch(
            name: textEdit(.name, from: old, to: new).map { FieldEdit($0) },
            email: textEdit(.email, from: old, to: new).flatMap(emailEdit),
            tags: isSame(.tags, old, new) || old.tags == new.tags ? nil : new.tags,
            metadata: changedMetadata(from: old, to: new))
    }

    /// The metadata keys of `old` that `new` lacks.
    package static func removedKeys(from old: Contact, to new: Contact) -> [String] {
        let kept = new.metadata ?? [:]
        return (old.metadata ?? [:]).names.filter { kept[$0] == nil }
    }

    private static func textEdit(
        _ field: Field, from old: Contact, to new: Contact
    ) -> String? {
        let before = old.record[field.name] ?? .null
        let after = new.text(field)
        if case .string(let text) = before, let after {
            return text.hasSameUTF8(as: after) ? nil : after
        }
        if let after { return after }
        return before == .null || before == .string("") ? nil : ""
    }

    private static func emailEdit(_ text: String) -> FieldEdit<EmailAddress>? {
        text.isEmpty ? .clear : EmailAddress(text).map(FieldEdit.set)
    }

    private static func isSame(_ field: Field, _ old: Contact, _ new: Contact) -> Bool {
        old.record[field.name] == new.record[field.name]
    }

    private static func changedMetadata(from old: Contact, to new: Contact) -> JSONObject {
        guard !isSame(.metadata, old, new) else { return [:] }
        let before = old.metadata ?? [:]
        let names = (new.metadata ?? [:]).names
        var changed: JSONObject = [:]
        for name in names {
            guard let value = new.metadata?[name], before[name] != value else { continue }
            changed[name] = value
        }
        return changed
    }
}

/// What takes a change back, and what of it no update-contact patch can express.
package struct Inverse: Hashable, Sendable {
    /// The patch that restores every field that a patch can.
    package let patch: ContactPatch
    /// Metadata keys that were not there before: the API cannot remove them, a local store can.
    package let addedKeys: [String]
    /// Fields whose value before could not be sent: an address that is none, a tag with a comma,
    /// a value of the wrong type.
    package let inexpressible: [Field]

    /// Whether the patch alone restores everything.
    package var isComplete: Bool { addedKeys.isEmpty && inexpressible.isEmpty }
}

extension ContactPatch {
    /// What undoes this patch on a contact that stood as `before`.
    package func inverse(on before: Contact) -> Inverse {
        var undo = ContactPatch()
        var lost: [Field] = []
        if name != nil {
            if before.hasWrongType(.name) {
                lost.append(.name)
            } else {
                undo.name = FieldEdit(before.name ?? "")
            }
        }
        if email != nil {
            undo.email = before.email.map { EmailAddress($0).map(FieldEdit.set) } ?? .clear
            if undo.email == nil || before.hasWrongType(.email) { lost.append(.email) }
        }
        if tags != nil {
            if before.hasWrongType(.tags) || !before.tags.isExpressible {
                lost.append(.tags)
            } else {
                undo.tags = before.tags
            }
        }
        let present = before.metadata ?? [:]
        for key in metadata.names { undo.metadata[key] = present[key] }
        let added = metadata.names.filter { present[$0] == nil }
        return Inverse(patch: undo, addedKeys: added, inexpressible: lost)
    }
}

extension Contact {
    /// Whether the field holds a value of another type than it should.
    package func hasWrongType(_ field: Field) -> Bool {
        record[field.name].map { !field.accepts($0) } ?? false
    }
}
