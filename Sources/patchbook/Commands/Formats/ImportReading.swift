import ContactClient
import ContactFormats
import ContactModel

/// Reads a file record by record and finds out what each would change.
struct ImportReading {
    let path: String
    let format: ContactFormat
    let rules: ImportRules
    let options: ReadingOptions
    /// How the text of the file is written.
    var encoding = ImportCommand.Encoding.utf8

    /// What the file comes to; nil stands for a file of contacts that is not made yet.
    ///
    /// - Parameters:
    ///   - known: every contact of a workspace, where they were read already.
    ///   - goOn: told the bytes read so far, and how many there are where that is known.
    /// - Throws: `FormatError` where the file makes no sense as a whole, and what `goOn` throws.
    func planned(
        _ backend: (any ContactBackend)?, known: KnownContacts? = nil,
        _ goOn: (_ position: Int, _ size: Int?) throws -> Void
    ) async throws -> ImportRun.Planned {
        var rules = rules
        if backend?.workspace != nil { rules.sources = ContactSource.known }
        var plan = ImportPlan(rules: rules, source: format.source, spool: SpoolFile())
        var targets = ImportTargets(backend, known, rules, plan: options.plan)
        var reader = format.reader(options)
        var source = try ByteSource(path)
        var isUTF8: Bool?
        while let chunk = try source.next() {
            try goOn(source.position, source.size)
            // The mark of UTF-8 knows better than whoever called it otherwise.
            let isPlain = isUTF8 ?? (encoding == .utf8 || chunk.starts(with: [0xEF, 0xBB, 0xBF]))
            isUTF8 = isPlain
            let text = isPlain ? chunk : Windows1252.utf8(chunk)
            for entry in try reader.feed(text) {
                try Interruption.check()
                try await take(entry, &plan, &targets)
            }
        }
        for entry in try reader.finish() { try await take(entry, &plan, &targets) }
        for record in targets.held() { try await take(record, &plan, &targets) }
        try goOn(source.position, source.size)
        let report = ImportReport(path: path, plan: plan, unread: reader.unread)
        return ImportRun.Planned(plan: plan, report: report, known: known)
    }

    private func take(
        _ entry: ImportEntry, _ plan: inout ImportPlan, _ targets: inout ImportTargets
    ) async throws {
        switch entry {
        case .flawed(let line, let flaw): plan.refuse(line: line, flaw)
        case .record(let record): try await take(record, &plan, &targets)
        }
    }

    private func take(
        _ record: ImportRecord, _ plan: inout ImportPlan, _ targets: inout ImportTargets
    ) async throws {
        switch try await targets.find(record) {
        case .target(let target):
            try targets.take(record, as: record, for: target, in: &plan)
            if let sharer = try await targets.sharer(of: record, target) { plan.note(sharer) }
        case .other(let other, let target, let sharer):
            try targets.take(record, as: other, for: target, in: &plan)
            if let sharer { plan.note(sharer) }
        case .unchanged: plan.pass()
        case .flaw(let flaw): plan.refuse(line: record.line, flaw)
        case .held: break
        }
    }
}
