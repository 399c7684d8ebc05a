import ContactModel
import Glibc
import JSONText
import Screen

/// Writes rows in one of the formats of `list`.
struct RowWriter {
    private let format: ListCommand.Format
    private let columns: [Column]
    private let shaper = TextShaper(width: .approximate)
    /// A terminal would obey the controls that a program wants whole.
    private let isForTerminal = isatty(STDOUT_FILENO) == 1

    init(format: ListCommand.Format, columns: [Column]) {
        self.format = format
        self.columns = columns
    }

    func begin() {
        switch format {
        case .json: Streams.write("[")
        case .table: Streams.print(line(columns.map { $0.name.uppercased() }))
        case .csv: Streams.write(record(columns.map(\.name)))
        case .jsonl: break
        }
    }

    func write(_ rows: [ContactRow], isFirst: Bool) {
        for (index, row) in rows.enumerated() {
            let text = { JSONValue.object(row.contact.record).jsonText }
            switch format {
            case .json: Streams.write((isFirst && index == 0 ? "\n" : ",\n") + text())
            case .jsonl: Streams.print(text())
            case .table: Streams.print(line(columns.map { row.contact.shown($0) }))
            case .csv: Streams.write(record(columns.map { cell($0, row.contact) }))
            }
        }
    }

    func end(isEmpty: Bool) {
        if format == .json { Streams.print(isEmpty ? "]" : "\n]") }
    }

    /// Columns of a fixed width, so that a script can cut them; the last one is as long as it is.
    private func line(_ texts: [String]) -> String {
        var line = ""
        for (index, text) in texts.enumerated() {
            guard index < columns.count - 1 else {
                line += shaper.neutral(text)
                break
            }
            let width = RowWriter.width(of: columns[index])
            let clipped = shaper.clip(text, to: width)
            line += clipped + String(repeating: " ", count: width + 2 - shaper.columns(clipped))
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func width(of column: Column) -> Int {
        switch column {
        case .field(.id): 36
        case .field(.phone), .metadata: 16
        case .field(.email): 30
        case .field(.name): 24
        case .field(.source), .field(.locale), .field(.totalMessages): 12
        case .field: 25
        }
    }

    /// A value whole, as a program reads it: tags in the API's CSV, metadata as JSON.
    private func cell(_ column: Column, _ contact: Contact) -> String {
        switch column {
        case .field(.metadata): contact.metadata.map { JSONValue.object($0).jsonText } ?? ""
        default: contact.shown(column, separator: ",")
        }
    }

    /// One record of RFC 4180, its line end included.
    private func record(_ cells: [String]) -> String {
        cells.map { RowWriter.quoted(isForTerminal ? shaper.neutral($0) : $0) }
            .joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 != 0x7F
        }
        let hasEdge = text.utf8.first == 0x20 || text.utf8.last == 0x20
        if isPlain && !hasEdge { return text }
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" { result.append("\"") }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }
}
