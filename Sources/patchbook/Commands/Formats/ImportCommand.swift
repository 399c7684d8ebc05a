import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import Glibc

/// Brings contacts in from a file that another program wrote.
struct ImportCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in contacts from a CSV, vCard or JSON file.",
        discussion: """
            The ending of FILE says the format: .csv, .vcf, .json or .jsonl. A record is merged \
            with the contact that has its phone number, else its id, else a further number of it \
            and the same name; where none has, a contact is added; whoever has no name gets that \
            of the company. People of different names who share a number stay apart: the later \
            one goes by another number, or is refused. Of several records of a contact the later \
            counts, of their names the fullest. An empty cell says nothing, and tags are added \
            to those that are there. All of it is one step: one undo takes it back. Status 2 \
            where some records are refused; the others are taken. Status 65 where the file as a \
            whole cannot be read; nothing is taken then.
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var path: String

    @Option(help: "The format: csv, vcard, json or jsonl.")
    var format: ContactFormat?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "What a column is, as in \"Handy=phone\"; may be given again.",
            discussion: "One of " + ImportField.written.joined(separator: ", ")
                + "; - leaves the column out.",
            valueName: "column=field"))
    var map: [String] = []

    @Option(help: "What stands between cells: one character, or tab; else it is found out.")
    var delimiter: String?

    @Option(
        help: ArgumentHelp(
            "How the text is written: utf-8 (UTF-16 shows by its mark), or windows-1252.",
            valueName: "encoding"))
    var encoding = Encoding.utf8

    @Option(
        help: "Keep columns that are not known, and further numbers and addresses: metadata.")
    var extraColumns: ExtraColumns?

    @Flag(help: "What is empty in the file is cleared.")
    var emptyClears = false

    @Flag(help: "A contact gets exactly the tags of its record, where that has any.")
    var replaceTags = false

    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the plan and the numbers, and change nothing.")
    var dryRun = false

    /// What becomes of columns that are not known.
    enum ExtraColumns: String, ExpressibleByArgument, CaseIterable {
        case metadata
    }

    /// How text may be written.
    enum Encoding: String, ExpressibleByArgument, CaseIterable {
        case utf8 = "utf-8"
        /// As Excel saves "CSV" in Western Europe.
        case windows1252 = "windows-1252"
    }

    func validate() throws {
        _ = try (mapping(), delimiterByte())
        switch try ContactFormat.chosen(format, path) {
        case .csv: break
        case .vcard where !map.isEmpty: throw ValidationError("--map is not for vcard")
        case _ where delimiter != nil: throw ValidationError("--delimiter is for csv alone")
        default: break
        }
    }

    private func mapping() throws -> [String: ImportField] {
        var mapping: [String: ImportField] = [:]
        for entry in map {
            let scalars = entry.unicodeScalars
            guard let equals = scalars.lastIndex(of: "="), equals > scalars.startIndex else {
                throw ValidationError("--map wants COLUMN=FIELD, not '\(Streams.neutral(entry))'")
            }
            let field = String(scalars[scalars.index(after: equals)...])
            guard let known = ImportField(written: field) else {
                throw ValidationError(
                    "--map: '\(Streams.neutral(field))' is none of "
                        + ImportField.written.joined(separator: ", "))
            }
            let column = String(scalars[..<equals])
            if let other = mapping.updateValue(known, forKey: column), other != known {
                throw ValidationError("--map says two things of '\(Streams.neutral(column))'")
            }
        }
        return mapping
    }

    private func delimiterByte() throws -> UInt8? {
        guard let delimiter else { return nil }
        if ["tab", "\\t", "\t"].contains(delimiter) { return 0x09 }
        guard delimiter.utf8.count == 1, let byte = delimiter.utf8.first, byte >= 0x20,
            byte != 0x22
        else { throw ValidationError("--delimiter wants one character, or tab") }
        return byte
    }

    func perform() async throws {
        if let configuration = try place.configurationOfMissingFile() {
            let run = try run(configuration)
            let planned = try await run.plan(nil)
            guard !dryRun, planned.count > 0 else {
                return try await run.carryOut(planned, on: nil)
            }
            try await place.withBackend(creates: true) { backend, _ in
                try await run.carryOut(planned, on: backend)
            }
        } else {
            try await place.withBackend(readsOnly: dryRun) { backend, configuration in
                let run = try run(configuration)
                try await run.carryOut(try await run.plan(backend), on: backend)
            }
        }
    }

    private func run(_ configuration: Configuration) throws -> ImportRun {
        ImportRun(
            path: path, format: try ContactFormat.chosen(format, path),
            rules: ImportRules(replacesTags: replaceTags, clearsEmpty: emptyClears),
            reading: ReadingOptions(
                plan: configuration.plan, delimiter: try delimiterByte(), columns: try mapping(),
                keepsUnknown: extraColumns == .metadata), encoding: encoding,
            place: place, isDryRun: dryRun)
    }
}
