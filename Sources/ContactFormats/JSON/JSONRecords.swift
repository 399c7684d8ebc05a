import ContactModel
import JSONText

/// Reads contacts out of a JSON array, or out of `{"data": […]}`.
struct JSONRecords: RecordReader {
    private var start = TextStart()
    private var elements = JSONElements()
    private var reading: JSONReading

    init(_ options: ReadingOptions) {
        reading = JSONReading(options)
    }

    var unread: UnreadValues { reading.unread }

    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry] {
        try read(try elements.feed(try start.take(chunk)))
    }

    mutating func finish() throws(FormatError) -> [ImportEntry] {
        let last = try elements.feed(try start.take([], isLast: true))
        try elements.finish()
        return try read(last)
    }

    private mutating func read(_ found: [JSONElement]) throws(FormatError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        for element in found {
            do throws(JSONSyntaxError) {
                let value = try JSONValue(parsing: element.bytes)
                entries.append(reading.entry(value, line: element.line))
            } catch {
                let isFirstLine = error.line == 1
                throw .notJSON(
                    error.reason, line: element.line + error.line - 1,
                    column: isFirstLine ? element.column + error.column - 1 : error.column)
            }
        }
        return entries
    }
}

/// Reads contacts out of lines, each of them an object.
struct JSONLineRecords: RecordReader {
    private var start = TextStart()
    private var rest: [UInt8] = []
    private var line = 0
    private var reading: JSONReading

    init(_ options: ReadingOptions) {
        reading = JSONReading(options)
    }

    var unread: UnreadValues { reading.unread }

    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry] {
        try take(try start.take(chunk))
    }

    mutating func finish() throws(FormatError) -> [ImportEntry] {
        let entries = try take(try start.take([], isLast: true))
        defer { rest = [] }
        return entries + (entry(rest[...]).map { [$0] } ?? [])
    }

    private mutating func take(_ bytes: [UInt8]) throws(FormatError) -> [ImportEntry] {
        rest += bytes
        var entries: [ImportEntry] = []
        var begin = 0
        while let end = rest[begin...].firstIndex(of: 0x0A) {
            if let entry = entry(rest[begin..<end]) { entries.append(entry) }
            begin = end + 1
        }
        rest.removeSubrange(..<begin)
        guard rest.count <= ReadingOptions.recordLimit else {
            throw .tooLong(line: line + 1, limit: ReadingOptions.recordLimit)
        }
        return entries
    }

    private mutating func entry(_ bytes: ArraySlice<UInt8>) -> ImportEntry? {
        line += 1
        guard bytes.contains(where: { $0 > 0x20 }) else { return nil }
        do throws(JSONSyntaxError) {
            return reading.entry(try JSONValue(parsing: Array(bytes)), line: line)
        } catch {
            let flaw =
                error.reason == .invalidUTF8
                ? RecordFlaw.notUTF8 : .notJSON(error.reason, column: error.column)
            return .flawed(line: line, flaw)
        }
    }
}

/// Makes a record of one object: members by the contact's own names, else by the names that
/// columns may have.
struct JSONReading: Sendable {
    private(set) var unread = UnreadValues()
    private let options: ReadingOptions
    /// Names that were looked up.
    private var known: [String: ImportField?] = [:]
    private static let namesKept = 1000

    init(_ options: ReadingOptions) {
        self.options = options
    }

    mutating func entry(_ value: JSONValue, line: Int) -> ImportEntry {
        guard let object = value.object else {
            return .flawed(line: line, .notAnObject(kind: value.kind))
        }
        var record = ImportRecord(line: line)
        var names: [ImportField: String] = [:]
        for name in object.names {
            guard let value = object[name] else { continue }
            if let field = field(name) {
                read(value, as: field, into: &record, &names)
            } else {
                readUnknown(value, name, into: &record)
            }
        }
        if record.name?.isEmpty ?? true, let composed = JSONReading.composed(names) {
            record.name = ImportValue(composed)
        }
        return .record(record)
    }

    private mutating func field(_ name: String) -> ImportField? {
        if let field = options.columns[name] { return field }
        if let known = known[name] { return known }
        let field = ColumnMeaning(of: name)?.field
        if known.count < JSONReading.namesKept { known[name] = .some(field) }
        return field
    }

    private func read(
        _ value: JSONValue, as field: ImportField, into record: inout ImportRecord,
        _ names: inout [ImportField: String]
    ) {
        let written = ImportValue(value)
        switch field {
        case .id: record.id = record.id ?? written
        case .phone:
            if record.phone?.number == nil && !written.isEmpty {
                record.phone = ImportPhone(written.text, plan: options.plan)
            }
        case .name: record.name = record.name ?? written
        case .email: record.email = record.email ?? written
        case .source: record.source = value.text.flatMap { $0.isEmpty ? nil : $0 }
        case .metadata: record.metadata = record.metadata ?? written
        case .tags: record.tags = record.tags ?? JSONReading.tags(value)
        case .givenName, .middleName, .familyName, .namePrefix, .nameSuffix:
            names[field] = value.text?.trimmingWhitespace()
        case .metadataValue(let path):
            if value != .null && path.keys.count == 1 { record.members[path.keys[0]] = value }
        case .ignored: break
        }
    }

    private static func tags(_ value: JSONValue) -> ImportTags {
        var written = ImportValue(value)
        guard let elements = value.array, elements.allSatisfy({ $0.text != nil }) else {
            return ImportTags(written: written, texts: value.text.map(TagCell.tags) ?? [])
        }
        let texts = elements.compactMap(\.text)
        written.kind = nil
        if texts.isEmpty { written.text = "" }
        return ImportTags(written: written, texts: texts)
    }

    private mutating func readUnknown(
        _ value: JSONValue, _ name: String, into record: inout ImportRecord
    ) {
        let isEmpty = value == .null || value.text?.isEmpty == true
        if let field = Field(rawValue: name) {
            if !isEmpty { unread.noteFixed(field.name) }
        } else if options.keepsUnknown {
            if !isEmpty { record.members[name] = value }
        } else if !isEmpty {
            unread.noteUnknown(name)
        }
    }

    private static func composed(_ names: [ImportField: String]) -> String? {
        let order: [ImportField] = [.namePrefix, .givenName, .middleName, .familyName, .nameSuffix]
        let words = order.compactMap { names[$0] }.filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
