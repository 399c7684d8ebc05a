import ContactModel
import JSONText

/// Properties of a card that say more than a contact has fields for, as they are kept in its
/// metadata under `vcard`: by name a value, or a list of several. A value is text, or an object
/// of `value`, `parameters`, `group`, and `of` where one of the contact's fields was taken from
/// it: what that field was then.
///
/// Plain text such as a note is kept as people read it, everything else as the card writes it.
enum VCardKept {
    static let key = "vcard"

    /// A property that is kept.
    struct Line: Hashable, Sendable {
        let line: ContentLine
        /// What the contact's field was when it was taken from this; nil where none was.
        let field: String?

        init(_ line: ContentLine, of field: String? = nil) {
            self.line = line
            self.field = field
        }

        /// Whether the field still says what it said.
        func isCurrent(_ contact: Contact) -> Bool {
            guard let field else { return true }
            let present =
                switch line.name {
                case "FN", "N": contact.name
                case "TEL": contact.phoneNumber?.e164
                case "EMAIL": contact.email
                default: String?.none
                }
            return present?.hasSameUTF8(as: field) == true
        }
    }

    /// The object for properties; empty where there are none.
    static func object(_ lines: [Line]) -> JSONObject {
        var names: [String] = []
        var values: [String: [JSONValue]] = [:]
        for line in lines {
            let name = line.line.name
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(value(line))
        }
        return JSONObject(
            names.map { name in
                let all = values[name] ?? []
                return JSONObject.Member(
                    name: name, value: all.count == 1 ? all[0] : .array(all))
            })
    }

    /// The properties of an object; nil where it is not one that `object` makes, or would not
    /// come back as it is.
    static func lines(_ value: JSONValue) -> [Line]? {
        guard let object = value.object else { return nil }
        var lines: [Line] = []
        for member in object.members {
            for value in member.value.array ?? [member.value] {
                guard let line = line(member.name, value), isReadBack(line.line),
                    line.field == nil || VCardFields.taken.contains(member.name)
                else { return nil }
                lines.append(line)
            }
        }
        return !lines.isEmpty && JSONValue.object(self.object(lines)) == value ? lines : nil
    }

    /// Whether a card of the contact says what is kept already: a property whose field was
    /// edited since is not written any more.
    static func says(_ value: JSONValue, _ kept: JSONValue?, _ present: Contact) -> Bool {
        guard let lines = kept.flatMap(lines) else { return false }
        return value == .object(object(current(lines, present)))
    }

    /// The properties of a card, as those of a contact whose name is written otherwise.
    static func renamed(_ value: JSONValue, from old: String, to new: String) -> JSONValue {
        guard var object = value.object else { return value }
        for name in ["FN", "N"] {
            guard var line = object[name]?.object, line["of"]?.text?.hasSameUTF8(as: old) == true
            else { continue }
            line["of"] = .string(new)
            object[name] = .object(line)
        }
        return .object(object)
    }

    /// What is kept once a further card came: each of its properties in the place of those of
    /// that name, but that further numbers and addresses stay, and the others as they were.
    static func merged(_ value: JSONValue, into kept: JSONValue?) -> JSONValue {
        guard let kept, kept != .null, let card = value.object else { return value }
        // Something else than a card's properties is nothing to be lost.
        guard var object = kept.object else { return kept }
        for member in card.members {
            object[member.name] = member.value
            guard ["TEL", "EMAIL"].contains(member.name),
                let before = kept.object?[member.name]
            else { continue }
            let all = joined(before.array ?? [before], member.value.array ?? [member.value])
            object[member.name] = all.count == 1 ? all[0] : .array(all)
        }
        return .object(object)
    }

    /// Numbers or addresses with those of a further card, which stand in place of the same ones;
    /// what a field of the contact was taken from before is not kept beside.
    private static func joined(_ before: [JSONValue], _ new: [JSONValue]) -> [JSONValue] {
        var byText = Dictionary(grouping: new, by: text)
        var all = before.compactMap { old in
            take(old, from: &byText[text(old), default: []])
                ?? (old.object?["of"] == nil ? old : nil)
        }
        for value in new where byText[text(value)]?.first == value {
            all.append(byText[text(value), default: []].removeFirst())
        }
        // In the order that they have, or in one that is the same whichever card came last.
        let sorted = sorted(all)
        return sorted == self.sorted(before) ? before : sorted
    }

