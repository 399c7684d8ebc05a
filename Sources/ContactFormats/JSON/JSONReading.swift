import ContactModel
import JSONText

/// Makes a record of one object: members by the contact's own names, else by the names that
/// columns may have.
struct JSONReading: Sendable {
    private(set) var unread = UnreadValues()
    private let options: ReadingOptions
    /// Names that were looked up.
    private var known: [String: ColumnMeaning?] = [:]
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
        for member in object.members {
            if let meaning = meaning(member.name) {
                draft.take(member, as: meaning)
            } else {
                let isCompany =
                    member.value.text?.isBlank == false && ColumnMeaning.isCompany(member.name)
                if isCompany { draft.company = draft.company ?? member }
                if isKept(member, isOfUse: isCompany) { draft.metadata.append(member) }
            }
        }
        draft.composeName()
        if let company = draft.company, !draft.record.isCompanyName, !options.keepsUnknown {
            unread.unknown.note(company.name)
        }
        draft.tellBorrowed()
        if options.keepsUnknown {
            draft.metadata += draft.surplus
        } else {
            for member in draft.surplus { unread.surplus.note(member.name) }
        }
        for name in draft.finish() { unread.overruled.note(name) }
        return .record(draft.record)
    }

    private mutating func meaning(_ name: String) -> ColumnMeaning? {
        if let field = options.columns[name] {
            return ColumnMeaning(field, rank: ColumnMeaning.said)
        }
        if let known = known[name] { return known }
        let meaning = ColumnMeaning(of: name)
        if known.count < JSONReading.namesKept { known[name] = .some(meaning) }
        return meaning
    }

    /// Whether a member that means nothing here becomes metadata; notes those that are left out.
    private mutating func isKept(_ member: JSONObject.Member, isOfUse: Bool) -> Bool {
        guard member.value != .null, member.value.text?.isEmpty != true else { return false }
        if let field = Field(rawValue: member.name) {
            unread.fixed.note(field.name)
            return false
        }
        if !options.keepsUnknown && !isOfUse { unread.unknown.note(member.name) }
        return options.keepsUnknown
    }
}

/// A record in the making.
private struct JSONDraft {
    var record: ImportRecord
    /// What members of known fields say beyond the one value that a contact has.
    private(set) var surplus: [JSONObject.Member] = []
    /// Single metadata values, in order.
    var metadata: [JSONObject.Member] = []
    /// What names a company.
    var company: JSONObject.Member?
    private let plan: DialingPlan?
    private var chosen: [ImportField: Choice] = [:]

    /// The member that a field is taken from.
    private struct Choice {
        let member: JSONObject.Member
        let rank: Int

        var value: JSONValue { member.value }
        var isEmpty: Bool { ImportValue(value).isEmpty }
    }

    init(line: Int, plan: DialingPlan?) {
        record = ImportRecord(line: line)
        self.plan = plan
    }

    mutating func take(_ member: JSONObject.Member, as meaning: ColumnMeaning) {
        let field = meaning.field
        let choice = Choice(member: member, rank: meaning.rank)
        switch field {
        case .ignored: break
        case .metadataValue(let path):
            if member.value == .null {
                record.cells.append(MetadataCell(path: path, text: ""))
            } else if path.keys.count == 1 {
                metadata.append(JSONObject.Member(name: path.keys[0], value: member.value))
            } else {
                surplus.append(member)
            }
        case .phone where choice.isEmpty: break
        default:
            if let before = chosen[field] {
                guard !choice.isEmpty, !isSame(before.value, choice.value, field) else { return }
                guard isBetter(choice, than: before, field) else {
                    return surplus.append(member)
                }
                if !before.isEmpty { surplus.append(before.member) }
            }
            chosen[field] = choice
            write(member.value, field)
        }
    }

    private func isBetter(_ choice: Choice, than before: Choice, _ field: ImportField) -> Bool {
        if before.isEmpty { return true }
        if field == .phone {
            let isNumber = [before, choice].map { phone($0.value).number != nil }
            if isNumber[0] != isNumber[1] { return isNumber[1] }
        }
        return choice.rank < before.rank
    }

    private func isSame(_ first: JSONValue, _ second: JSONValue, _ field: ImportField) -> Bool {
        first == second || field == .phone && phone(first).isSame(as: phone(second))
    }

    private func phone(_ value: JSONValue) -> ImportPhone {
        ImportPhone(ImportValue(value).text, plan: plan)
    }

    /// Gives the record its single metadata values: the last of a name, and none that the
    /// metadata of the record say themselves.
    ///
    /// - Returns: the names of those that were left out.
    mutating func finish() -> [String] {
        guard !metadata.isEmpty else { return [] }
        var whole: Set<[UInt8]> = []
        if let said = chosen[.metadata]?.value.object {
            whole = Set(said.names.map { Array($0.utf8) })
        }
        var places: [[UInt8]: Int] = [:]
        var kept: [JSONObject.Member] = []
        var leftOut: [String] = []
        for member in metadata {
            let name = Array(member.name.utf8)
            if whole.contains(name) {
                leftOut.append(member.name)
            } else if let place = places[name] {
                kept[place].value = member.value
            } else {
                places[name] = kept.count
                kept.append(member)
            }
        }
        record.members = JSONObject(kept)
        return leftOut
    }

    /// Notes which fields are not taken from members of their own names.
    mutating func tellBorrowed() {
        if record.name?.isEmpty == false, chosen[.name]?.isEmpty ?? true {
            let parts = CSVColumns.nameParts.compactMap { chosen[$0]?.member }
            let isCompany = record.isCompanyName
            record.borrowed[.name] = JSONObject(isCompany ? [company].compactMap(\.self) : parts)
        }
        for (field, choice) in chosen where choice.rank > ColumnMeaning.own && !choice.isEmpty {
            if let field = field.single { record.borrowed[field] = JSONObject([choice.member]) }
        }
        if let phone = surplus.first(where: { $0.name == Field.phone.name }) {
            record.unusedPhone = ImportValue(phone.value).text
        }
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
            surplus += zip(parts, words).filter { !name.text.utf8.contains($0.1.utf8) }
                .map(\.0.member)
        } else {
            let name = words.filter { !$0.isEmpty }.joined(separator: " ")
            if !name.isEmpty { record.name = ImportValue(name) }
            record.takeName(ofCompany: company.map { ImportValue($0.value) })
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
