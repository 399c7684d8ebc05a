import ContactModel
import JSONText

/// Reads contacts out of cards.
struct VCardRecords: RecordReader {
    private let options: ReadingOptions
    private var start = TextStart()
    private var parser = VCardParser()
    private(set) var unread = UnreadValues()

    init(_ options: ReadingOptions) {
        self.options = options
    }

    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry] {
        entries(try parser.feed(try start.take(chunk)))
    }

    mutating func finish() throws(FormatError) -> [ImportEntry] {
        let last = try parser.feed(try start.take([], isLast: true))
        return entries(last) + entries(try parser.finish())
    }

    private mutating func entries(_ cards: [VCard]) -> [ImportEntry] {
        cards.map { card in
            if let flaw = card.flaw { return .flawed(line: card.line, flaw) }
            var reading = VCardReading(card, options.plan)
            unread.attachments += reading.dropAttachments()
            return .record(reading.record())
        }
    }
}

/// Makes a record of one card.
private struct VCardReading {
    private let line: Int
    private let plan: DialingPlan?
    private var rest: [ContentLine]

    init(_ card: VCard, _ plan: DialingPlan?) {
        line = card.line
        self.plan = plan
        rest = card.properties
    }

    /// - Returns: how many there were.
    mutating func dropAttachments() -> Int {
        let count = rest.count
        rest.removeAll { property in
            VCardFields.attachments.contains(property.name)
                && (property.parameters.isBase64 || property.value.hasPrefix("data:")
                    || property.value.utf8.count > 2000)
        }
        return count - rest.count
    }

    mutating func record() -> ImportRecord {
        var record = ImportRecord(line: line)
        record.id = first("UID").map { ImportValue($0) }
        record.phone = takePhone()
        record.name = name
        record.email = takeEmail() ?? ImportValue("")
        record.tags = tags
        record.metadata = first(VCardFields.metadata).map { ImportValue($0) }
        let kept = rest.filter { !VCardFields.own.contains($0.name) && !$0.value.isEmpty }
        let object = VCardKept.object(kept)
        if !object.isEmpty { record.members[VCardKept.key] = .object(object) }
        return record
    }

    /// The text of the first property of this name that is not empty.
    private func first(_ name: String) -> String? {
        rest.first { $0.name == name && !$0.value.isEmpty }?.text
    }

    private var name: ImportValue {
        if let name = first("FN") { return ImportValue(name) }
        guard let parts = rest.first(where: { $0.name == "N" })?.value else {
            return ImportValue("")
        }
        let components = VCardText.split(parts, at: ";").map { component in
            VCardText.split(component, at: ",").map(VCardText.unescaped)
                .joined(separator: " ").trimmingWhitespace()
        }
        let order = [3, 1, 2, 0, 4].filter { $0 < components.count }.map { components[$0] }
        return ImportValue(order.filter { !$0.isEmpty }.joined(separator: " "))
    }

    private var tags: ImportTags {
        let texts = rest.filter { $0.name == "CATEGORIES" }
            .flatMap { VCardText.split($0.value, at: ",") }
            .map(VCardText.unescaped).filter { !$0.isEmpty && $0 != "myContacts" }
        return ImportTags(written: ImportValue(TagCell.text(texts)), texts: texts)
    }

    /// The preferred number, or the first one that is none.
    private mutating func takePhone() -> ImportPhone? {
        let ranked = self.ranked("TEL")
        let phones = ranked.map { ImportPhone(VCardReading.telephone($0.line.text), plan: plan) }
        guard let index = phones.firstIndex(where: { $0.number != nil }) ?? phones.indices.first
        else { return nil }
        rest.remove(at: ranked[index].index)
        return phones[index]
    }

    private mutating func takeEmail() -> ImportValue? {
        let ranked = self.ranked("EMAIL")
        let texts = ranked.map { VCardReading.withoutScheme($0.line.text, "mailto:") }
        guard
            let index = texts.firstIndex(where: { EmailAddress($0) != nil })
                ?? texts.indices.first
        else { return nil }
        rest.remove(at: ranked[index].index)
        return ImportValue(texts[index])
    }

    /// The properties of this name, the preferred first: what is said, then mobile before fax.
    private func ranked(_ name: String) -> [(index: Int, line: ContentLine)] {
        rest.enumerated().filter { $0.element.name == name && !$0.element.value.isEmpty }
            .map { (index: $0.offset, line: $0.element) }
            .sorted { VCardReading.rank($0) < VCardReading.rank($1) }
    }

    private static func rank(_ candidate: (index: Int, line: ContentLine)) -> (Int, Int, Int) {
        let parameters = candidate.line.parameters
        if let preference = parameters.preference { return (preference, 0, candidate.index) }
        if parameters.isType("FAX") || parameters.isType("PAGER") {
            return (101, 2, candidate.index)
        }
        return (101, parameters.isType("CELL") ? 0 : 1, candidate.index)
    }

    /// The number of `tel:+1-555-0100;ext=5` (RFC 3966).
    private static func telephone(_ text: String) -> String {
        guard text.lowercased().hasPrefix("tel:") else { return text }
        return String(text.unicodeScalars.prefix { $0 != ";" })
    }

    private static func withoutScheme(_ text: String, _ scheme: String) -> String {
        text.lowercased().hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : text
    }
}
