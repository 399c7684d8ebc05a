import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import JSONText
import Screen

/// Lists contacts.
struct ListCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the contacts that match.",
        discussion: """
            A query that begins with - stands after --, as in: patchbook list -- -tag:vip

            Status 1 where nothing matches.
            """)

    /// How rows are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl, csv, vcard
    }

    @Argument(
        help: "Words, tag:vip, meta.plan:gold, created>2026-01-01, OR, -, ( ).",
        completion: WordCompletion.query)
    var query: [String] = []

    @Option(help: "How rows are written.")
    var format = Format.table

    @Option(help: "COLUMN, or COLUMN:desc; several separated by commas.")
    var sort = "name"

    @Option(help: "The most rows.")
    var limit: Int?

    @Option(help: "Fields, or meta.KEY, separated by commas; for table and csv.")
    var columns = "name,phone,email,tags"

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        _ = try parsed()
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    private func parsed() throws -> (query: Query, order: SortOrder, columns: [Column]) {
        guard let order = SortOrder(written: sort) else {
            throw ValidationError(
                "--sort: '\(Streams.neutral(sort))' names no field or meta.KEY")
        }
        let columns = try RowWriter.columns(columns)
        return (try QueryArgument.query(query), order, columns)
    }

    func perform() async throws {
        let (query, order, columns) = try parsed()
        try await place.withBackend(readsOnly: true) { backend, _ in
            let listing = try await place.reachable(query, order, in: backend)
            let count = min(listing.count, limit ?? .max)
            let format = ContactFormat(rawValue: format.rawValue)
            let writer = RowWriter(
                format, columns: columns, to: RowWriter.standardOutput(format))
            try writer.write(listing, count: count)
            place.noteGaps(isPartial: listing.isPartial, unknown: listing.unknown)
            if listing.count == 0 { throw ExitCode(1) }
        }
    }
}

/// Shows one contact.
struct ShowCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one contact as JSON.")

    @Argument(help: "The contact's id, or its phone number in any usual writing.")
    var key: String

    @OptionGroup var place: PlaceOptions

    func perform() async throws {
        try await place.withBackend(readsOnly: true, wanted: [key]) { backend, configuration in
            let contact = try await place.reachable(
                place.key(key, configuration), in: backend)
            Streams.print(JSONValue.object(contact.record).prettyText)
        }
    }
}
