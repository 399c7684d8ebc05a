package import ContactModel
import JSONText

/// Contacts in a workspace behind the API, each call answered by the server.
package final class RemoteClient: ContactBackend {
    private let exchange: HTTPExchange
    private let gate: RemoteGate
    private let numbers = RowNumbers()
    let book: RemoteBook
    let tools: RemoteTools
    let steps = RemoteSteps()

    package let place: Place

    /// A client of its own connections; nothing is sent yet.
    ///
    /// - Throws: `ProfileFlaw` where the proxy or the certificate file is of no use.
    package init(profile: RemoteProfile) throws(ProfileFlaw) {
        exchange = try HTTPExchange(profile)
        gate = RemoteGate(exchange, profile.ledger(of: "api"), profile.pacing)
        let toolGate = RemoteGate(exchange, profile.ledger(of: "mcp"), profile.pacing)
        tools = RemoteTools(toolGate, agent: profile.agent)
        book = RemoteBook(tools, numbers)
        place = Place(title: profile.title, canRemoveMetadata: false)
    }

    package func account() async throws(ClientError) -> Account {
        try await probe().account
    }

    /// Who the caller is, and what the answer's head says of the quota.
    package func probe() async throws(ClientError) -> AccountProbe {
        let answer = try await gate.send(.me)
        let account = try Account(answered: try AnswerReader(answer: answer).value())
        return AccountProbe(
            account: account, callLimit: answer.callLimit, callsLeft: answer.callsLeft)
    }

    /// What the quota allows, as far as is known without asking.
    package var outlook: QuotaOutlook { gate.outlook }

    package func list(
        _ query: Query, order: SortOrder, marks: RowSet
    ) async throws(ClientError) -> any ContactListing {
        let coverage = try await book.coverage()
        guard coverage != .none else {
            let fetched = try await search(query.askedOfServer)
            return RemoteListing(
                fetched, isPartial: fetched.count >= ContactSearch.maximumRows, query: query,
                order: order, marks: marks, known: numbers)
        }
        return RemoteListing(
            numbers.contacts(coverage.numbers), isPartial: !coverage.isWhole, query: query,
            order: order, marks: marks, known: numbers)
    }

    /// From here on lists are given as soon as the first contacts are there; `body` hears when
    /// more have come, and how it ended.
    package func listInBackground(_ body: @escaping @Sendable (ListingProgress) -> Void) {
        book.readInBackground(body)
    }

    /// The next list asks the server again.
    package func refresh() {
        book.refresh()
    }

    package func search(_ search: ContactSearch) async throws(ClientError) -> [Contact] {
        let value = try await call(.searchContacts, search.body)
        guard let rows = value.array else { throw .badAnswer(.shape("a list of contacts")) }
        var contacts: [Contact] = []
        for row in rows.prefix(ContactSearch.maximumRows) {
            contacts.append(try Contact(listed: row))
        }
        return contacts
    }

    package func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact {
        let value: JSONValue
        do throws(ClientError) {
            value = try await call(.getContact, lookup.members, about: lookup)
        } catch .notFound(.key(let key)) {
            book.noteGone(key)
            throw .notFound(.key(key))
        }
        let contact = try Contact(answered: value).checked(against: lookup)
        book.note(contact)
        return contact
    }

    package func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String],
        unlessChangedFrom original: Contact?
    ) async throws(ClientError) -> Receipt {
        guard keys.isEmpty else { throw .unsupported(.removingMetadata(keys)) }
        var writes: [RemoteWrite] = []
        defer { steps.append(writes) }
        return try await update(key, patch, unlessChangedFrom: original, &writes)
    }

    /// Reads the contact, then writes; `writes` takes what undo needs.
    func update(
        _ key: ContactKey, _ patch: ContactPatch, unlessChangedFrom original: Contact?,
        _ writes: inout [RemoteWrite]
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        let before = try await contact(.key(key))
        if let original, patch.clashes(original: original, present: before) {
            throw .conflict(before)
        }
        let wanted = try before.merging(patch)
        guard wanted != before else { return Receipt(contact: before, outcome: .unchanged) }
        let target = before.writingKey(askedFor: key)
        let after = try await write(patch, to: target, making: wanted)
        writes.append(.update(target, patch, before: before, after: after))
        return Receipt(contact: after, outcome: .changed)
    }

    /// Sends a patch; the answer lacks metadata, which is then what `wanted` says.
    func write(
        _ patch: ContactPatch, to key: ContactKey, making wanted: Contact
    ) async throws(ClientError) -> Contact {
        let body = UpdateRequest(key: key, patch: patch).body
        let value = try await call(.updateContact, body, about: .key(key))
        let answer = try Contact(answered: value).checked(against: .key(key))
        let after = wanted.overlaid(by: answer)
        book.note(after)
        return after
    }

    package func retag(
        _ key: ContactKey, adding: TagList, removing: TagList
    ) async throws(ClientError) -> Receipt {
        let before = try await contact(.key(key))
        let target = before.writingKey(askedFor: key)
        var after = before
        // What went through can be taken back even where a later call fails.
        defer {
            if let write = RemoteWrite.retag(target, from: before, to: after) {
                steps.append([write])
            }
        }
        try await sendTags(
            adding: adding.subtracting(removing), removing: removing, as: target, on: &after)
        return Receipt(
            contact: after, outcome: after.tags == before.tags ? .unchanged : .changed)
    }

    /// One call for each tag that would really change; `contact` has the tags of the last answer.
    func sendTags(
        adding: TagList, removing: TagList, as key: ContactKey, on contact: inout Contact
    ) async throws(ClientError) {
        let calls =
            removing.tags.filter(contact.tags.contains).map { (APIAction.removeTag, $0) }
            + adding.subtracting(contact.tags).tags.map { (APIAction.addTag, $0) }
        for (action, tag) in calls {
            let tags = try await send(action, tag, to: key).texts.map(JSONValue.string)
            contact = contact.overlaid(
                by: Contact(record: ["tags": .array(tags)], isComplete: false))
        }
    }

    /// One call of add-tag or remove-tag.
    ///
    /// - Returns: the contact's tags after it.
    func send(
        _ action: APIAction, _ tag: Tag, to key: ContactKey
    ) async throws(ClientError) -> TagList {
        var body = key.members
        body["tag"] = .string(tag.text)
        let value = try await call(action, body, about: .key(key))
        guard value.object?["tags"]?.array != nil else { throw .badAnswer(.shape("tags")) }
        let answer = try Contact(answered: value).checked(against: .key(key))
        book.noteTags(answer, of: key)
        return answer.tags
    }

    package func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String, onlyNew: Bool
    ) async throws(ClientError) -> Receipt {
        var writes: [RemoteWrite] = []
        defer { steps.append(writes) }
        return try await create(phone, patch, source, onlyNew: onlyNew, &writes)
    }

    /// Looks the number up, then writes; `writes` takes what undo needs.
    func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, _ source: String, onlyNew: Bool,
        _ writes: inout [RemoteWrite]
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        let key = ContactKey.phone(phone)
        let before = try await existing(key)
        if let before, onlyNew { throw .exists(before) }
        let wanted = try before?.merging(patch)
        if let before, before == wanted { return Receipt(contact: before, outcome: .unchanged) }
        var body = key.members
        for member in patch.body.members { body[member.name] = member.value }
        body["source"] = .string(source)
        let value = try await call(.createContact, body)
        let answer = try Contact(answered: value).checked(against: .key(key))
        let target = answer.writingKey(askedFor: key)
        guard let before, let wanted else {
            let change = ContactChange(key: key, change: .create(patch, source: source))
            writes.append(.create(target, change))
            book.note(answer)
            return Receipt(contact: answer, outcome: .created)
        }
        let after = wanted.overlaid(by: answer)
        book.note(after)
        writes.append(.update(target, patch, before: before, after: after))
        return Receipt(contact: after, outcome: .changed)
    }

    private func existing(_ key: ContactKey) async throws(ClientError) -> Contact? {
        do {
            return try await contact(.key(key))
        } catch .notFound {
            return nil
        }
    }

    package func tags() async throws(ClientError) -> [TagCount] {
        if let counts = book.tagCounts { return counts }
        let value = try await call(.listTags, [:])
        guard let elements = value.array else { throw .badAnswer(.shape("a list of tags")) }
        var names: [String] = []
        for element in elements {
            guard let name = element.text ?? element.object?["name"]?.text else {
                throw .badAnswer(.shape("name"))
            }
            names.append(name)
        }
        return TagList(stored: names).tags.map { TagCount(tag: $0, count: nil) }
    }

    package func close() async {
        await book.close()
        await exchange.close()
    }

    private func call(
        _ action: APIAction, _ body: JSONObject, about lookup: ContactLookup? = nil
    ) async throws(ClientError) -> JSONValue {
        // A place in a file names nobody here, and a body without a key might name anybody.
        if case .key(.place) = lookup, let lookup { throw .notFound(lookup) }
        let answer = try await gate.send(.action(action, body))
        return try AnswerReader(answer: answer).value(about: lookup)
    }
}

/// The answer to `/me`, with what stands around it.
package struct AccountProbe: Hashable, Sendable {
    /// Who the token belongs to.
    package let account: Account
    /// How many calls a minute are allowed; nil where the server does not say.
    package let callLimit: Int?
    /// How many of them are left.
    package let callsLeft: Int?
}
