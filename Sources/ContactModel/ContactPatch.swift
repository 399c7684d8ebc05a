package import JSONText

/// What one update-contact call writes: only the fields that are present.
///
/// The rules are those of the API: clearing sets null, tags replace the list, metadata is merged
/// one top-level key at a time, and no key can be removed.
package struct ContactPatch: Hashable, Sendable {
    /// The new name; nil leaves it.
    package var name: FieldEdit<String>?
    /// The new address; nil leaves it.
    package var email: FieldEdit<EmailAddress>?
    /// The whole new list of tags; nil leaves it.
    package var tags: TagList?
    /// The metadata keys to set, in order; empty leaves all.
    package var metadata: JSONObject

    /// A patch of the given fields; without any it writes nothing.
    package init(
        name: FieldEdit<String>? = nil, email: FieldEdit<EmailAddress>? = nil,
        tags: TagList? = nil, metadata: JSONObject = [:]
    ) {
        self.name = name
        self.email = email
        self.tags = tags
        self.metadata = metadata
    }

    /// Whether no field is present.
    package var isEmpty: Bool {
        name == nil && email == nil && tags == nil && metadata.isEmpty
    }

    /// The fields that are present, in the order they are sent.
    package var fields: [Field] {
        [
            name == nil ? nil : .name, email == nil ? nil : .email, tags == nil ? nil : .tags,
            metadata.isEmpty ? nil : .metadata,
        ].compactMap(\.self)
    }
}

/// A change of one nullable field.
package enum FieldEdit<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Sets null; `""` on the wire.
    case clear
    /// Sets the value, which is never empty.
    case set(Value)

    /// The new value; nil where it is cleared.
    package var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}

extension FieldEdit<String> {
    /// The edit that makes a text field hold `text`; empty clears.
    package init(_ text: String) {
        self = text.isEmpty ? .clear : .set(text)
    }
}

extension Contact {
    /// The contact after the patch; equal to this one where nothing new is written.
    ///
    /// - Throws: `PatchFlaw` where a field's present value cannot be merged into.
    package func applying(_ patch: ContactPatch) throws(PatchFlaw) -> Contact {
        var result = self
        if let edit = patch.name { result.write(edit.value, to: .name) }
        if let edit = patch.email { result.write(edit.value?.text, to: .email) }
        if let tags = patch.tags { result.replaceTags(by: tags) }
        try result.merge(patch.metadata)
        return result
    }

    /// The contact with tags added at the end and removed.
    ///
    /// - Throws: `PatchFlaw` where the present tags are not a list of text.
    package func retagged(
        adding: TagList, removing: TagList
    ) throws(PatchFlaw) -> Contact {
        try checkTags()
        var result = self
        result.replaceTags(by: tags.subtracting(removing).appending(adding.subtracting(removing)))
        return result
    }

    /// Makes sure that tags can be added to the present ones.
    ///
    /// - Throws: `PatchFlaw` where they are not a list of text.
    func checkTags() throws(PatchFlaw) {
        if let value = record[Field.tags.name], !Field.tags.accepts(value) {
            throw .unusable(.tags, kind: value.kind)
        }
    }

    /// The contact without these metadata keys: what no call of the API can do, and a local
    /// store can.
    package func removingMetadata(_ keys: [String]) -> Contact {
        guard var object = record[Field.metadata.name]?.object else { return self }
        for key in keys { object[key] = nil }
        var result = self
        if object != record[Field.metadata.name]?.object {
            result.set(.metadata, to: .object(object))
        }
        return result
    }

    private mutating func write(_ value: String?, to field: Field) {
        let present = record[field.name]
        if let value {
            if present?.text.map({ $0.hasSameUTF8(as: value) }) != true {
                set(field, to: .string(value))
            }
        } else if let present, present != .null, present.text?.isEmpty != true {
            set(field, to: .null)
        }
    }

    private mutating func replaceTags(by new: TagList) {
        let isWrong = record[Field.tags.name].map { !Field.tags.accepts($0) } ?? false
        guard isWrong || tags != new else { return }
        set(.tags, to: .array(tags.replaced(by: new).texts.map(JSONValue.string)))
    }

    private mutating func merge(_ edits: JSONObject) throws(PatchFlaw) {
        guard !edits.isEmpty else { return }
        let present = record[Field.metadata.name] ?? .null
        guard Field.metadata.accepts(present) else {
            throw .unusable(.metadata, kind: present.kind)
        }
        let before = present.object ?? [:]
        let after = before.overlaid(by: edits)
        if after != before { set(.metadata, to: .object(after)) }
    }
}

/// Why a patch cannot be applied to a contact.
package enum PatchFlaw: Error, Hashable, Sendable {
    /// The field holds a value of this kind, which merging would destroy.
    case unusable(Field, kind: String)
}
