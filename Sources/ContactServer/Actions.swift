import ContactClient
import ContactModel
import JSONText

/// The seven actions and `/me`: a body in, an answer out.
struct Actions: Sendable {
    let backend: any ContactBackend

    /// Who the token belongs to.
    func me() async throws(Refusal) -> Response {
        let account = try await Refusal.asked { () async throws(ClientError) in
            try await backend.account()
        }
        return Response(200, account.json)
    }

    /// Performs an action.
    ///
    /// - Throws: the failure to answer with.
    func perform(
        _ action: APIAction, _ body: JSONObject
    ) async throws(Refusal) -> Response {
        if action.writes { try backend.checkWritable() }
        return switch action {
        case .updateContact: try await updateContact(body)
        case .getContact: try await getContact(body)
        case .searchContacts: try await searchContacts(body)
        case .createContact: try await createContact(body)
        case .addTag: try await changeTag(body, answering: "tag_added")
        case .removeTag: try await changeTag(body, answering: "tag_removed")
        case .listTags: try await listTags(body)
        }
    }

    private func updateContact(_ body: JSONObject) async throws(Refusal) -> Response {
        let request: UpdateRequest
        do {
            request = try UpdateRequest(body: body)
        } catch {
            throw Refusal(error)
        }
        let receipt = try await Refusal.asked { () async throws(ClientError) in
            try await backend.update(request.key, request.patch, removingMetadata: [])
        }
        return Response(200, receipt.contact.json(ContactFields.updated))
    }

    private func getContact(_ body: JSONObject) async throws(Refusal) -> Response {
        var reader = BodyReader(body)
        guard let lookup = reader.lookup() else { throw Refusal(reader.invalid) }
        let contact = try await Refusal.asked { () async throws(ClientError) in
            switch lookup {
            case .key: try await backend.contact(lookup)
            case .email: try await searched(lookup)
            }
        }
        return Response(200, contact.json(ContactFields.widest))
    }

    /// Looks through all contacts, on another thread than the caller's.
    @concurrent private func searched(
        _ lookup: ContactLookup
    ) async throws(ClientError) -> Contact {
        try await backend.contact(lookup)
    }

    private func searchContacts(_ body: JSONObject) async throws(Refusal) -> Response {
        var reader = BodyReader(body)
        let search = ContactSearch(
            text: reader.text("query"), tag: reader.text("tag"), email: reader.text("email"))
        guard reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        let found = try await Refusal.asked { () async throws(ClientError) in
            try await backend.search(search)
        }
        return Response(200, .array(found.map { $0.json(ContactFields.row) }))
    }

    private func createContact(_ body: JSONObject) async throws(Refusal) -> Response {
        var reader = BodyReader(body)
        let phone = reader.requiredText("phone").flatMap { reader.phone($0) }
        let patch = reader.patch()
        let source = reader.text("source").flatMap { $0.isEmpty ? nil : $0 }
        if let source, !ContactSource.known.contains(source) {
            let known = ContactSource.known.joined(separator: ", ")
            reader.note("source", "The source field must be one of \(known).")
        }
        guard let phone, reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        let receipt = try await Refusal.asked { () async throws(ClientError) in
            try await backend.create(
                phone, patch, source: source ?? "api")
        }
        return Response(201, receipt.contact.json(ContactFields.widest))
    }

    private func changeTag(
        _ body: JSONObject, answering member: String
    ) async throws(Refusal) -> Response {
        var reader = BodyReader(body)
        let key = reader.key()
        let tag = reader.requiredText("tag").flatMap { reader.tag($0, field: "tag") }
        guard let key, let tag, reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        let (adding, removing) =
            member == "tag_added" ? (TagList([tag]), TagList()) : (TagList(), TagList([tag]))
        let receipt = try await Refusal.asked { () async throws(ClientError) in
            try await backend.retag(key, adding: adding, removing: removing)
        }
        var answer = receipt.contact.members([.id, .phone])
        answer[member] = .string(tag.text)
        answer["tags"] = receipt.contact.value(.tags)
        return Response(200, .object(answer))
    }

    private func listTags(_ body: JSONObject) async throws(Refusal) -> Response {
        var reader = BodyReader(body)
        let filter = SearchText.folded(reader.text("name") ?? "").utf8
        guard reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        let counts = try await Refusal.asked { () async throws(ClientError) in
            try await backend.tags()
        }
        let names = counts.map(\.tag.text).filter {
            filter.isEmpty || SearchText.folded($0).utf8.contains(filter)
        }
        return Response(
            200,
            .array(names.map { .object(["id": .string($0), "name": .string($0)]) }))
    }
}

extension APIAction {
    /// Whether it may change a contact.
    fileprivate var writes: Bool {
        switch self {
        case .updateContact, .createContact, .addTag, .removeTag: true
        case .getContact, .searchContacts, .listTags: false
        }
    }
}

extension ContactBackend {
    /// Makes sure that contacts can be changed.
    ///
    /// - Throws: 503.
    func checkWritable() throws(Refusal) {
        guard place.readOnly == nil else {
            throw Refusal(.error(503, "The contacts are read-only at the moment."))
        }
    }
}

extension Refusal {
    /// What the backend answers.
    ///
    /// - Throws: its failure, as a client may know it.
    static func asked<T>(
        _ call: () async throws(ClientError) -> T
    ) async throws(Refusal) -> T {
        do throws(ClientError) {
            return try await call()
        } catch {
            throw Refusal(error)
        }
    }
}

extension BodyReader {
    /// The text of a member that must be there and not be empty.
    fileprivate mutating func requiredText(_ name: String) -> String? {
        let before = flaws.count
        if let text = text(name), !text.isEmpty { return text }
        if flaws.count == before { note(name, "The \(name) field is required.") }
        return nil
    }

    /// What get-contact looks for: exactly one of three members.
    fileprivate mutating func lookup() -> ContactLookup? {
        let before = flaws.count
        let given = ["contact_id", "phone", "email"].compactMap { name in
            text(name).flatMap { $0.isEmpty ? nil : (name: name, text: $0) }
        }
        guard flaws.count == before else { return nil }
        guard given.count == 1 else {
            for name in given.isEmpty ? ["contact_id", "phone", "email"] : given.map(\.name) {
                note(name, "Exactly one of contact_id, phone and email is required.")
            }
            return nil
        }
        switch given[0].name {
        case "contact_id": return .key(.id(given[0].text))
        case "phone": return phone(given[0].text).map { .key(.phone($0)) }
        default: return .email(given[0].text)
        }
    }
}
