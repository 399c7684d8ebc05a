import ContactModel
import JSONText

/// What the server has made of a queued change.
struct Delivery: Sendable {
    /// What was written; nil where everything stood as wanted.
    let write: RemoteWrite?
    /// The contact as the server told it.
    let after: Contact?
}

extension RemoteClient {
    /// Sends a queued change, reading first where that decides whether it may be sent.
    ///
    /// - Parameters:
    ///   - isBegun: set once the server may have some of it.
    ///   - seen: set to the contact as it was read before fields of it are written.
    ///   - tagged: set to what of several changes of tags came through.
    func deliver(
        _ entry: OutboxEntry, _ isBegun: inout Bool, seen: inout Contact?,
        tagged: inout TagProgress
    ) async throws(ClientError) -> Delivery {
        let key = entry.change.key
        switch entry.change.change {
        case .update(let patch):
            return try await update(key, patch, of: entry, &isBegun, &seen)
        case .retag(let add, let remove):
            return try await retag(
                key, id: entry.contactID, adding: add.subtracting(remove), removing: remove,
                mayBeDone: entry.isHanded, &isBegun, &tagged)
        case .create(let patch, let source):
            return try await create(patch, source, of: entry, &isBegun)
        case .removeMetadata(let keys): throw .unsupported(.removingMetadata(keys))
        case .delete: throw .unsupported(.deleting(key))
        }
    }

    private func update(
        _ key: ContactKey, _ patch: ContactPatch, of entry: OutboxEntry, _ isBegun: inout Bool,
        _ seen: inout Contact?
    ) async throws(ClientError) -> Delivery {
        try patch.checkSize()
        let before = try await contact(.key(key)).checked(against: entry.original)
        seen = before
        if let original = entry.original, patch.clashes(original: original, present: before) {
            throw .conflict(before)
        }
        let target = before.writingKey(askedFor: key)
        let wanted = try before.merging(patch)
        guard !wanted.isSame(as: before) else {
            // Sent before, the answer lost: it is this very write.
            let write = entry.isHanded ? entry.original.map { ($0, before) } : nil
            return Delivery(
                write: write.map { .update(target, patch, before: $0, after: $1) }, after: before)
        }
        let body = UpdateRequest(key: target, patch: patch).body
        let answer = try await write(
            .updateContact, body, patch, as: target, from: before, &isBegun)
        // The answer lacks metadata, which is then what was wanted.
        let after = wanted.overlaid(by: answer)
        return Delivery(
            write: .update(target, patch, before: before, after: after), after: after)
    }

    /// Looks the number up first, since the API writes over whoever has it.
    private func create(
        _ patch: ContactPatch, _ source: String, of entry: OutboxEntry, _ isBegun: inout Bool
    ) async throws(ClientError) -> Delivery {
        try patch.checkSize()
        let key = entry.change.key
        guard case .phone = key else { throw .notFound(.key(key)) }
        if let present = try await existing(key) {
            guard try present.merging(patch) == present else { throw .exists(present) }
            // Sent before, the answer lost: it is this very contact.
            let write = entry.isHanded ? RemoteWrite.create(key, entry.change) : nil
            return Delivery(write: write, after: present)
        }
        var body = key.members
        for member in patch.body.members { body[member.name] = member.value }
        body["source"] = .string(source)
        let answer = try await write(.createContact, body, patch, as: key, &isBegun)
        return Delivery(
            write: .create(answer.writingKey(askedFor: key), entry.change), after: answer)
    }

    private func existing(_ key: ContactKey) async throws(ClientError) -> Contact? {
        do {
            return try await contact(.key(key))
        } catch .notFound {
            return nil
        }
    }

    /// A write of fields. Where its answer is lost, of no use, or tells of a field as it was
    /// before, the contact is read: it stands for the answer where everything is as wanted there.
    private func write(
        _ action: APIAction, _ body: JSONObject, _ patch: ContactPatch, as key: ContactKey,
        from before: Contact? = nil, _ isBegun: inout Bool
    ) async throws(ClientError) -> Contact {
        do throws(ClientError) {
            let value = try await call(action, body, about: .key(key))
            isBegun = true
            let answer = try Contact(answered: value).checked(against: .key(key))
            let untaken = before.flatMap { answer.untaken(of: patch, from: $0) }
            guard let untaken else { return answer }
            throw .rejected(
                status: 200,
                message: "it answers as if that were done, and \(untaken.name) stands "
                    + "as before")
        } catch {
            if !error.wasNotTaken { isBegun = true }
            guard error.leavesOutcomeOpen || error.isDenial else { throw error }
            let found = try await standing(key, after: error)
            guard (try? found.applying(patch)) == found else { throw error }
            return found
        }
    }
}

extension RemoteClient {
    /// How a contact stands after a write whose answer told nothing of use.
    ///
    /// - Throws: where that cannot be read either, a failure that leaves the write open, so that
    ///   it is looked into later; else what was wrong with the answer.
    func standing(
        _ key: ContactKey, after error: ClientError
    ) async throws(ClientError) -> Contact {
        do throws(ClientError) {
            return try await contact(.key(key))
        } catch let reading {
            let isOpen = reading.isTrouble && !error.isTrouble
            throw isOpen ? .outcomeUnknown(reading.breakdown) : error
        }
    }
}

extension ClientError {
    /// How the exchange broke off, as far as that says.
    fileprivate var breakdown: TransportFailure {
        switch self {
        case .notSent(let failure), .outcomeUnknown(let failure): failure
        case .throttled: .other("no more calls now")
        default: .brokenOff
        }
    }
}

extension Contact {
    /// Whether it says the same, however its numbers are written.
    fileprivate func isSame(as other: Contact) -> Bool {
        JSONValue.object(record).isSameValue(as: .object(other.record))
    }
}

extension OutboxEntry {
    /// The id of the contact that it is about; nil where it is not known.
    var contactID: String? {
        if case .id(let id) = change.key { id } else { original?.id }
    }
}

extension Contact {
    /// The first field that a patch was to write and that an answer tells of as it was before.
    fileprivate func untaken(of patch: ContactPatch, from before: Contact) -> Field? {
        guard let wanted = try? before.applying(patch) else { return nil }
        return patch.fields.first { field in
            let (old, new) = (before.record[field.name], wanted.record[field.name])
            guard field != .metadata, let now = record[field.name] else { return false }
            return old != new && now == old
        }
    }
}

extension ClientError {
    /// Whether the server says that something was done, and tells that it was not.
    fileprivate var isDenial: Bool {
        if case .rejected(status: 200, _) = self { true } else { false }
    }

    /// Whether the place takes nothing more, so that the call can be made again as it was.
    var wasNotTaken: Bool {
        switch self {
        case .unauthenticated, .forbidden, .throttled, .notSent, .badAnswer(.redirect): true
        default: false
        }
    }

    /// Whether the server may have made a write that was answered so.
    var leavesOutcomeOpen: Bool {
        switch self {
        case .outcomeUnknown: true
        case .badAnswer(let flaw):
            if case .redirect = flaw { false } else { true }
        default: false
        }
    }
}

extension Change {
    /// Whether a tool may make it with one call, where the API needs several.
    var isOfSeveralTags: Bool {
        if case .retag(let add, let remove) = self { add.count + remove.count > 1 } else { false }
    }

    /// How many calls of the API it takes at most, those that read included.
    package var callCount: Int {
        if case .retag(let add, let remove) = self { add.count + remove.count } else { 2 }
    }
}
