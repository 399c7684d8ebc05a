import ContactModel

/// Reads contacts out of CSV.
struct CSVRecords: RecordReader {
    private let options: ReadingOptions
    private var start = TextStart()
    private var head = CSVHead()
    private var parser: CSVParser?
    private var columns: CSVColumns?
    private(set) var unread = UnreadValues()
    /// By column, whether it was noted as not read, which is looked up for every cell.
    private var isNoted: [Bool] = []

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
            } else if case .notUTF8(let column?) = row.flaw {
                throw .headerNotUTF8(column: column)
            } else {
                columns = try CSVColumns(row.cells, said: options.columns)
                isNoted = Array(repeating: false, count: row.cells.count)
            }
        }
        return entries
    }

    /// Rows of empty cells alone, as spreadsheets leave them at the end, are passed over.
    private mutating func entry(_ row: CSVRow, _ columns: CSVColumns) -> ImportEntry? {
        if let flaw = row.flaw { return .flawed(line: row.line, flaw) }
        if row.cells.allSatisfy(\.isEmpty) { return nil }
        let count = columns.names.count
        let further = row.cells.dropFirst(count)
        guard row.cells.count >= count, further.allSatisfy(\.isEmpty) else {
            return .flawed(line: row.line, .cells(row.cells.count, expected: count))
        }
        let reading = CSVRowReading(
            row: start.isMarked ? row.live : row, columns: columns, options: options,
            mayBeInert: !start.isMarked)
        let surplus = reading.surplus
        let record = reading.record(surplus)
        note(row, columns, surplus, usesCompany: record.isCompanyName)
        return .record(record)
    }

    private mutating func note(
        _ row: CSVRow, _ columns: CSVColumns, _ surplus: [CSVRowReading.Part], usesCompany: Bool
    ) {
        for (index, role) in columns.roles.enumerated()
        where !isNoted[index] && !row.cells[index].isEmpty {
            switch role {
            case .field: continue
            case .fixed(let field): unread.fixed.note(field.name)
            case .unknown:
                if usesCompany && columns.companies.contains(index) { continue }
                if !options.keepsUnknown { unread.unknown.note(columns.names[index]) }
            }
            isNoted[index] = true
        }
        guard !options.keepsUnknown else { return }
        for part in surplus { unread.surplus.note(columns.names[part.column]) }
    }
}
