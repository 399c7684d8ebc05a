import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import ContactStore
import Glibc

/// Writes contacts into a file that other programs read.
struct ExportCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write contacts to a CSV, vCard or JSON file.",
        discussion: """
            The ending of FILE says the format: .csv, .vcf, .json or .jsonl. What is exported can \
            be imported again and changes nothing. Status 1 where nothing matches; FILE is then \
            left as it is.
            """)

    @Argument(help: "The file; - for standard output.", completion: .file())
    var path: String

    @Argument(
        help: "Which contacts; without it all. A query that begins with - stands after --.",
        completion: WordCompletion.query)
    var query: [String] = []

    @Option(help: "The format: csv, vcard, json or jsonl.")
    var format: ContactFormat?

    @Option(help: "Fields, or meta.KEY, separated by commas; for csv. Without it all fields.")
    var columns: String?

    @Option(help: "COLUMN, or COLUMN:desc; several separated by commas.")
    var sort = "name"

    @Flag(
        help: ArgumentHelp(
            "Put ' before cells that a spreadsheet would run as a formula; csv only.",
            discussion: """
                An import takes it off again while the file begins with its byte order mark, as \
                files that Excel saves as CSV UTF-8 do.
                """))
    var forSpreadsheet = false

    @Option(help: "The version of cards: 3.0 or 4.0.")
    var vcardVersion = VCardWriter.Version.three

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        _ = try (chosenFormat(), QueryArgument.query(query), order(), chosenColumns())
    }

    private func chosenFormat() throws -> ContactFormat {
        let chosen = try ContactFormat.chosen(format, path)
        if forSpreadsheet && chosen != .csv {
            throw ValidationError("--for-spreadsheet is for csv alone")
        }
        if columns != nil && chosen != .csv { throw ValidationError("--columns is for csv alone") }
        return chosen
    }

    private func order() throws -> SortOrder {
        guard let order = SortOrder(written: sort) else {
            throw ValidationError("--sort: '\(Streams.neutral(sort))' names no field or meta.KEY")
        }
        return order
    }

    private func chosenColumns() throws -> [Column] {
        try columns.map(RowWriter.columns) ?? Field.allCases.map(Column.field)
    }

    func perform() async throws {
        let (format, columns, order) = try (chosenFormat(), chosenColumns(), order())
        let query = try QueryArgument.query(query)
        try await place.withBackend { backend, _ in
            try refuseStore(backend)
            let listing = try await place.reachable(query, order, in: backend)
            place.noteGaps(isPartial: listing.isPartial, unknown: listing.unknown)
            noteUnknown(of: listing, in: backend)
            guard listing.count > 0 else {
                place.note("nothing matches")
                throw ExitCode(1)
            }
            note(leftOut: try write(listing, format, columns))
            if path != "-" && !place.quiet { Streams.print("\(listing.count) exported") }
        }
    }

    /// Says which fields of the contacts have no place in a card.
    private func note(leftOut names: Set<String>) {
        guard !names.isEmpty else { return }
        let more = names.count > 12 ? " and \(names.count - 12) more" : ""
        let told = names.sorted().prefix(12).map { Streams.neutral($0) }.joined(separator: ", ")
        place.note("no card says: \(told)\(more); json and jsonl do")
    }

    /// Searches tell no metadata: an export without them must not pass for a whole one.
    private func noteUnknown(of listing: any ContactListing, in backend: any ContactBackend) {
        guard backend.workspace != nil, listing.unknown == 0 else { return }
        let count = listing.rows(0..<listing.count).count { !$0.contact.isComplete }
        if count > 0 { place.note("the metadata of \(count) contacts is not known, and left out") }
    }

    /// Files that contacts live in, and what is kept beside them, are never written over.
    private func refuseStore(_ backend: any ContactBackend) throws {
        guard path != "-" else { return }
        if let store = backend.file?.store, store.owns(path) {
            throw ValidationError(
                "\(Streams.neutral(path)) is where the contacts live: give another file")
        }
        if Companion.isKept(at: path) {
            throw ValidationError(
                "\(Streams.neutral(path)) is kept beside other contacts: give another file")
        }
    }

    private func write(
        _ listing: any ContactListing, _ format: ContactFormat, _ columns: [Column]
    ) throws -> Set<String> {
        let cards = VCardWriter(vcardVersion)
        guard path != "-" else {
            let writer = RowWriter(
                format, columns: columns, isForSpreadsheet: forSpreadsheet, cards: cards,
                to: RowWriter.standardOutput(format))
            return try writer.write(listing, count: listing.count)
        }
        let sink = try FileSink(path)
        Interruption.watch()
        do {
            let writer = RowWriter(
                format, columns: columns, isForSpreadsheet: forSpreadsheet, cards: cards
            ) { text in
                try Interruption.check()
                try sink.write(text)
            }
            let leftOut = try writer.write(listing, count: listing.count)
            try sink.finish()
            return leftOut
        } catch {
            sink.discard()
            throw error
        }
    }
}

extension ContactFormat: ExpressibleByArgument {
    /// The format that was asked for, else the one of the file's ending.
    static func chosen(_ format: ContactFormat?, _ path: String) throws -> ContactFormat {
        guard let chosen = format ?? ContactFormat(ending: path) else {
            throw ValidationError(
                "which format? Give --format csv, vcard, json or jsonl, or a file's name that "
                    + "ends so")
        }
        return chosen
    }
}

extension VCardWriter.Version: ExpressibleByArgument {}
