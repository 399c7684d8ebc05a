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
    private var isEmpty = true
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
        let last = entry(rest[...]).map { [$0] } ?? []
        if isEmpty { throw .empty }
        return entries + last
    }

    private mutating func take(_ bytes: [UInt8]) throws(FormatError) -> [ImportEntry] {
        // What was there before holds no end of a line.
        var looked = rest.count
        rest += bytes
        var entries: [ImportEntry] = []
        var begin = 0
        while let end = rest[looked...].firstIndex(of: 0x0A) {
            if let entry = entry(rest[begin..<end]) { entries.append(entry) }
            begin = end + 1
            looked = begin
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
        isEmpty = false
        do throws(JSONSyntaxError) {
            return reading.entry(try JSONValue(parsing: Array(bytes)), line: line)
        } catch {
            let flaw =
                error.reason == .invalidUTF8
                ? RecordFlaw.notUTF8(column: error.column)
                : .notJSON(error.reason, column: error.column)
            return .flawed(line: line, flaw)
        }
    }
}
