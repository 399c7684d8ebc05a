import JSONText

extension ContactPatch {
    /// Whether a field that is to be written stands otherwise than in `original` by now, and not
    /// already as wanted: what someone else wrote meanwhile would be lost.
    ///
    /// - Parameter removing: metadata keys that are to be taken away along with the patch.
    package func clashes(
        original: Contact, present: Contact, removing: [String] = []
    ) -> Bool {
        fields.contains { isInQuestion($0, original, present) }
            || (metadata.names + removing).contains { isInQuestion(key: $0, original, present) }
    }

    /// The patch without the fields and metadata keys for which `clashes` says so.
    package func withoutClashes(original: Contact, present: Contact) -> ContactPatch {
        var rest = self
        let question = question(original: original, present: present)
        for field in question.fields {
            switch field {
            case .name: rest.name = nil
            case .email: rest.email = nil
            case .tags: rest.tags = nil
            default: break
            }
        }
        for key in question.keys { rest.metadata[key] = nil }
        return rest
    }

    /// The fields and the metadata keys for which `clashes` says so.
    package func question(
        original: Contact, present: Contact
    ) -> (fields: [Field], keys: [String]) {
        (
            fields.filter { isInQuestion($0, original, present) },
            metadata.names.filter { isInQuestion(key: $0, original, present) }
        )
    }

    private func isInQuestion(_ field: Field, _ original: Contact, _ present: Contact) -> Bool {
        field != .metadata
            && present.record[field.name] ?? .null != original.record[field.name] ?? .null
            && !isWritten(field, in: present, since: original)
    }

    private func isInQuestion(key: String, _ original: Contact, _ present: Contact) -> Bool {
        func stands(_ value: JSONValue?) -> Bool {
            guard let now = present.metadata?[key], let value else {
                return present.metadata?[key] == value
            }
            return now.isSameValue(as: value)
        }
        return !stands(original.metadata?[key]) && !stands(metadata[key])
    }

    private func isWritten(_ field: Field, in present: Contact, since original: Contact) -> Bool {
        switch field {
        case .name: present.name == name?.value
        case .email: present.email == email?.value?.text
        case .tags: present.tags == tags || present.tags == original.tags
        default: false
        }
    }
}

extension Change {
    /// Whether what it writes, or takes away, was changed by someone else since `original`.
    package func clashes(original: Contact, present: Contact) -> Bool {
        switch self {
        case .update(let patch): patch.clashes(original: original, present: present)
        case .removeMetadata(let keys):
            ContactPatch().clashes(original: original, present: present, removing: keys)
        case .delete: present.record != original.record
        case .retag, .create: false
        }
    }
}
