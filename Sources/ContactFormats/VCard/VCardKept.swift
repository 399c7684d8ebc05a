import JSONText

/// Properties that mean nothing to a contact, as they are kept in its metadata under `vcard`:
/// by name a value, or a list of several. A value is text, or with parameters an object of
/// `value`, `parameters` and `group`.
///
/// Plain text such as a note is kept as people read it, everything else as the card writes it.
enum VCardKept {
    static let key = "vcard"

    /// The object for properties; empty where there are none.
    static func object(_ lines: [ContentLine]) -> JSONObject {
        var object: JSONObject = [:]
        for line in lines {
            let value = self.value(line)
            switch object[line.name] {
            case nil: object[line.name] = value
            case .array(let values): object[line.name] = .array(values + [value])
            case let first?: object[line.name] = .array([first, value])
            }
        }
        return object
    }

    /// The properties of an object; nil where it is not one that `object` makes, or would not
    /// come back as it is.
    static func lines(_ value: JSONValue) -> [ContentLine]? {
        guard let object = value.object else { return nil }
        var lines: [ContentLine] = []
        for member in object.members {
            for value in member.value.array ?? [member.value] {
                guard let line = line(member.name, value), isReadBack(line) else { return nil }
                lines.append(line)
            }
        }
        return !lines.isEmpty && JSONValue.object(self.object(lines)) == value ? lines : nil
    }

    private static func isReadBack(_ line: ContentLine) -> Bool {
        let isOneLine = line.written.utf8.allSatisfy { $0 != 0x0A && $0 != 0 }
        guard isOneLine, !line.value.isEmpty, !VCardFields.own.contains(line.name) else {
            return false
        }
        return (try? ContentLine(Array(line.written.utf8), line: 0)) == line
    }

    private static func value(_ line: ContentLine) -> JSONValue {
        let text = isText(line.name) ? line.text : line.value
        var object: JSONObject = ["value": .string(text)]
        if !line.parameterText.isEmpty { object["parameters"] = .string(line.parameterText) }
        if let group = line.group { object["group"] = .string(group) }
        return object.members.count == 1 ? .string(text) : .object(object)
    }

    private static func line(_ name: String, _ value: JSONValue) -> ContentLine? {
        if let text = value.text { return line(name, text) }
        guard let object = value.object, let text = object["value"]?.text else { return nil }
        return line(
            name, text, parameters: object["parameters"]?.text ?? "",
            group: object["group"]?.text)
    }

    private static func line(
        _ name: String, _ text: String, parameters: String = "", group: String? = nil
    ) -> ContentLine {
        ContentLine(
            name: name, group: group, parameters: parameters,
            value: isText(name) ? VCardText.escaped(text) : text)
    }

    private static func isText(_ name: String) -> Bool {
        ["NOTE", "TITLE", "ROLE"].contains(name)
    }
}

/// The properties that a contact's own fields are.
enum VCardFields {
    /// Everything that is read, or says something of the card alone.
    static let own: Set = [
        "BEGIN", "END", "VERSION", "PRODID", "REV", "FN", "N", "UID", "CATEGORIES",
        metadata,
    ]

    /// Metadata as JSON.
    static let metadata = "X-PATCHBOOK-METADATA"

    /// What is left out where it stands in the card itself.
    static let attachments: Set = ["PHOTO", "LOGO", "SOUND", "KEY"]
}
