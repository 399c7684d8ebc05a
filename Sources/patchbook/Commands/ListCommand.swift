import ArgumentParser
import ContactClient
import ContactModel
import JSONText
import Screen

/// Lists contacts.
struct ListCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the contacts that match.",
        discussion: "Status 1 where nothing matches.")

    /// How rows are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl
    }

    @Argument(help: "Words that must be found in the name, the email or the phone.")
    var query: [String] = []

    @Option(help: "How rows are written.")
    var format = Format.table

    @Option(help: "FIELD, or FIELD:desc; several separated by commas.")
    var sort = "name"

    @Option(help: "The most rows.")
    var limit: Int?

    @Option(help: "The columns of the table, separated by commas.")
    var columns = "name,phone,email,tags"

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        _ = try parsed()
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    private func parsed() throws -> (query: Query, order: SortOrder, columns: [Field]) {
        guard let order = SortOrder(written: sort) else {
            throw ValidationError("--sort: '\(Streams.neutral(sort))' names no field")
        }
        let fields = try columns.split(separator: ",").map { name in
            guard let field = Field(rawValue: name.trimmingWhitespace()) else {
                throw ValidationError("--columns: '\(Streams.neutral(String(name)))' is no field")
            }
            return field
        }
        return (try ListCommand.query(query), order, fields)
    }

    /// The query that the words of a command line make.
    ///
    /// - Throws: a `ValidationError` with a caret under the place that makes no sense.
    static func query(_ words: [String]) throws -> Query {
        let text = words.joined(separator: " ")
        do {
            return try Query(text)
        } catch {
            let caret = String(repeating: " ", count: error.offset) + "^"
            throw ValidationError(
                "\(QueryWording.phrase(error))\n  \(Streams.neutral(text))\n  \(caret)")
        }
    }

    func perform() async throws {
        let (query, order, fields) = try parsed()
        try await place.withBackend { backend, _ in
            let listing = try await backend.list(query, order: order)
            let count = min(listing.count, limit ?? .max)
            let writer = RowWriter(format: format, fields: fields)
            writer.begin()
            for start in stride(from: 0, to: count, by: 1000) {
                writer.write(listing.rows(start..<min(count, start + 1000)), isFirst: start == 0)
            }
            writer.end(isEmpty: count == 0)
            if listing.isPartial { place.note("the server may hold more than it answers") }
            if listing.count == 0 { throw ExitCode(1) }
        }
    }
}

/// Writes rows in one of the formats of `list`.
private struct RowWriter {
    let format: ListCommand.Format
    let fields: [Field]
    private let shaper = TextShaper(width: .approximate)

    init(format: ListCommand.Format, fields: [Field]) {
        self.format = format
        self.fields = fields
    }

    func begin() {
        switch format {
        case .json: Streams.write("[")
        case .table: Streams.print(line(fields.map { $0.name.uppercased() }))
        case .jsonl: break
        }
    }

    func write(_ rows: [ContactRow], isFirst: Bool) {
        for (index, row) in rows.enumerated() {
            let text = { JSONValue.object(row.contact.record).jsonText }
            switch format {
            case .json: Streams.write((isFirst && index == 0 ? "\n" : ",\n") + text())
            case .jsonl: Streams.print(text())
            case .table: Streams.print(line(fields.map(row.contact.shown)))
            }
        }
    }

    func end(isEmpty: Bool) {
        if format == .json { Streams.print(isEmpty ? "]" : "\n]") }
    }

    /// Columns of a fixed width, so that a script can cut them; the last one is as long as it is.
    private func line(_ texts: [String]) -> String {
        var line = ""
        for (field, text) in zip(fields, texts) {
            guard field != fields.last else {
                line += shaper.neutral(text)
                break
            }
            let width = RowWriter.width(of: field)
            let clipped = shaper.clip(text, to: width)
            line += clipped + String(repeating: " ", count: width + 2 - shaper.columns(clipped))
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func width(of field: Field) -> Int {
        switch field {
        case .id: 36
        case .phone: 16
        case .email: 30
        case .name: 24
        case .source, .locale, .totalMessages: 12
        default: 25
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
        try await place.withBackend { backend, configuration in
            let contact = try await backend.contact(.key(place.key(key, configuration)))
            Streams.print(JSONValue.object(contact.record).prettyText)
        }
    }
}
