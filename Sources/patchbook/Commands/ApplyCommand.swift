import ArgumentParser
import ContactClient
import ContactModel
import ContactUI
import Glibc
import JSONText

/// Carries out a plan.
struct ApplyCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Carry out a plan: one JSON object a line.",
        discussion: """
            A line is the body of update-contact, read strictly: one key, no null, no other \
            member; or one of {"contact_id": …, "add_tags": […], "remove_tags": […]}, \
            {"contact_id": …, "remove_metadata": […]}, {"contact_id": …, "delete": true}, \
            {"phone": …, "create": true, …}; phone may stand for contact_id. Where a line is \
            wrong (status 65) nothing is changed. All of it is one step: one undo takes it \
            back.
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var path: String

    @OptionGroup var report: ReportOptions
    @OptionGroup var place: PlaceOptions

    @Flag(help: "Print the lines that would change something, and change nothing.")
    var dryRun = false

    func perform() async throws {
        Interruption.watch()
        let changes = try read()
        try await place.withBackend(readsOnly: dryRun) { backend, _ in
            if dryRun {
                try await preview(changes, backend)
            } else {
                let run = BulkRun(
                    place: place, title: backend.place.title, isJSON: report.json)
                let narrowed = try await RetagNarrowing(backend).narrowed(changes, by: place)
                try await run.perform(BulkPlan(narrowed), on: backend)
            }
        }
    }

    private func read() throws -> [ContactChange] {
        var source = try ByteSource(path)
        var bytes: [UInt8] = []
        while let chunk = try source.next() { bytes += chunk }
        var changes: [ContactChange] = []
        var flaws: [String] = []
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated() where !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) })
        {
            try Interruption.check()
            do {
                changes.append(try PlanText.change(line))
            } catch {
                flaws.append("\(path), line \(index + 1): \(error.words)")
            }
        }
        guard flaws.isEmpty else {
            Streams.complain(about: flaws, rest: "wrong lines") { $0 }
            throw ExitCode(65)
        }
        return changes
    }

    private func preview(
        _ changes: [ContactChange], _ backend: any ContactBackend
    ) async throws {
        let known = try await place.known(lookingAt: changes.count, in: backend)
        var preview = PlanPreview(backend, known, of: changes)
        var flaws: [ClientError] = []
        for change in changes {
            try Interruption.check()
            do throws(ClientError) {
                try await preview.take(change)
            } catch {
                let failure = Wording.failure(error, place: backend.place.title).line
                switch error {
                case .notFound, .ambiguous: Streams.complain(failure)
                case .unsupported, .unusable, .invalid:
                    Streams.complain("\(change.key.text): \(failure)")
                default: throw error
                }
                flaws.append(error)
            }
        }
        for change in preview.news { Streams.print(PlanLine(change).text) }
        guard let flaw = flaws.first else { return }
        throw ExitCode(changes.count == 1 ? Wording.status(flaw) : 2)
    }
}

/// A line of a plan that cannot be read.
private struct PlanFlaw: Error {
    let words: String
}

private enum PlanText {
    static func change(_ line: ArraySlice<UInt8>) throws(PlanFlaw) -> ContactChange {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(line))
        } catch {
            throw PlanFlaw(
                words: "not JSON at column \(error.column): \(SyntaxWording.phrase(error))")
        }
        guard let object = value.object else {
            throw PlanFlaw(words: "not an object but \(value.kind)")
        }
        do {
            return try PlanLine(reading: object).change
        } catch {
            throw PlanFlaw(words: error.fields.map(\.message).joined(separator: " "))
        }
    }
}
