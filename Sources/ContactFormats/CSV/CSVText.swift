package import ContactModel
import JSONText

/// Writes tables as RFC 4180 says: CR LF, and quotes where a cell would be misread without.
package struct CSVText: Sendable {
    private let columns: [Column]
    private let isForSpreadsheet: Bool

    /// A table of these columns.
    ///
    /// - Parameter isForSpreadsheet: marks the text as UTF-8 and puts `'` before cells that a
    ///   spreadsheet would run as a formula, and before those that begin so after `'`; by the
    ///   mark a reader knows that it may take that off.
    package init(columns: [Column], isForSpreadsheet: Bool = false) {
        self.columns = columns
        self.isForSpreadsheet = isForSpreadsheet
    }

    /// The header line.
    package var header: String {
        (isForSpreadsheet ? "\u{FEFF}" : "") + line(columns.map(\.name))
    }

    /// The line of a contact.
    package func line(_ contact: Contact) -> String {
        line(columns.map(contact.cell))
    }

    private func line(_ cells: [String]) -> String {
        // Some spreadsheets cut at semicolons as well.
        let other: UInt8 = isForSpreadsheet ? 0x3B : 0x2C
        return cells.map {
            CSVText.quoted(isForSpreadsheet ? CSVText.inert($0) : $0, alsoAt: other)
        }
        .joined(separator: ",") + "\r\n"
    }

    /// The cell as text to a spreadsheet.
    static func inert(_ text: String) -> String {
        isFormula(text) ? "'" + text : text
    }

    /// The text of a cell that `inert` made.
    static func live(_ cell: String) -> String {
        guard cell.utf8.first == 0x27, isFormula(cell) else { return cell }
        return String(cell.unicodeScalars.dropFirst())
    }

    private static func isFormula(_ text: String) -> Bool {
        switch text.unicodeScalars.first(where: { $0 != "'" }) {
        case "=", "+", "-", "@", "\t", "\n", "\r", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
            true
        default: false
        }
    }

    private static func quoted(_ text: String, alsoAt other: UInt8) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x2C && $0 != 0x22 && $0 != 0x7F && $0 != other
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

extension Contact {
    /// A value whole, as a program reads it: tags as `TagCell` writes them, metadata as JSON.
    package func cell(_ column: Column) -> String {
        guard case .field(let field) = column else { return shown(column, separator: ",") }
        switch record[field.name] {
        case nil, .null: return ""
        case .string(let text): return text
        case .array(let tags) where field == .tags && !hasWrongType(.tags):
            return TagCell.text(tags.compactMap(\.text))
        case .some(let value): return value.jsonText
        }
    }
}
