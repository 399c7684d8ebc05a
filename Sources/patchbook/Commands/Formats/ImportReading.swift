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
        var resolving = ImportResolving(
            ImportTargets(backend, known, rules, plan: options.plan), rules)
        var source = try ByteSource(path, isReadTwice: true)
        var first = Reading(reader: format.reader(options))
        while let entries = try next(&first, &source) {
            try goOn(source.position / 2, source.size)
            for case .record(let record) in entries { try await resolving.note(record) }
        }
        try await resolving.finishFirstReading()
        let half = try source.rewind() / 2
        var second = Reading(reader: format.reader(options))
        while let entries = try next(&second, &source) {
            try goOn(half + source.position / 2, source.size)
            for entry in entries {
                switch entry {
                case .flawed(let line, let flaw): plan.refuse(line: line, flaw)
                case .record(let record): try await resolving.take(record, &plan)
                }
            }
        }
        guard resolving.isSame else { throw FormatError.changed }
        try goOn(source.position, source.size)
        let report = ImportReport(path: path, plan: plan, unread: second.reader.unread)
        return ImportRun.Planned(plan: plan, report: report, known: known)
    }

    /// The text, as far as it is read.
    private struct Reading {
        var reader: any RecordReader
        /// Known with the first bytes.
        var isUTF8: Bool?
    }

    /// The records of the next bytes; nil once there are no more.
    private func next(
        _ text: inout Reading, _ source: inout ByteSource
    ) throws -> [ImportEntry]? {
        try Interruption.check()
        if source.isAtEnd { return nil }
        guard let chunk = try source.next() else { return try text.reader.finish() }
        // The mark of UTF-8 knows better than whoever called it otherwise.
        let isPlain =
            text.isUTF8 ?? (encoding == .utf8 || chunk.starts(with: [0xEF, 0xBB, 0xBF]))
        text.isUTF8 = isPlain
        return try text.reader.feed(isPlain ? chunk : Windows1252.utf8(chunk))
    }
}
