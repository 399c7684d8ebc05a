import ContactModel
import JSONText

/// Makes a record of one row.
struct CSVRowReading {
    /// A value, or one of several that stand in a cell.
    struct Part {
        let column: Int
        let text: String
        let cell: String
    }

    let row: CSVRow
    let columns: CSVColumns
    let options: ReadingOptions
    let mayBeInert: Bool
    /// The number that goes before the others; nil for the first one.
    private(set) var preferred: PhoneNumber?

    /// The record, with what is left over kept where that was asked for.
    func record(_ surplus: [Part]) -> ImportRecord {
        var record = plainRecord(surplus)
        guard preferred == nil else { return record }
        record.others = record.furtherNumbers.map { number in
            var again = self
            again.preferred = number
            return again.plainRecord(again.surplus)
        }
        return record
    }

    private func plainRecord(_ surplus: [Part]) -> ImportRecord {
        var record = ImportRecord(line: row.line)
        record.id = value(.id)
        let phones = phone
        record.take(phones.chosen, of: phones.all)
        record.name = name
        record.takeName(ofCompany: company)
        record.email = email.chosen
        record.tags = tags
        record.metadata = value(.metadata)
        record.source = value(.source).flatMap { $0.isEmpty ? nil : $0.text }
        record.cells = cells(surplus)
        record.mayBeInert = mayBeInert
        return record
    }

    /// What columns of known fields say beyond the one value that a contact has.
    var surplus: [Part] {
        var surplus: [Part] = []
        if isPlural(.phone) { surplus += phone.rest }
        if isPlural(.email) { surplus += email.rest }
        for field in columns.contested {
            let texts = columns.columns(field).map(part).filter { !$0.text.isBlank }
            surplus += texts.dropFirst().filter { !$0.text.hasSameUTF8(as: texts[0].text) }
        }
        return surplus + namePartsBeside
    }

    /// The parts of a name that do not stand in the whole one, which goes before them.
    private var namePartsBeside: [Part] {
        guard let name = value(.name), !name.isEmpty else { return [] }
        return CSVColumns.nameParts.compactMap { columns.columns($0).first }.map(part).filter {
            !$0.text.isBlank && !name.text.utf8.contains($0.text.trimmingWhitespace().utf8)
        }
    }

    /// The first cell of a field that is not empty; nil where there is no such column.
    private func value(_ field: ImportField) -> ImportValue? {
        let values = columns.columns(field).map { ImportValue(row.cells[$0]) }
        return values.first { !$0.isEmpty } ?? values.first
    }

    private var phones: [(phone: ImportPhone, part: Part)] {
        parts(.phone).map { part in
            let text = CSVRowReading.unwrapped(part.text)
            return (ImportPhone(text, cell: part.cell, plan: options.plan), part)
        }
    }

    private var phone: (chosen: ImportPhone?, all: [ImportPhone], rest: [Part]) {
        let phones = phones
        let wanted = phones.firstIndex { $0.phone.number != nil && $0.phone.number == preferred }
        let chosen = wanted ?? phones.firstIndex { $0.phone.number != nil } ?? phones.indices.first
        guard let chosen = chosen.map({ phones[$0].phone }) else { return (nil, [], []) }
        let rest = phones.filter { !$0.phone.isSame(as: chosen) }.map(\.part)
        return (chosen, phones.map(\.phone), rest)
    }

    private var email: (chosen: ImportValue?, rest: [Part]) {
        guard !columns.columns(.email).isEmpty else { return (nil, []) }
        let parts = parts(.email)
        let valid = parts.count > 1 ? parts.first { EmailAddress($0.text) != nil } : nil
        guard let chosen = valid ?? parts.first else { return (ImportValue(""), []) }
        let rest = parts.filter { !$0.text.hasSameUTF8(as: chosen.text) }
        return (ImportValue(chosen.text, cell: chosen.cell), rest)
    }

    private func part(_ column: Int) -> Part {
        Part(column: column, text: row.cells[column], cell: row.cells[column])
    }

    private func isPlural(_ field: ImportField) -> Bool {
        let columns = columns.columns(field)
        return columns.count > 1
            || columns.contains { column in
                let cell = row.cells[column].utf8
                // Looking for one byte takes a tenth of the time.
                return cell.contains(UInt8(ascii: ":")) && cell.contains(":::".utf8)
            }
    }

    /// The values of all columns of a field.
    private func parts(_ field: ImportField) -> [Part] {
        columns.columns(field).flatMap { column in
            let cell = row.cells[column]
            return CSVRowReading.parts(cell).map { Part(column: column, text: $0, cell: cell) }
        }
    }

    private var name: ImportValue? {
        if let name = value(.name), !name.isEmpty { return name }
        let parts = CSVColumns.nameParts.compactMap(value)
        let words = parts.map { $0.text.trimmingWhitespace() }.filter { !$0.isEmpty }
        if !words.isEmpty { return ImportValue(words.joined(separator: " ")) }
        return value(.name) ?? (parts.isEmpty ? nil : ImportValue(""))
    }

    /// The company, where nothing else names the contact.
    private var company: ImportValue? {
        columns.companies.lazy.map { row.cells[$0] }.first { !$0.isBlank }.map { ImportValue($0) }
    }

    private var tags: ImportTags? {
        let all = columns.columns(.tags)
        guard let first = all.first else { return nil }
        return ImportTags(
            written: ImportValue(row.cells[first]),
            texts: all.flatMap { TagCell.tags(in: row.cells[$0]) })
    }

    private func cells(_ surplus: [Part]) -> [MetadataCell] {
        var cells: [MetadataCell] = columns.roles.enumerated().compactMap { index, role in
            let text = row.cells[index]
            switch role {
            case .field(.metadataValue(let path)): return MetadataCell(path: path, text: text)
            case .unknown where options.keepsUnknown: return cell(index, text)
            default: return nil
            }
        }
        if options.keepsUnknown { cells += surplus.map { cell($0.column, $0.text) } }
        return surplus.isEmpty && !columns.hasRepeats ? cells : CSVRowReading.joined(cells)
    }

    private func cell(_ column: Int, _ text: String) -> MetadataCell {
        MetadataCell(path: MetadataPath(keys: [columns.names[column]]), text: text)
    }

    /// The cells with those for one place made one, as Google Contacts writes several values.
    private static func joined(_ cells: [MetadataCell]) -> [MetadataCell] {
        var paths: [MetadataPath] = []
        var texts: [MetadataPath: [String]] = [:]
        for cell in cells {
            if texts[cell.path] == nil { paths.append(cell.path) }
            let known = texts[cell.path] ?? []
            let isThere = cell.text.isEmpty || known.contains { $0.hasSameUTF8(as: cell.text) }
            if !isThere { texts[cell.path, default: []].append(cell.text) }
        }
        return paths.map { path in
            MetadataCell(path: path, text: (texts[path] ?? []).joined(separator: " ::: "))
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
