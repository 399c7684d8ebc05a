import ContactModel
import JSONText

/// Makes a record of one card.
struct VCardReading {
    private let line: Int
    private let plan: DialingPlan?
    private var rest: [ContentLine]
    /// What the fields of the contact are taken from, where that says more than they do.
    private var own: [VCardKept.Line] = []

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
        let card = self
        var record = record(preferring: nil)
        record.others = record.furtherNumbers.map {
            var again = card
            return again.record(preferring: $0)
        }
        return record
    }

    /// What it says where a number goes before the others.
    mutating func record(preferring number: PhoneNumber?) -> ImportRecord {
        var record = ImportRecord(line: line)
        record.id = first("UID").map { ImportValue($0.text) }
        record.name = takeName()
        record.takeName(ofCompany: company)
        let phones = takePhone(preferring: number)
        record.take(phones.chosen, of: phones.all)
        record.email = takeEmail() ?? ImportValue("")
        record.tags = tags
        record.source = first(VCardFields.source)?.text
        record.metadata = first(VCardFields.metadata).map { ImportValue($0.text) }
        let kept = rest.filter { !VCardFields.own.contains($0.name) && !$0.isEmpty }
        let object = VCardKept.object(own + kept.map { VCardKept.Line($0) })
        if !object.isEmpty { record.members[VCardKept.key] = .object(object) }
        return record
    }

    /// The first property of this name that is not empty.
    private func first(_ name: String) -> ContentLine? {
        rest.first { $0.name == name && !$0.isEmpty }
    }

    private mutating func takePreferred(_ name: String) -> ContentLine? {
        ranked(name).first.map { rest.remove(at: $0.index) }
    }

    /// The name as it is shown, else made of its parts.
    private mutating func takeName() -> ImportValue {
        let (shown, parts) = (takePreferred("FN"), takePreferred("N"))
        let name = shown?.text ?? parts.map(VCardReading.name) ?? ""
        if let shown { keep(shown, of: name) }
        if let parts, parts.value != VCardFields.parts(name) || parts.hasExtras {
            own.append(VCardKept.Line(parts.decoded, of: name))
        }
        return ImportValue(name)
    }

    /// The company with its departments, else a nickname; both stay in the card.
    private var company: ImportValue? {
        if let company = first("ORG") {
            let units = VCardText.split(company.value, at: ";").map {
                VCardText.unescaped($0).trimmingWhitespace()
            }
            let text = units.filter { !$0.isEmpty }.joined(separator: ", ")
            if !text.isEmpty { return ImportValue(text) }
        }
        return first("NICKNAME").map { ImportValue($0.text) }
    }

    private static func name(_ parts: ContentLine) -> String {
        let components = VCardText.split(parts.value, at: ";").map { component in
            VCardText.split(component, at: ",").map { VCardText.unescaped($0) }
                .joined(separator: " ").trimmingWhitespace()
        }
        let order = [3, 1, 2, 0, 4].filter { $0 < components.count }.map { components[$0] }
        return order.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private mutating func keep(_ line: ContentLine, of text: String) {
        if line.hasExtras { own.append(VCardKept.Line(line.decoded, of: text)) }
    }

    private var tags: ImportTags {
        let texts = rest.filter { $0.name == "CATEGORIES" }.flatMap { line in
            let isOwn = line.parameterText == VCardFields.ownParameter
            return VCardText.split(line.value, at: ",")
                .map { VCardText.unescaped($0, readsReturns: true) }
                .filter { !$0.isEmpty && (isOwn || $0 != VCardFields.systemGroup) }
        }
        return ImportTags(written: ImportValue(TagCell.text(texts)), texts: texts)
    }

    /// The preferred number, or the first one that is none; and all of them.
    private mutating func takePhone(
        preferring number: PhoneNumber?
    ) -> (chosen: ImportPhone?, all: [ImportPhone]) {
        let ranked = self.ranked("TEL")
        let phones = ranked.map { ImportPhone(VCardReading.telephone($0.line.text), plan: plan) }
        let preferred = number.flatMap { number in phones.firstIndex { $0.number == number } }
        guard
            let index = preferred ?? phones.firstIndex(where: { $0.number != nil })
                ?? phones.indices.first
        else { return (nil, []) }
        let line = rest.remove(at: ranked[index].index)
        if let number = phones[index].number {
            keep(VCardReading.complete(line, number), of: number.e164)
        }
        return (phones[index], phones)
    }

    /// The line with a number that is one wherever it is read.
    private static func complete(_ line: ContentLine, _ number: PhoneNumber) -> ContentLine {
        let text = telephone(line.text)
        if ImportPhone(text, plan: nil).number == number { return line }
        let scheme = text.utf8.count == line.text.utf8.count ? "" : "tel:"
        return ContentLine(
            name: line.name, group: line.group, parameters: line.parameterText,
            value: scheme + number.e164)
    }

    private mutating func takeEmail() -> ImportValue? {
        let ranked = self.ranked("EMAIL")
        let texts = ranked.map { VCardReading.withoutScheme($0.line.text, "mailto:") }
        guard
            let index = texts.firstIndex(where: { EmailAddress($0) != nil })
                ?? texts.indices.first
        else { return nil }
        let line = rest.remove(at: ranked[index].index)
        keep(line, of: EmailAddress(texts[index])?.text ?? texts[index])
        return ImportValue(texts[index], cell: line.text)
    }

    /// The properties of this name, the preferred first: what is said, then mobile before fax.
    private func ranked(_ name: String) -> [(index: Int, line: ContentLine)] {
        rest.enumerated().filter { $0.element.name == name && !$0.element.isEmpty }
            .map { (index: $0.offset, line: $0.element) }
            .map { (candidate: $0, rank: VCardReading.rank($0)) }
            .sorted { $0.rank < $1.rank }
            .map(\.candidate)
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

extension ContentLine {
    /// Whether no text stands there; the parts of a name may all be empty.
    fileprivate var isEmpty: Bool {
        name == "N" ? value.utf8.allSatisfy { [0x3B, 0x2C, 0x20].contains($0) } : value.isEmpty
    }

    /// Whether it says more than its value: more than that it is the preferred one.
    fileprivate var hasExtras: Bool {
        let said = decoded.parameterText.uppercased()
        return group != nil || !["", "TYPE=PREF", "PREF=1"].contains(said)
    }

    /// The line without what says how its bytes were written.
    fileprivate var decoded: ContentLine {
        ContentLine(
            name: name, group: group, parameters: parameters.textWithoutEncoding, value: value)
    }
}
