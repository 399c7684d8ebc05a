import ContactClient
import ContactFormats
import ContactModel
import ContactUI
import Glibc
import TerminalKit

extension EffectPerformer {
    /// Reads a file of contacts and tells what it would change.
    func importFile(_ path: String, _ request: Int, _ backend: any ContactBackend) async {
        inbox.send(.imported(request: request, await preview(ofFile: path, backend)))
    }

    private func preview(
        ofFile path: String, _ backend: any ContactBackend
    ) async -> Result<ImportPreview, Failure> {
        let full = UserPaths.expanded(path)
        guard let format = ContactFormat(ending: path) else { return .failure(unknownFormat(path)) }
        guard access(full, R_OK) == 0 else {
            return .failure(Failure("\(path): \(String(cString: strerror(errno)))"))
        }
        let file = ImportReading(
            path: full, format: format, rules: ImportRules(),
            options: ReadingOptions(plan: dialingPlan))
        do {
            let planned = try await file.planned(backend) { _, _ in }
            let changes = try planned.plan.changes(0..<planned.plan.size).flatMap(\.changes)
            let refusals = planned.report.refusals.map {
                ContactUI.BulkFailure(subject: "line \($0.line)", reason: $0.words)
            }
            return .success(
                ImportPreview(
                    changes: changes, refusals: refusals, summary: planned.report.brief))
        } catch let error as FormatError {
            return .failure(Failure("\(path): \(ImportWording.phrase(error, format))"))
        } catch let error as ClientError {
            return .failure(wording(error))
        } catch {
            return .failure(Failure("\(path) cannot be read"))
        }
    }

    private func unknownFormat(_ path: String) -> Failure {
        Failure("\(path): its ending says no format", advice: "use .csv, .vcf, .json or .jsonl")
    }

    /// Writes the contacts of a listing to a file that is not there yet.
    func exportFile(_ path: String, _ number: Int) {
        let full = UserPaths.expanded(path)
        guard let listing = listings[number] else { return }
        guard let format = ContactFormat(ending: path) else {
            return inbox.send(.notice(News(unknownFormat(path).line, .bad)))
        }
        guard access(full, F_OK) != 0 else {
            let words = "\(path) is there already; choose another name"
            return inbox.send(.notice(News(words, .bad)))
        }
        do {
            let sink = try FileSink(full)
            do {
                let columns = Field.allCases.map(Column.field)
                let writer = RowWriter(format, columns: columns, to: sink.write)
                try writer.write(listing, count: listing.count)
                try sink.finish()
            } catch {
                sink.discard()
                throw error
            }
            let count = listing.count == 1 ? "1 contact" : "\(listing.count) contacts"
            inbox.send(.notice(News("\(count) written to \(path)", .good)))
        } catch {
            inbox.send(.notice(News("\(path) cannot be written", .bad)))
        }
    }
}
