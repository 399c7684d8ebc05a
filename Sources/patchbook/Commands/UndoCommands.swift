import ArgumentParser
import ContactClient
import ContactModel
import ContactStore
import JSONText

/// How many steps, and whether only to look.
struct StepOptions: ParsableArguments {
    @Argument(help: "How many steps.")
    var count = 1

    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print what would be written, and change nothing.")
    var dryRun = false

    func validate() throws {
        guard count > 0 else { throw ValidationError("N must be 1 or more") }
    }

    /// Takes steps back and tells what became of each.
    ///
    /// - Throws: `ExitCode` 2 where contacts had to be left alone.
    func perform(_ direction: UndoDirection) async throws {
        // A step in a file is taken back whole or not at all: Ctrl-C ends it before, not within.
        Interruption.watch()
        try await place.withBackend(readsOnly: dryRun) { backend, _ in
            try Interruption.check()
            if dryRun {
                try await preview(direction, backend)
                return
            }
            if backend.workspace != nil { Interruption.rest() }
            let receipts =
                switch direction {
                case .undo: try await backend.undo(count)
                case .redo: try await backend.redo(count)
                }
            for receipt in receipts where !place.quiet && receipt.isOfUse {
                let verb = direction == .undo ? "took back" : "did again"
                Streams.print("\(verb): \(Streams.neutral(receipt.what.text))")
            }
            let isWhole = receipts.map { tellRest($0, backend) }.allSatisfy(\.self)
            if receipts.count < count { place.note("there are no more") }
            if !isWhole { throw ExitCode(2) }
        }
    }

    private func preview(
        _ direction: UndoDirection, _ backend: any ContactBackend
    ) async throws {
        if let workspace = backend.workspace {
            let plan = try await workspace.plan(direction, count)
            plan.lines.forEach { Streams.print(JSONValue.object($0).jsonText) }
            if plan.givenUp > 0 {
                let changes = plan.givenUp == 1 ? "1 change is" : "\(plan.givenUp) changes are"
                place.note("\(changes) not sent yet, and would not be")
            }
            tell(plan.skipped, backend)
            if !plan.skipped.isEmpty { throw ExitCode(2) }
            return
        }
        guard let file = backend.file else { return }
        let plan = try file.plan(direction, count)
        plan.lines.forEach { Streams.print(JSONValue.object($0).jsonText) }
        let made = plan.lines.count { $0["create"] != nil }
        let command = direction == .undo ? "undo" : "redo"
        if made > 0 {
            place.note(
                "\(made) that come back keep their id and every field with '\(command)'; made by "
                    + "'apply' from these lines they are new ones")
        }
        Streams.complain(about: plan.unsaid, rest: "are left out") { key, name in
            let subject = name.map { "\($0) (\(key.text))" }
            return "\(subject ?? self.subject(of: key, in: backend)) is left out: no line says all "
                + "that comes back with '\(command)'"
        }
        tell(plan.skipped, backend)
        if !plan.skipped.isEmpty || !plan.unsaid.isEmpty { throw ExitCode(2) }
    }

    /// Who was changed since.
    private func tell(_ skipped: [ContactKey], _ backend: any ContactBackend) {
        Streams.complain(about: skipped, rest: "were changed since") { key in
            "\(subject(of: key, in: backend)) was changed since and is left alone"
        }
    }

    /// Whom a key names, as people know the contact, and the key beside that.
    private func subject(of key: ContactKey, in backend: any ContactBackend) -> String {
        let known = backend.subject(of: key)
        return known == key.text || backend.workspace != nil
            ? known : "\(known) (\(key.text))"
    }

    /// What could not be restored.
    ///
    /// - Returns: whether everything was.
    private func tellRest(_ receipt: UndoReceipt, _ backend: any ContactBackend) -> Bool {
        tell(receipt.skipped, backend)
        for key in receipt.undeletable.prefix(20) {
            Streams.complain(
                "\(subject(of: key, in: backend)) was made and stays: 'patchbook delete' takes it "
                    + "away, for good")
        }
        for key in receipt.unanswered.prefix(20) {
            Streams.complain(
                "\(subject(of: key, in: backend)) may have been made there, as no answer came: it "
                    + "is not sent again, and 'patchbook show' tells whether it is there")
        }
        for key in receipt.gone.prefix(20) {
            Streams.complain("\(key.text) was deleted at the server: nothing brings it back")
        }
        for key in receipt.keptKeys { Streams.complain("the API cannot remove \(key)") }
        for field in receipt.inexpressible {
            Streams.complain("the API cannot restore \(field.name)")
        }
        if receipt.refused > 0 {
            let changes = receipt.refused == 1 ? "1 change is" : "\(receipt.refused) changes are"
            place.note("\(changes) given up that had been refused, or were in conflict")
        }
        return receipt.isWhole
    }
}

extension UndoReceipt {
    /// Whether anything was restored, or nothing had to be.
    fileprivate var isOfUse: Bool { !restored.isEmpty || isWhole }

    /// Whether nothing stands that was to be taken back.
    fileprivate var isWhole: Bool {
        skipped.isEmpty && undeletable.isEmpty && unanswered.isEmpty && gone.isEmpty
            && keptKeys.isEmpty && inexpressible.isEmpty
    }
}

/// Takes steps back.
struct UndoCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back your newest steps.",
        discussion: """
            Also those of earlier runs of the program, where the contacts are in a file. Contacts \
            of which a field that the step wrote was changed since are left alone and named \
            (status 2); a step of which nothing was left is passed over the next time. Status 1 \
            where there is nothing to take back. With --dry-run those are left out and named too \
            of whom no line of a plan says all that comes back; whoever a line makes anew gets \
            another id, and nothing beside the fields of the line.
            """)

    @OptionGroup var steps: StepOptions

    func perform() async throws { try await steps.perform(.undo) }
}

/// Does again what was taken back.
struct RedoCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "redo", abstract: "Do again what undo took back.",
        discussion: "A new step ends that. Status 1 where there is nothing to do again.")

    @OptionGroup var steps: StepOptions

    func perform() async throws { try await steps.perform(.redo) }
}

/// Lists the steps.
struct LogCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List the steps, newest first.",
        discussion: "The JSON form holds each step's plan lines, at most \(LogEntry.lineLimit).")

    /// How steps are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Option(help: "How steps are written.")
    var format = Format.table

    @Option(help: "The most steps.")
    var limit = 50

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
    }

    func perform() async throws {
        try await place.withBackend(readsOnly: true) { backend, _ in
            let entries = try await backend.log(limit: limit)
            switch format {
            case .json:
                let records = entries.map { JSONValue.object($0.record) }
                Streams.print(JSONValue.array(records).prettyText)
            case .table:
                for entry in entries { Streams.print(Streams.neutral(entry.line)) }
            }
        }
    }
}

extension LogEntry {
    fileprivate var line: String {
        let kind = undoes != nil ? "undo: " : redoes != nil ? "redo: " : ""
        return "\(time)  \(author)  \(kind)\(what.text)\(isUndone ? "  (taken back)" : "")"
    }
}