    /// What a field was taken from, then the others by their text.
    private static func sorted(_ values: [JSONValue]) -> [JSONValue] {
        values.map { (rank: $0.object?["of"] == nil ? 1 : 0, text: text($0), value: $0) }
            .map { ($0, whole: $0.value.jsonText) }
            .sorted { ($0.0.rank, $0.0.text, $0.whole) < ($1.0.rank, $1.0.text, $1.whole) }
            .map(\.0.value)
    }

    /// Takes what stands for a value out of those of the same text: the same one, else any.
    private static func take(_ old: JSONValue, from values: inout [JSONValue]) -> JSONValue? {
        guard !values.isEmpty else { return nil }
        return values.remove(at: values.firstIndex(of: old) ?? 0)
    }

    private static func text(_ value: JSONValue) -> String {
        value.text ?? value.object?["value"]?.text ?? ""
    }

    /// The properties that still stand, in the order in which a card has them.
    static func current(_ lines: [Line], _ contact: Contact) -> [Line] {
        lines.filter { $0.field != nil && $0.isCurrent(contact) }
            + lines.filter { $0.field == nil }
    }

    private static func isReadBack(_ line: ContentLine) -> Bool {
        let isOneLine = line.written.utf8.allSatisfy { ![0x0A, 0x0D, 0].contains($0) }
        guard isOneLine, !line.value.isEmpty, !VCardFields.own.contains(line.name) else {
            return false
        }
        return (try? ContentLine(Array(line.written.utf8))) == line
    }

    private static func value(_ kept: Line) -> JSONValue {
        let line = kept.line
        let text = isText(line.name) ? VCardText.unescaped(line.value) : line.value
        var object: JSONObject = ["value": .string(text)]
        if !line.parameterText.isEmpty { object["parameters"] = .string(line.parameterText) }
        if let group = line.group { object["group"] = .string(group) }
        if let field = kept.field { object["of"] = .string(field) }
        return object.members.count == 1 ? .string(text) : .object(object)
    }

    private static func line(_ name: String, _ value: JSONValue) -> Line? {
        guard let text = value.text ?? value.object?["value"]?.text else { return nil }
        let object = value.object ?? [:]
        let line = ContentLine(
            name: name, group: object["group"]?.text,
            parameters: object["parameters"]?.text ?? "",
            value: isText(name) ? VCardText.escaped(text) : text)
        return Line(line, of: object["of"]?.text)
    }

    private static func isText(_ name: String) -> Bool {
        ["NOTE", "TITLE", "ROLE"].contains(name)
    }
}

/// The properties that a contact's own fields are.
enum VCardFields {
    /// Everything that is read, or says something of the card alone.
    static let own: Set = [
        "BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "CATEGORIES", metadata, source,
    ]

    /// Properties that fields of a contact are taken from, and that may stand there again.
    static let taken: Set = ["FN", "N", "TEL", "EMAIL"]

    /// Metadata as JSON.
    static let metadata = "X-PATCHBOOK-METADATA"

    /// Where the contact came from; the SOURCE of the standards is where the card did.
    static let source = "X-PATCHBOOK-SOURCE"

    /// What Google writes on every card, and is no tag there.
    static let systemGroup = "myContacts"

    /// Says of tags that each of them is one, whatever it is called.
    static let ownTags = "CATEGORIES;" + ownParameter

    static let ownParameter = "X-PATCHBOOK=tags"

    /// What is left out where it stands in the card itself.
    static let attachments: Set = ["PHOTO", "LOGO", "SOUND", "KEY"]

    /// The parts of a name of which only the whole is known: all of it is the given name.
    static func parts(_ name: String) -> String { ";" + VCardText.escaped(name) + ";;;" }
}
