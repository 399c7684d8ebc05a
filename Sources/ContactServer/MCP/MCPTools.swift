import ContactClient
import ContactModel
import JSONText

/// The tools behind `/mcp`: what the actions of the API cannot do.
struct MCPTools: Sendable {
    /// The tools by the names they are called by.
    enum Name: String, CaseIterable {
        case listContacts = "list_contacts"
        case tagContact = "tag_contact"
        case deleteContact = "delete_contact"
    }

    let backend: any ContactBackend

    /// Calls a tool; what it refuses is a result too, marked as an error.
    ///
    /// - Throws: where the failure is the server's own.
    func call(_ tool: Name, _ arguments: JSONObject) async throws(MCPFailure) -> JSONObject {
        do throws(Refusal) {
            let answer =
                switch tool {
                case .listContacts: try await listContacts(arguments)
                case .tagContact: try await tagContact(arguments)
                case .deleteContact: try await deleteContact(arguments)
                }
            return MCPTools.result(answer, isError: false)
        } catch {
            let response = error.response
            guard response.status < 500 else {
                let words = response.body.object?["error"]?.text ?? "Internal error"
                throw MCPFailure(.failedInside, words, cause: response.cause)
            }
            return MCPTools.result(response.body, isError: true)
        }
    }

    private static func result(_ answer: JSONValue, isError: Bool) -> JSONObject {
        [
            "content": .array([
                .object(["type": .string("text"), "text": .string(answer.jsonText)])
            ]),
            "structuredContent": answer, "isError": .bool(isError),
        ]
    }

    private func listContacts(_ arguments: JSONObject) async throws(Refusal) -> JSONValue {
        var reader = BodyReader(arguments)
        let search = reader.text("search") ?? ""
        let tag = reader.text("tag").flatMap { $0.isEmpty ? nil : $0 }
        let optedInOnly = reader.flag("opted_in_only", standard: true)
        let page = reader.count("page", in: 1...Int(Int32.max), standard: 1)
        let size = reader.count("per_page", in: 1...100, standard: 25)
        guard reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        let listing = try await Refusal.asked { () async throws(ClientError) in
            try await backend.list(
                Query(
                    phrases: [search], tags: tag.map { [$0] } ?? [], optedInOnly: optedInOnly),
                order: SortOrder())
        }
        let start = (page - 1) * size
        let rows = listing.rows(start..<start + size)
        return .object([
            "data": .array(rows.map { $0.contact.json(ContactFields.widest) }),
            "meta": .object([
                "current_page": .number(JSONNumber(page)),
                "last_page": .number(JSONNumber(max(1, (listing.count + size - 1) / size))),
                "per_page": .number(JSONNumber(size)),
                "total": .number(JSONNumber(listing.count)),
            ]),
        ])
    }

    private func tagContact(_ arguments: JSONObject) async throws(Refusal) -> JSONValue {
        var reader = BodyReader(arguments)
        let key = reader.id()
        let adding = reader.tagList("add_tags")
        let removing = reader.tagList("remove_tags")
        if adding.tags.isEmpty, removing.tags.isEmpty, reader.flaws.isEmpty {
            reader.note("add_tags", "One of add_tags and remove_tags is required.")
        }
        guard let key, reader.flaws.isEmpty else { throw Refusal(reader.invalid) }
        try backend.checkWritable()
        let receipt = try await Refusal.asked { () async throws(ClientError) in
            try await backend.retag(key, adding: adding, removing: removing)
        }
        return receipt.contact.json(ContactFields.widest)
    }

    private func deleteContact(_ arguments: JSONObject) async throws(Refusal) -> JSONValue {
        var reader = BodyReader(arguments)
        guard let key = reader.id(), case .id(let id) = key else { throw Refusal(reader.invalid) }
        try backend.checkWritable()
        _ = try await Refusal.asked { () async throws(ClientError) in
            try await backend.apply(
                [ContactChange(key: key, change: .delete)], asWhole: true, progress: { _ in true })
        }
        return .object(["id": .string(id), "deleted": .bool(true)])
    }
}

extension BodyReader {
    fileprivate mutating func id() -> ContactKey? {
        let before = flaws.count
        if let id = text("id"), !id.isEmpty { return .id(id) }
        if flaws.count == before { note("id", "The id field is required.") }
        return nil
    }
}
