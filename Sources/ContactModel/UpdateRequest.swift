package import JSONText

/// The body of an update-contact call: which contact, and what is written.
///
/// Reading follows the API: null counts as absent, unknown fields are ignored, `tags` may be CSV
/// or a list of text, and where both keys are given the id decides.
package struct UpdateRequest: Hashable, Sendable {
    /// Which contact.
    package let key: ContactKey
    /// What is written.
    package let patch: ContactPatch

    /// Pairs a key with a patch.
    package init(key: ContactKey, patch: ContactPatch) {
        self.key = key
        self.patch = patch
    }

    /// Reads a decoded body.
    ///
    /// - Throws: `InvalidFields`, naming every field that is wrong.
    package init(body: JSONObject) throws(InvalidFields) {
        var reader = BodyReader(body)
        let key = reader.key()
        let patch = reader.patch()
        guard let key, reader.flaws.isEmpty else { throw reader.invalid }
        self.init(key: key, patch: patch)
    }

    /// The body that says this, keys first; text stands as it is and cleared fields are `""`.
    package var body: JSONObject {
        var body = key.members
        for member in patch.body.members { body[member.name] = member.value }
        return body
    }
}

/// Every field of a body that cannot be taken, with the sentences that say why.
package struct InvalidFields: Error, Hashable, Sendable {
    /// A field and what is wrong with it.
    package struct Field: Hashable, Sendable {
        /// The member's name as it stands in the body.
        package let name: String
        /// A sentence for a person.
        package let message: String

        /// Pairs a member's name with a sentence.
        package init(name: String, message: String) {
            self.name = name
            self.message = message
        }
    }

    /// The fields, in the order they are checked.
    package let fields: [Field]

    /// The given fields.
    package init(_ fields: [Field]) {
        self.fields = fields
    }
}

extension ContactKey {
    /// The member that names the contact on the wire: `contact_id`, or `phone`; none for a place
    /// in a file, which no request can name.
    package var members: JSONObject {
        switch self {
        case .id(let id): ["contact_id": .string(id)]
        case .phone(let phone): ["phone": .string(phone.e164)]
        case .place: [:]
        }
    }

    /// The member of the contact itself that the key is: its `id`, or its `phone`; none for a
    /// place in a file.
    package var identity: JSONObject {
        if case .id(let id) = self { ["id": .string(id)] } else { members }
    }

    /// The key that a record names: by `id`, else by `phone`; nil where it names neither.
    package init?(identity record: JSONObject) {
        if let id = record["id"]?.text {
            self = .id(id)
        } else if let text = record["phone"]?.text, let phone = try? PhoneNumber(parsing: text) {
            self = .phone(phone)
        } else {
            return nil
        }
    }
}

extension JSONObject {
    /// How many bytes its JSON text has.
    package var jsonSize: Int {
        var bytes: [UInt8] = []
        JSONValue.object(self).write(to: &bytes)
        return bytes.count
    }

    /// Whether it is larger than metadata may be.
    package var isTooLargeForMetadata: Bool { jsonSize > ContactPatch.maximumMetadataBytes }
}

extension ContactPatch {
    /// The most bytes of JSON text that the metadata of a patch may have.
    package static let maximumMetadataBytes = 65_536

    /// Both patches as one, the later one counting.
    package func joined(to later: ContactPatch) -> ContactPatch {
        var patch = self
        patch.name = later.name ?? name
        patch.email = later.email ?? email
        patch.tags = later.tags ?? tags
        patch.metadata = metadata.overlaid(by: later.metadata)
        return patch
    }

    /// The members of an update-contact body, without a key.
    package var body: JSONObject {
        var body: JSONObject = [:]
        if let name { body["name"] = .string(name.value ?? "") }
        if let email { body["email"] = .string(email.value?.text ?? "") }
        if let tags { body["tags"] = .string(tags.csv) }
        if !metadata.isEmpty { body["metadata"] = .object(metadata) }
        return body
    }
}
