import ContactModel

/// Reads contacts out of CSV.
struct CSVRecords: RecordReader {
    private let options: ReadingOptions
    private var start = TextStart()
    private var head = CSVHead()
    private var parser: CSVParser?
    private var columns: CSVColumns?
    private(set) var unread = UnreadValues()

    init(_ options: ReadingOptions) {
        self.options = options
    }

    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry] {
        try take(try start.take(chunk))
    }

    mutating func finish() throws(FormatError) -> [ImportEntry] {
        var entries = try take(try start.take([], isLast: true))
        if parser == nil { entries += try begin() }
        guard var parser else { return entries }
        entries += try read(try parser.finish())
        self.parser = parser
        if columns == nil { throw .empty }
        return entries
    }

    private mutating func take(_ bytes: [UInt8]) throws(FormatError) -> [ImportEntry] {
        if parser == nil { return try head.take(bytes) ? try begin() : [] }
        guard let rows = try parser?.feed(bytes) else { return [] }
        return try read(rows)
    }

    private mutating func begin() throws(FormatError) -> [ImportEntry] {
        var parser = CSVParser(delimiter: options.delimiter ?? head.delimiter, line: head.line)
        let rows = try parser.feed(head.body)
        self.parser = parser
        head = CSVHead()
        return try read(rows)
    }

    private mutating func read(_ rows: [CSVRow]) throws(FormatError) -> [ImportEntry] {
        var entries: [ImportEntry] = []
        entries.reserveCapacity(rows.count)
        for row in rows {
            if let columns {
                if let entry = entry(row, columns) { entries.append(entry) }
            } else if row.flaw == .notUTF8 {
                throw .headerNotUTF8
            } else {
                columns = try CSVColumns(row.cells, said: options.columns)
            }
        }
        return entries
    }

    /// Rows of empty cells alone, as spreadsheets leave them at the end, are passed over.
    private mutating func entry(_ row: CSVRow, _ columns: CSVColumns) -> ImportEntry? {
        if let flaw = row.flaw { return .flawed(line: row.line, flaw) }
        if row.cells.allSatisfy(\.isEmpty) { return nil }
        let count = columns.names.count
        let surplus = row.cells.dropFirst(count)
        guard row.cells.count >= count, surplus.allSatisfy(\.isEmpty) else {
            return .flawed(line: row.line, .cells(row.cells.count, expected: count))
        }
        note(row, columns)
        let reading = CSVRowReading(row: row, columns: columns, options: options)
        return .record(reading.record)
    }

    private mutating func note(_ row: CSVRow, _ columns: CSVColumns) {
        for (index, role) in columns.roles.enumerated() where !row.cells[index].isEmpty {
            switch role {
            case .field: break
            case .fixed(let field): unread.noteFixed(field.name)
            case .unknown:
                if !options.keepsUnknown { unread.noteUnknown(columns.names[index]) }
            }
        }
    }
}

/// Makes a record of one row.
private struct CSVRowReading {
    let row: CSVRow
    let columns: CSVColumns
    let options: ReadingOptions

    var record: ImportRecord {
        var record = ImportRecord(line: row.line)
        record.id = value(.id)
        record.phone = phone
        record.name = name
        record.email = email
        record.tags = tags
        record.metadata = value(.metadata)
        record.source = value(.source).flatMap { $0.isEmpty ? nil : $0.text }
        record.cells = cells
        return record
    }

    /// The first cell of a field that is not empty; nil where there is no such column.
    private func value(_ field: ImportField) -> ImportValue? {
        let values = columns.columns(field).map { ImportValue(row.cells[$0]) }
        return values.first { !$0.isEmpty } ?? values.first
    }

    private var phone: ImportPhone? {
        let candidates = parts(.phone).map {
            ImportPhone(CSVRowReading.unwrapped($0.text), cell: $0.cell, plan: options.plan)
        }
        return candidates.first { $0.number != nil } ?? candidates.first
    }

    private var email: ImportValue? {
        guard !columns.columns(.email).isEmpty else { return nil }
        let candidates = parts(.email)
        let valid = candidates.count > 1 ? candidates.first { EmailAddress($0.text) != nil } : nil
        let chosen = valid ?? candidates.first
        return ImportValue(chosen?.text ?? "", cell: chosen?.cell)
    }

    /// The values of all columns of a field.
    private func parts(_ field: ImportField) -> [(text: String, cell: String)] {
        columns.columns(field).map { row.cells[$0] }.flatMap { cell in
            CSVRowReading.parts(cell).map { ($0, cell) }
        }
    }

    private var name: ImportValue? {
        if let name = value(.name), !name.isEmpty { return name }
        let order: [ImportField] = [.namePrefix, .givenName, .middleName, .familyName, .nameSuffix]
        let parts = order.compactMap(value)
        guard !parts.isEmpty else { return value(.name) }
        let words = parts.map { $0.text.trimmingWhitespace() }.filter { !$0.isEmpty }
        return ImportValue(words.joined(separator: " "))
    }

    private var tags: ImportTags? {
        let all = columns.columns(.tags)
        guard let first = all.first else { return nil }
        return ImportTags(
            written: ImportValue(row.cells[first]),
            texts: all.flatMap { TagCell.tags(in: row.cells[$0]) })
    }

    private var cells: [MetadataCell] {
        columns.roles.enumerated().compactMap { index, role in
            let text = row.cells[index]
            guard !text.isEmpty else { return nil }
            switch role {
            case .field(.metadataValue(let path)): return MetadataCell(path: path, text: text)
            case .unknown where options.keepsUnknown:
                return MetadataCell(path: MetadataPath(keys: [columns.names[index]]), text: text)
            default: return nil
            }
        }
    }

    /// The values of a cell in which Google Contacts puts several.
    private static func parts(_ cell: String) -> [String] {
        guard cell.utf8.contains(0x3A), cell.utf8.contains(":::".utf8) else {
            return cell.isEmpty ? [] : [cell]
        }
        var parts: [String] = []
        var rest = cell[...]
        while let range = rest.firstRange(of: ":::") {
            parts.append(rest[..<range.lowerBound].trimmingWhitespace())
            rest = rest[range.upperBound...]
        }
        return (parts + [rest.trimmingWhitespace()]).filter { !$0.isEmpty }
    }

    /// A number without what keeps spreadsheets from counting with it: `="+1…"`, `'+1…`.
    private static func unwrapped(_ text: String) -> String {
        if text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 3 {
            return String(text.dropFirst(2).dropLast())
        }
        return text.hasPrefix("'") ? String(text.dropFirst()) : text
    }
}
