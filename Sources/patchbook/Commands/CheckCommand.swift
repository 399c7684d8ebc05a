import ArgumentParser
import ContactClient
import ContactModel
import ContactStore
import ContactUI
import JSONText

/// Looks a file over, and what stands beside it.
struct CheckCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a file and its journal whole, and tell what is damaged.",
        discussion: """
            Nothing is changed unless you ask for it. Status 65 where something is damaged, also \
            after --repair where the file itself is: its text only you can mend.
            """)

    @Argument(
        help: "A JSON file of contacts; without it the configured one.", completion: .file())
    var path: String?

    @Option(help: "A JSON file of contacts.", completion: .file())
    var file: String?

    @Flag(help: "Set damage of the journal aside in a file of its own and go on without it.")
    var repair = false

    @Flag(help: "Make the journal part of the file now.")
    var compact = false

    @Flag(help: "Write again what another program overwrote before it was part of the file.")
    var mine = false

    @Flag(help: "Leave it as the other program wrote it.")
    var theirs = false

    @Flag(help: "Tell it as JSON.")
    var json = false

    @Flag(help: "Say nothing but what is damaged.")
    var quiet = false

    func validate() throws {
        if path != nil && file != nil { throw ValidationError("name one file") }
        if mine && theirs { throw ValidationError("give one of --mine and --theirs") }
    }

    func perform() async throws {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(
            file: path ?? file, profile: nil, configuration: configuration)
        configuration.complain(unless: quiet)
        guard let path = choice.path else {
            throw ValidationError("check looks at a file: give its name")
        }
        do {
            let isSettled = mine || theirs ? try await settle(path, choice.options()) : true
            try check(path, choice.options())
            if !isSettled { throw ExitCode(2) }
        } catch let error as StoreError {
            Streams.complain(StoreWording.failure(error).line)
            throw ExitCode(StoreWording.status(error))
        }
    }

    /// - Returns: false where something is still open.
    private func settle(_ path: String, _ options: StoreOptions) async throws -> Bool {
        do {
            let client = try LocalClient(opening: path, title: path, options: options)
            let open = try client.conflicts()
            let (possible, waiting) = (
                open.filter { theirs || $0.theirs != nil },
                open.filter { mine && $0.theirs == nil }
            )
            let ids = Set(possible.map(\.id))
            if mine { try client.keepMine(ids) } else { try client.keepTheirs(ids) }
            await client.close()
            guard !quiet, !json else { return waiting.isEmpty }
            let whose = mine ? "yours" : "theirs"
            for conflict in waiting {
                Streams.print(Streams.neutral("still kept: \(StoreWording.words(conflict))"))
            }
            for conflict in possible {
                Streams.print(Streams.neutral("\(whose) stands: \(StoreWording.words(conflict))"))
            }
            if open.isEmpty { Streams.print("nothing is in conflict") }
            return waiting.isEmpty
        } catch {
            Streams.complain(Wording.failure(error, place: path).line)
            throw ExitCode(Wording.status(error))
        }
    }

    private func check(_ path: String, _ options: StoreOptions) throws {
        var report = try Store.check(path)
        var repaired: StoreRepair?
        if repair, report.flaw == nil, !report.isSound {
            repaired = try Store.repair(path, options: options)
        }
        let before = report
        if repaired != nil { report = try Store.check(path) }
        var folded: Int?
        if compact && report.isSound {
            let store = try Store(opening: path, options: options)
            folded = store.unfoldedSteps
            try store.fold()
            report = try Store.check(path)
        }
        if json {
            Streams.print(JSONValue.object(report.record(before, repaired, folded)).prettyText)
        } else {
            tell(before, repaired, folded)
        }
        if !report.isSound { throw ExitCode(65) }
    }

    private func tell(_ report: StoreReport, _ repaired: StoreRepair?, _ folded: Int?) {
        for line in StoreWording.lines(report, isRepaired: repaired != nil)
        where !quiet || line.isBad {
            Streams.print(Streams.neutral(line.text))
        }
        if let repaired {
            for line in StoreWording.lines(repaired) { Streams.print(Streams.neutral(line)) }
        }
        if let folded, !quiet {
            Streams.print("made part of the file: \(StoreWording.counted(folded, "step"))")
        }
    }
}

extension StoreReport {
    /// The report as a program reads it; what was damaged before a repair stands in `repaired`.
    fileprivate func record(
        _ before: StoreReport, _ repaired: StoreRepair?, _ folded: Int?
    ) -> JSONObject {
        var record: JSONObject = [
            "file": .string(path), "sound": .bool(isSound),
            "contacts": .number(JSONNumber(contacts)), "bytes": .number(JSONNumber(size)),
        ]
        if let flaw { record["problem"] = .string(StoreWording.failure(flaw).message) }
        if let journal { record["journal"] = journal.value }
        if let history { record["history"] = history.value }
        record["changed_outside"] = .bool(isChangedOutside)
        record["folding_cut_off"] = .bool(isFoldingCutOff)
        record["conflicts"] = .array(conflicts.map { .object($0.record) })
        record["repeated"] = .array(
            repeatedInOrder.map { key, count in
                var record = key.identity
                record["contacts"] = .number(JSONNumber(count))
                return .object(record)
            })
        if let folded { record["folded"] = .number(JSONNumber(folded)) }
        if let repaired {
            let flaws = (before.journal?.flaws ?? []) + (before.history?.flaws ?? [])
            record["repaired"] = .object([
                "flaws": .array(flaws.map(\.value)),
                "set_aside": .array(repaired.setAside.map(JSONValue.string)),
                "recovered": .number(JSONNumber(repaired.recovered)),
                "conflicts": .array(
                    repaired.conflicts.map {
                        .object(["contact": .string($0.key.text), "field": .string($0.field)])
                    }),
            ])
        }
        return record
    }
}

extension OpenConflict {
    /// The change of this side, and the contact as the other side left it.
    fileprivate var record: JSONObject {
        [
            "mine": .object(PlanLine(change).object),
            "theirs": theirs.map { .object($0.record) } ?? .null,
        ]
    }
}

extension StoreReport.Part {
    fileprivate var value: JSONValue {
        .object([
            "file": .string(path), "steps": .number(JSONNumber(steps)),
            "bytes": .number(JSONNumber(size)), "flaws": .array(flaws.map(\.value)),
        ])
    }
}

extension StoreReport.Flaw {
    fileprivate var value: JSONValue {
        .object([
            "kind": .string(kind == .torn ? "torn" : "damaged"),
            "offset": .number(JSONNumber(offset)), "bytes": .number(JSONNumber(size)),
        ])
    }
}
