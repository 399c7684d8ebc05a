import ContactModel
import JSONText

/// Tags in one cell: separated by commas, and where another program wrote them also by
/// semicolons or by the `:::` of Google Contacts, or as a JSON list. A tag that would be misread
/// stands in quotes.
package enum TagCell {
    /// The cell for these tags.
    package static func text(_ tags: [String]) -> String {
        tags.map { needsQuotes($0) ? quoted($0) : $0 }.joined(separator: ",")
    }

    /// The tags of a cell; the groups that Google Contacts itself makes are left out.
    package static func tags(in cell: String) -> [String] {
        if cell.utf8.allSatisfy({ $0 != 0x22 && $0 != 0x2A && $0 != 0x3A && $0 != 0x5B }) {
            // Without quote, star, colon and bracket commas and semicolons alone count.
            return cell.utf8.split { $0 == 0x2C || $0 == 0x3B }
                .map { String(Substring($0)).trimmingWhitespace() }.filter { !$0.isEmpty }
        }
        if let listed = listed(in: cell) { return listed }
        var scanner = TagCellScanner(cell)
        var tags: [String] = []
        while let tag = scanner.next() {
            if !tag.isEmpty { tags.append(tag) }
        }
        return tags
    }

    /// The tags of a JSON list of texts; nil where the cell is none.
    private static func listed(in cell: String) -> [String]? {
        let text = cell.trimmingWhitespace()
        guard text.utf8.first == UInt8(ascii: "["),
            let list = (try? JSONValue(parsing: text))?.array
        else { return nil }
        let tags = list.compactMap(\.text)
        return tags.count == list.count ? tags.filter { !$0.isBlank } : nil
    }

    private static func needsQuotes(_ tag: String) -> Bool {
        // Most tags are letters and digits.
        if !tag.isEmpty, tag.utf8.allSatisfy(isPlain) { return false }
        return tag.unicodeScalars.contains { [",", ";", "\"", "\r", "\n"].contains($0) }
            || tag.utf8.contains(":::".utf8) || tag.utf8.starts(with: "* ".utf8) || tag.isEmpty
            || tag.utf8.first == UInt8(ascii: "[")
            || !tag.hasSameUTF8(as: tag.trimmingWhitespace())
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D
            || byte == 0x5F
    }

    private static func quoted(_ tag: String) -> String {
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in tag.unicodeScalars {
            if scalar == "\"" { result.append("\"") }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }
}

/// Reads the tags of a cell from left to right.
private struct TagCellScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ cell: String) {
        rest = cell.unicodeScalars[...]
    }

    /// The next tag, empty ones too; nil at the end.
    mutating func next() -> String? {
        while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        return quoted() ?? plain()
    }

    /// A tag in quotes that are closed before a separator or the end.
    private mutating func quoted() -> String? {
        guard rest.first == "\"" else { return nil }
        var inner = rest.dropFirst()
        var text = String.UnicodeScalarView()
        var isClosed = false
        while !isClosed, let scalar = inner.popFirst() {
            if scalar == "\"" {
                isClosed = inner.first != "\""
                if isClosed { break }
                inner.removeFirst()
            }
            text.append(scalar)
        }
        while let first = inner.first, first.properties.isWhitespace { inner.removeFirst() }
        guard isClosed, inner.isEmpty || separator(inner) > 0 else { return nil }
        rest = inner.dropFirst(separator(inner))
        return String(text)
    }

    private mutating func plain() -> String {
        var text = String.UnicodeScalarView()
        while !rest.isEmpty {
            let length = separator(rest)
            if length > 0 {
                rest = rest.dropFirst(length)
                break
            }
            text.append(rest.removeFirst())
        }
        let tag = String(text).trimmingWhitespace()
        return tag.utf8.starts(with: "* ".utf8) ? "" : tag
    }

    private func separator(_ text: Substring.UnicodeScalarView) -> Int {
        switch text.first {
        case ",", ";": 1
        case ":" where text.starts(with: ":::".unicodeScalars): 3
        default: 0
        }
    }
}
