import ContactFormats
import ContactModel
import JSONText
import Synchronization

/// Reads a text in pieces of any length.
enum Reading {
    /// Every entry, and what was not read.
    static func entries(
        _ text: [UInt8], _ format: ContactFormat, _ options: ReadingOptions = ReadingOptions(),
        pieces: Int = 7
    ) throws -> (entries: [ImportEntry], unread: UnreadValues) {
        var reader = format.reader(options)
        var entries: [ImportEntry] = []
        for start in stride(from: 0, to: text.count, by: pieces) {
            entries += try reader.feed(Array(text[start..<min(text.count, start + pieces)]))
        }
        entries += try reader.finish()
        return (entries, reader.unread)
    }

    /// The records of a text, those with a flaw left out.
    static func records(
        _ text: String, _ format: ContactFormat, _ options: ReadingOptions = ReadingOptions()
    ) throws -> [ImportRecord] {
        try entries(Array(text.utf8), format, options).entries.compactMap(\.record)
    }

    /// What a text comes to where nobody is there yet: a plan line a contact.
    static func plan(
        _ text: String, _ format: ContactFormat, _ options: ReadingOptions = ReadingOptions()
    ) throws -> [String] {
        var plan = ImportPlan(rules: ImportRules(), source: "csv_import", spool: MemorySpool())
        for record in try records(text, format, options) {
            guard let number = record.phone?.number else {
                plan.refuse(line: record.line, .noKey)
                continue
            }
            try plan.take(record, for: .new(number))
        }
        let refusals = plan.refusals.map { "line \($0.line): \($0.flaw)" }
        return try plan.changes(0..<plan.size).flatMap(\.changes).map { PlanLine($0).text }
            + refusals
    }
}

extension ImportEntry {
    var record: ImportRecord? {
        if case .record(let record) = self { record } else { nil }
    }

    var flaw: String? {
        if case .flawed(let line, let flaw) = self { "line \(line): \(flaw)" } else { nil }
    }
}

/// The text files in `Goldens`.
enum Golden {
    static func path(_ name: String) -> String {
        let here = "\(#filePath)"
        return here.prefix(through: here.lastIndex(of: "/") ?? here.startIndex) + "Goldens/" + name
    }
}

/// A spool that keeps everything in memory.
final class MemorySpool: Spool {
    private let all = Mutex<[UInt8]>([])

    var size: Int { all.withLock(\.count) }
    func append(_ bytes: [UInt8]) { all.withLock { $0 += bytes } }
    func bytes(_ range: Range<Int>) -> [UInt8] { all.withLock { Array($0[range]) } }
}
