import ArgumentParser
import ContactClient
import ContactModel
import ContactUI
import JSONText

/// Adds and removes single tags of all contacts that match.
struct TagCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Add and remove tags of the contacts that match.",
        discussion: "All of it is one step: one undo takes it back. Status 1 where nobody matches.")

    @OptionGroup var scope: ScopeOptions

    @Option(
        parsing: .unconditionalSingleValue, help: "A tag to add; may be given again.",
        completion: WordCompletion.tags)
    var add: [String] = []

    @Option(
        parsing: .unconditionalSingleValue, help: "A tag to remove; may be given again.",
        completion: WordCompletion.tags)
    var remove: [String] = []

    @OptionGroup var report: ReportOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    func validate() throws {
        _ = try scope.parsed()
        _ = try edit()
    }

    private func edit() throws -> BulkEdit {
        guard !add.isEmpty || !remove.isEmpty else {
            throw ValidationError("nothing to do: give --add or --remove")
        }
        let added = try add.map { try TagWording.tag($0, option: "--add") }
        guard remove.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("--remove: a tag is empty")
        }
        let removed = TagList(stored: remove)
        if let both = added.first(where: removed.contains) {
            throw ValidationError("'\(Streams.neutral(both.text))' is both added and removed")
        }
        return .retag(add: TagList(added), remove: removed)
    }

    func perform() async throws {
        let (query, edit) = (try scope.parsed(), try edit())
        try await place.withBackend(readsOnly: dryRun) { backend, _ in
            let listing = try await place.reachable(query, in: backend)
            Interruption.watch()
            try await place.perform(
                BulkSelection(edit, of: listing), isDryRun: dryRun, report, on: backend)
        }
    }
}

/// Takes contacts away.
struct DeleteCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete the contacts that match.",
        discussion: """
            Asks first. Status 1 where nobody matches, or the answer is no. In a remote workspace \
            it is done at once or not at all, by a tool of the server, and cannot be undone.
            """)

    @OptionGroup var scope: ScopeOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var report: ReportOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    func validate() throws {
        _ = try scope.parsed()
        guard yes || dryRun || Question.canBeAsked else {
            throw ValidationError("delete asks first, and there is no terminal: give --yes")
        }
    }

    func perform() async throws {
        let query = try scope.parsed()
        try await place.withBackend(readsOnly: dryRun) { backend, _ in
            let selection = try await BulkSelection(.delete, of: query, in: backend)
            Interruption.watch()
            if selection.plan.count > 0 && !dryRun && !yes {
                try ask(about: selection, in: backend.place)
            }
            try await place.perform(selection, isDryRun: dryRun, report, on: backend)
        }
    }

    private func ask(about selection: BulkSelection, in place: Place) throws {
        let count = selection.plan.count
        let names = selection.plan.effect.samples.prefix(3).map { sample in
            sample.before.name ?? sample.before.phone ?? sample.before.id ?? "a nameless one"
        }
        let more = count > names.count ? " and \(count - names.count) more" : ""
        Interruption.rest()
        let question = "delete \(names.joined(separator: ", "))\(more) from \(place.title)?"
        let isMeant =
            place.keepsHistory
            ? Question.ask(question)
            : Question.ask(question + " That cannot be undone.", for: "delete")
        guard isMeant else {
            self.place.note("nothing was deleted")
            throw ExitCode(1)
        }
    }
}

extension PlaceOptions {
    /// Prints what a selection would do, or does it.
    func perform(
        _ selection: BulkSelection, isDryRun: Bool, _ options: ReportOptions,
        on backend: any ContactBackend
    ) async throws {
        if selection.isPartial {
            note("only contacts that are known here are reached: the server may hold more")
        }
        noteUnknown(selection.unknown)
        guard selection.matched > 0 else {
            note("nobody matches")
            throw ExitCode(1)
        }
        if isDryRun {
            let named = selection.plan.changes.filter { !$0.key.members.isEmpty }
            for change in named { Streams.print(PlanLine(change).text) }
            let count = selection.plan.count - named.count
            if count > 0 { note("\(count) more that neither id nor phone number names") }
            selection.plan.effect.obstacles.tell()
            if count > 0 || !selection.plan.effect.obstacles.isEmpty { throw ExitCode(2) }
            return
        }
        let isDeletion = selection.plan.changes(limit: 1).first?.change == .delete
        let run = BulkRun(
            place: self, title: backend.place.title, participle: isDeletion ? "deleted" : "changed",
            isJSON: options.json, obstacles: selection.plan.effect.obstacles,
            subjects: selection.subjects)
        try await run.perform(selection.plan, on: backend)
    }
}

/// What is wrong with a tag.
enum TagWording {
    static func tag(_ text: String, option: String) throws -> Tag {
        do throws(TagFlaw) {
            return try Tag(text)
        } catch {
            throw ValidationError("\(option) '\(Streams.neutral(text))': \(phrase(error))")
        }
    }

    private static func phrase(_ flaw: TagFlaw) -> String {
        switch flaw {
        case .empty: "the tag is empty"
        case .comma: "a tag holds no comma; give the option once for each tag"
        case .controlCharacter: "a tag holds no control characters"
        case .tooLong(let count): "it has \(count) characters, a tag at most \(Tag.maximumLength)"
        }
    }
}
