import ContactModel
import JSONText

extension RemoteClient {
    /// Adds and removes tags: several with one call of a tool that counts by itself, where the
    /// server has it and the contact's id is known; else with a call each.
    ///
    /// - Parameter mayBeDone: whether it was sent before, the answer lost: what is there counts as
    ///   added by it then.
    func retag(
        _ key: ContactKey, id: String?, adding: TagList, removing: TagList, mayBeDone: Bool,
        _ isBegun: inout Bool, _ progress: inout TagProgress
    ) async throws(ClientError) -> Delivery {
        if let id, adding.count + removing.count > 1,
            let tags = try await retagAtOnce(id, adding: adding, removing: removing, &isBegun)
        {
            let added = mayBeDone ? adding : tags.newest(of: adding)
            let isNothing = added.isEmpty && removing.isEmpty
            return Delivery(
                write: isNothing ? nil : .tags(key, added: added, removed: removing),
                after: Contact(key, tags: tags))
        }
        return try await retagSingly(
            key, adding: adding, removing: removing, mayBeDone: mayBeDone, &isBegun, &progress)
    }

    /// - Returns: the contact's tags after it; nil where the tool is of no use, so that the
    ///   actions of the API are to be asked: a tag that is there already does no harm.
    private func retagAtOnce(
        _ id: String, adding: TagList, removing: TagList, _ isBegun: inout Bool
    ) async throws(ClientError) -> TagList? {
        var arguments: JSONObject = ["id": .string(id)]
        if !adding.isEmpty { arguments["add_tags"] = .array(adding.texts.map(JSONValue.string)) }
        if !removing.isEmpty {
            arguments["remove_tags"] = .array(removing.texts.map(JSONValue.string))
        }
        do throws(ClientError) {
            guard let answer = try await tools.write(RemoteTools.tagging, arguments) else {
                return nil
            }
            isBegun = true
            guard answer["tags"]?.array != nil else { return nil }
            let contact = try Contact(answered: .object(answer)).checked(against: .key(.id(id)))
            let isAsWanted =
                contact.tags.subtracting(removing) == contact.tags
                && adding.subtracting(contact.tags).isEmpty
            return isAsWanted ? contact.tags : nil
        } catch {
            if !error.wasNotTaken { isBegun = true }
            if error.isAboutListings { return nil }
            throw error
        }
    }

    /// One call for each tag, none to read. A tag that does not come last in the answer to
    /// add-tag was there before, and is not taken away again by undo.
    private func retagSingly(
        _ key: ContactKey, adding: TagList, removing: TagList, mayBeDone: Bool,
        _ isBegun: inout Bool, _ progress: inout TagProgress
    ) async throws(ClientError) -> Delivery {
        for tag in removing.tags {
            progress.present = try await send(.removeTag, tag, to: key, &isBegun)
            progress.removed = progress.removed.appending(TagList([tag]))
        }
        for tag in adding.tags {
            let answer = try await send(.addTag, tag, to: key, &isBegun)
            progress.there = progress.there.appending(TagList([tag]))
            if mayBeDone || answer.tags.last == tag {
                progress.added = progress.added.appending(TagList([tag]))
            }
            progress.present = answer
        }
        return Delivery(write: progress.write(key), after: progress.after(key))
    }

    /// One call of add-tag or remove-tag.
    ///
    /// - Returns: the contact's tags after it.
    private func send(
        _ action: APIAction, _ tag: Tag, to key: ContactKey, _ isBegun: inout Bool
    ) async throws(ClientError) -> TagList {
        var body = key.members
        body["tag"] = .string(tag.text)
        do throws(ClientError) {
            let value = try await call(action, body, about: .key(key))
            isBegun = true
            guard value.object?["tags"]?.array != nil else { throw .badAnswer(.shape("tags")) }
            let tags = try Contact(answered: value).checked(against: .key(key)).tags
            guard tags.contains(tag) == (action == .addTag) else {
                throw .badAnswer(.shape("tags"))
            }
            return tags
        } catch {
            if !error.wasNotTaken { isBegun = true }
            // What an answer of no use leaves open, the contact tells.
            guard case .badAnswer = error, error.leavesOutcomeOpen else { throw error }
            let found = try await standing(key, after: error)
            guard found.tags.contains(tag) == (action == .addTag) else { throw error }
            return found.tags
        }
    }
}

/// How far several changes of one contact's tags came, each with a call of its own.
struct TagProgress: Sendable {
    /// Those that were taken away.
    var removed = TagList()
    /// Those that were put there, or had been there before.
    var there = TagList()
    /// Those of them that were put there.
    var added = TagList()
    /// All of the contact after the last of them.
    var present: TagList?

    /// Whether no call got through.
    var isNothing: Bool { removed.isEmpty && there.isEmpty }

    /// What was written, for taking it back; nil where that was nothing.
    func write(_ key: ContactKey) -> RemoteWrite? {
        added.isEmpty && removed.isEmpty ? nil : .tags(key, added: added, removed: removed)
    }

    /// What was done, as a change.
    var change: Change { .retag(add: there, remove: removed) }

    /// What the last answer told of the contact.
    func after(_ key: ContactKey) -> Contact? { present.map { Contact(key, tags: $0) } }

    /// What of a change is still to be done.
    func rest(of change: Change) -> Change {
        guard case .retag(let add, let remove) = change else { return change }
        return .retag(add: add.subtracting(there), remove: remove.subtracting(removed))
    }
}

extension OutboxEntry {
    /// Whether one call of a tool may make what takes several of the API's.
    var mayTakeTool: Bool {
        contactID != nil && change.change.isOfSeveralTags
    }
}

extension Contact {
    /// What an answer about tags alone tells.
    fileprivate init(_ key: ContactKey, tags: TagList) {
        var record = key.identity
        record["tags"] = .array(tags.texts.map(JSONValue.string))
        self.init(record: record, isComplete: false)
    }
}

extension TagList {
    /// Those of some tags that came last, in their order: they were not there before.
    fileprivate func newest(of some: TagList) -> TagList {
        var rest = tags[...]
        var newest: [Tag] = []
        for tag in some.tags.reversed() where rest.last == tag {
            rest.removeLast()
            newest.insert(tag, at: 0)
        }
        return TagList(newest)
    }
}
