package import ContactModel
import JSONText

/// The calls of the API, each answered by the server.
package final class RemoteClient: Sendable {
    private let exchange: HTTPExchange
    private let gate: RemoteGate
    let tools: RemoteTools

    /// A client of its own connections; nothing is sent yet.
    ///
    /// - Throws: `ProfileFlaw` where the proxy or the certificate file is of no use.
    package init(profile: RemoteProfile) throws(ProfileFlaw) {
        exchange = try HTTPExchange(profile)
        gate = RemoteGate(exchange, profile.ledger(of: "api"), profile.pacing)
        let toolGate = RemoteGate(exchange, profile.ledger(of: "mcp"), profile.pacing)
        tools = RemoteTools(toolGate, agent: profile.agent)
    }

    /// Who the token belongs to.
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

    /// Lets calls be made again before the time that a refusal asked for: a person wants to try.
    package func unblock() {
        gate.unblock()
        tools.unblock()
    }

    /// Takes a slot for the first call of a run's entry before it begins, or says how long to
    /// wait.
    func hold(for entry: OutboxEntry) -> Holding {
        entry.mayTakeTool && tools.mayTag ? tools.hold() : gate.hold()
    }

    /// All contacts; those of a search, where the server lists no whole workspaces.
    ///
    /// - Parameter isKnown: whether all are known otherwise, which is more than a search says.
    func fetch(
        _ query: Query, isKnown: Bool
    ) async throws(ClientError) -> (contacts: [Contact], isPartial: Bool) {
        if let (contacts, isWhole) = try await everybody(isKnown: isKnown) {
            return (contacts, !isWhole)
        }
        return try await search(query.searches)
    }

    /// Those of the first of some searches that leaves nobody out; where all do, of all of them.
    func search(
        _ searches: [ContactSearch]
    ) async throws(ClientError) -> (contacts: [Contact], isPartial: Bool) {
        var found: [Contact] = []
        var seen: Set<String> = []
        for search in searches {
            let contacts = try await self.search(search)
            if contacts.count < ContactSearch.maximumRows { return (contacts, false) }
            found += contacts.unseen(&seen)
        }
        return (found, true)
    }

    /// At most 50 contacts that meet every condition.
    package func search(_ search: ContactSearch) async throws(ClientError) -> [Contact] {
        let value = try await call(.searchContacts, search.body)
        guard let rows = value.array else { throw .badAnswer(.shape("a list of contacts")) }
        var contacts: [Contact] = []
        for row in rows.prefix(ContactSearch.maximumRows) {
            contacts.append(try Contact(listed: row))
        }
        return contacts
    }

    /// One contact in its widest form.
    package func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact {
        let value = try await call(.getContact, lookup.members, about: lookup)
        return try Contact(answered: value).checked(against: lookup)
    }

    /// Every tag; how many bear it the server does not tell.
    package func tags() async throws(ClientError) -> [TagCount] {
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

    /// Does work of many calls where their connections are served.
    func nearby<T: Sendable>(_ body: () async -> T) async -> T {
        await exchange.nearby(body)
    }

    /// Lets go of the connections.
    package func close() async {
        await exchange.close()
    }

    /// One call of an action, about a contact where one is named.
    func call(
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
