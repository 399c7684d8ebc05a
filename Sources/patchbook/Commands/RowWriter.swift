import ArgumentParser
import ContactClient
import ContactFormats
import ContactModel
import JSONText
import Screen

/// Writes rows as a table, or in one of the formats that come in again.
struct RowWriter {
    /// nil for a table.
    private let format: ContactFormat?
    private let columns: [Column]
    private let table: CSVText
    private let cards: VCardWriter
    private let put: (String) throws -> Void
    private let shaper = TextShaper(width: .approximate)

    init(
        _ format: ContactFormat?, columns: [Column], isForSpreadsheet: Bool = false,
        cards: VCardWriter = VCardWriter(), to put: @escaping (String) throws -> Void
    ) {
        self.format = format
        self.columns = columns
        self.cards = cards
        self.put = put
        table = CSVText(columns: columns, isForSpreadsheet: isForSpreadsheet)
    }

    /// What brings rows of a format, or of a table, to standard output.
    static func standardOutput(_ format: ContactFormat?) -> (String) -> Void {
        if let format, !format.isJSON { return { Streams.writeAsIs($0) } }
        return { Streams.write($0) }
    }

    /// Reads the columns that `--columns` names.
    static func columns(_ text: String) throws -> [Column] {
        guard !text.allSatisfy({ $0 == "," || $0 == " " }) else {
            throw ValidationError("--columns names no field")
        }
        return try text.split(separator: ",").map { name in
            guard let column = Column(name: name.trimmingWhitespace()) else {
                throw ValidationError(
                    "--columns: '\(Streams.neutral(String(name)))' is no field or meta.KEY")
            }
            return column
        }
    }

    /// Writes the first `count` rows of a listing.
    ///
    /// - Returns: the fields of contacts that have no place in cards, where cards are written.
    @discardableResult
    func write(_ listing: any ContactListing, count: Int) throws -> Set<String> {
        var leftOut: Set<String> = []
        try begin()
        for start in stride(from: 0, to: count, by: 1000) {
            for (index, row) in listing.rows(start..<min(count, start + 1000)).enumerated() {
                try write(row.contact, isFirst: start + index == 0)
                if format == .vcard { leftOut.formUnion(VCardWriter.leftOut(of: row.contact)) }
            }
        }
        if format == .json { try put(count == 0 ? "]\n" : "\n]\n") }
        return leftOut
    }

    private func begin() throws {
        switch format {
        case .json: try put("[")
        case .csv: try put(table.header)
        case nil: try put(line(columns.map { $0.name.uppercased() }) + "\n")
        case .jsonl, .vcard: break
        }
    }

    private func write(_ contact: Contact, isFirst: Bool) throws {
        switch format {
        case .json:
            try put((isFirst ? "\n" : ",\n") + JSONValue.object(contact.record).jsonText)
        case .jsonl: try put(JSONValue.object(contact.record).jsonText + "\n")
        case .csv: try put(table.line(contact))
        case .vcard: try put(cards.text(contact))
        case nil: try put(line(columns.map { contact.shown($0) }) + "\n")
        }
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
}
