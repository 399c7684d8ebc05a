import ArgumentParser
import ContactClient
import ContactModel
import JSONText

/// The tags in use.
struct TagsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags", abstract: "List every tag with its count; rename tags.",
        subcommands: [TagsListCommand.self, TagsRenameCommand.self],
        defaultSubcommand: TagsListCommand.self)
}

/// Lists the tags.
struct TagsListCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List every tag with its count (the default).",
        discussion: "A count that the server does not tell is a dash.")

    /// How tags are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(help: "How tags are written.")
    var format = Format.table

    @OptionGroup var place: PlaceOptions

    func perform() async throws {
        try await place.withBackend(readsOnly: true) { backend, _ in
            let tags = try await place.reachableTags(in: backend)
            switch format {
            case .json: Streams.print(JSONValue.array(tags.map(\.value)).prettyText)
            case .table:
                let width = tags.map { $0.shownCount.count }.max() ?? 0
                for tag in tags {
                    let gap = String(repeating: " ", count: width - tag.shownCount.count)
                    Streams.print(gap + tag.shownCount + "  " + Streams.neutral(tag.tag.text))
                }
            }
        }
    }
}

/// Gives a tag another name; where that is there, the two become one.
struct TagsRenameCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Rename a tag; where the new name exists, merge both.",
        discussion: "One step: one undo takes it back. Status 1 where nobody bears the tag.")

    @Argument(help: "The tag as it is, exactly.", completion: WordCompletion.tags)
    var old: String

    @Argument(help: "The new name.", completion: WordCompletion.tags)
    var new: String

    @OptionGroup var report: ReportOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    func validate() throws {
        let tag = try TagWording.tag(new, option: "NEW")
        guard !old.isEmpty else { throw ValidationError("OLD: the tag is empty") }
        guard !tag.text.hasSameUTF8(as: old) else {
            throw ValidationError("OLD and NEW are the same tag")
        }
    }

    func perform() async throws {
        let edit = BulkEdit.retag(
            add: TagList([try TagWording.tag(new, option: "NEW")]), remove: TagList(stored: old))
        Interruption.watch()
        try await place.withBackend(readsOnly: dryRun) { backend, _ in
            let bearers = try await place.bearers(of: old, in: backend)
            try await place.perform(
                BulkSelection(edit, of: bearers), isDryRun: dryRun, report, on: backend)
        }
    }
}

extension PlaceOptions {
    /// The contacts that bear a tag. A server that lists only some is asked for them by name.
    fileprivate func bearers(
        of tag: String, in backend: any ContactBackend
    ) async throws(ClientError) -> BearerListing {
        let listing = try await reachable(.all, in: backend)
        let wanted = TagList(stored: tag).tags
        var rows: [ContactRow] = []
        for start in stride(from: 0, to: listing.count, by: 1000) {
            rows += listing.rows(start..<start + 1000)
        }
        var isPartial = listing.isPartial
        if isPartial {
            do throws(ClientError) {
                let found = try await backend.search(ContactSearch(tag: tag))
                rows = found.map { ContactRow(contact: $0, key: $0.key) }
                isPartial = rows.count >= ContactSearch.maximumRows
            } catch {
                guard error.isOfTheWay else { throw error }
            }
        }
        rows = rows.filter { row in wanted.allSatisfy(row.contact.tags.contains) }
        return BearerListing(found: rows, total: listing.total, isPartial: isPartial)
    }
}

/// Rows that are all there at once.
private struct BearerListing: ContactListing {
    let found: [ContactRow]
    let total: Int
    let isPartial: Bool

    var count: Int { found.count }
    var reading: Int { 0 }
    var numbers: [Int32] { found.map(\.number) }

    func rows(_ range: Range<Int>) -> [ContactRow] { Array(found[range.clamped(to: 0..<count)]) }

    func position(of key: ContactKey) -> Int? { found.firstIndex { $0.key == key } }

    func row(number: Int32) -> ContactRow? { found.first { $0.number == number } }

    func number(of key: ContactKey) -> Int32? { position(of: key).map { found[$0].number } }
}

extension TagCount {
    fileprivate var shownCount: String { count.map { String($0) } ?? "-" }

    fileprivate var value: JSONValue {
        .object([
            "tag": .string(tag.text),
            "count": count.map { .number(JSONNumber($0)) } ?? .null,
        ])
    }
}
