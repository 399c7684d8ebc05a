import ContactModel
import JSONText

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
        if let name = object.repeatedName {
            return .flawed(line: line, .repeatedName(name))
        }
        var draft = JSONDraft(line: line, plan: options.plan)
        for name in object.names {
            guard let value = object[name] else { continue }
            if let field = field(name) {
                draft.take(value, name, as: field)
            } else {
                readUnknown(value, name, into: &draft.record)
            }
        }
        draft.composeName()
        for member in draft.surplus {
            if options.keepsUnknown {
                draft.record.members[member.name] = member.value
            } else {
                unread.surplus.note(member.name)
            }
        }
        return .record(draft.record)
    }

    private mutating func field(_ name: String) -> ImportField? {
        if let field = options.columns[name] { return field }
        if let known = known[name] { return known }
        let field = ColumnMeaning(of: name)?.field
        if known.count < JSONReading.namesKept { known[name] = .some(field) }
        return field
    }

    private mutating func readUnknown(
        _ value: JSONValue, _ name: String, into record: inout ImportRecord
    ) {
        let isEmpty = value == .null || value.text?.isEmpty == true
        if let field = Field(rawValue: name) {
            if !isEmpty { unread.fixed.note(field.name) }
        } else if options.keepsUnknown {
            if !isEmpty { record.members[name] = value }
        } else if !isEmpty {
            unread.unknown.note(name)
        }
    }
}

/// A record in the making.
private struct JSONDraft {
    var record: ImportRecord
    /// What members of known fields say beyond the one value that a contact has.
    private(set) var surplus: [JSONObject.Member] = []
    private let plan: DialingPlan?
    private var chosen: [ImportField: JSONObject.Member] = [:]

    init(line: Int, plan: DialingPlan?) {
        record = ImportRecord(line: line)
        self.plan = plan
    }

    mutating func take(_ value: JSONValue, _ name: String, as field: ImportField) {
        let member = JSONObject.Member(name: name, value: value)
        let isEmpty = ImportValue(value).isEmpty
        switch field {
        case .ignored: break
        case .metadataValue(let path):
            if value == .null {
                record.cells.append(MetadataCell(path: path, text: ""))
            } else if path.keys.count == 1 {
                record.members[path.keys[0]] = value
            } else {
                surplus.append(member)
            }
        case .phone where isEmpty: break
        default:
            if let before = chosen[field] {
                guard !isEmpty, !isSame(before.value, value, field) else { return }
                guard isBetter(value, than: before.value, field) else {
                    return surplus.append(member)
                }
                if !ImportValue(before.value).isEmpty { surplus.append(before) }
            }
            chosen[field] = member
            write(value, field)
        }
    }

    private func isBetter(
        _ value: JSONValue, than before: JSONValue, _ field: ImportField
    ) -> Bool {
        if ImportValue(before).isEmpty { return true }
        return field == .phone && phone(before).number == nil && phone(value).number != nil
    }

    private func isSame(_ first: JSONValue, _ second: JSONValue, _ field: ImportField) -> Bool {
        first == second || field == .phone && phone(first).isSame(as: phone(second))
    }

    private func phone(_ value: JSONValue) -> ImportPhone {
        ImportPhone(ImportValue(value).text, plan: plan)
    }

    private mutating func write(_ value: JSONValue, _ field: ImportField) {
        let written = ImportValue(value)
        switch field {
        case .id: record.id = written
        case .phone: record.phone = phone(value)
        case .name: record.name = written
        case .email: record.email = written
        case .source: record.source = value.text.flatMap { $0.isEmpty ? nil : $0 }
        case .metadata: record.metadata = written
        case .tags: record.tags = JSONDraft.tags(value)
        default: break
        }
    }

    /// Makes a name of its parts, or tells those that do not stand in the whole name.
    mutating func composeName() {
        let parts = CSVColumns.nameParts.compactMap { chosen[$0] }
        let words = parts.map { ($0.value.text ?? "").trimmingWhitespace() }
        if let name = record.name, !name.isEmpty {
            surplus += zip(parts, words).filter { !name.text.utf8.contains($0.1.utf8) }.map(\.0)
        } else {
            let name = words.filter { !$0.isEmpty }.joined(separator: " ")
            if !name.isEmpty { record.name = ImportValue(name) }
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
}
