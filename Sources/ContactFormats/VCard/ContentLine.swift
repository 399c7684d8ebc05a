import JSONText

/// One property of a card (RFC 6350, section 3.3): `group.NAME;PARAM=VALUE:value`.
struct ContentLine: Hashable, Sendable {
    /// What ties properties together, such as `item1`; nil for none.
    let group: String?
    /// In capitals.
    let name: String
    /// The parameters as they are written, without the first semicolon.
    let parameterText: String
    /// The value as it is written, escapes and all, but in UTF-8 and without quoted-printable.
    let value: String

    init(name: String, group: String? = nil, parameters: String = "", value: String) {
        self.group = group
        self.name = name
        parameterText = parameters
        self.value = value
    }

    /// Reads an unfolded line.
    init(_ bytes: [UInt8]) throws(RecordFlaw) {
        guard let colon = ContentLine.colon(in: bytes) else { throw .notAProperty }
        guard let head = String(validating: bytes[..<colon], as: UTF8.self) else {
            throw .notUTF8(column: nil)
        }
        let (path, parameters) = ContentLine.cut(head, at: ";")
        let (first, second) = ContentLine.cut(path, at: ".")
        let name = second ?? first
        guard !name.isEmpty, name.utf8.allSatisfy(ContentLine.isNameByte),
            first.utf8.allSatisfy(ContentLine.isNameByte)
        else { throw .notAProperty }
        group = second == nil ? nil : first
        self.name = name.uppercased()
        let read = VCardParameters(parameters ?? "")
        parameterText = read.isQuotedPrintable ? read.textWithoutEncoding : read.text
        value = try ContentLine.decode(bytes[(colon + 1)...], read)
    }

    /// The parameters, taken apart.
    var parameters: VCardParameters { VCardParameters(parameterText) }

    /// The value with its escapes undone.
    var text: String { VCardText.unescaped(value, readsReturns: true) }

    /// The line as it is written, without folding.
    var written: String {
        (group.map { $0 + "." } ?? "") + name + (parameterText.isEmpty ? "" : ";" + parameterText)
            + ":" + value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D
            || byte == 0x5F
    }

    /// The first colon outside of quotes.
    private static func colon(in bytes: [UInt8]) -> Int? {
        var isQuoted = false
        for (index, byte) in bytes.enumerated() {
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x3A && !isQuoted { return index }
        }
        return nil
    }

    private static func cut(_ text: String, at sign: Unicode.Scalar) -> (String, String?) {
        let scalars = text.unicodeScalars
        guard let index = scalars.firstIndex(of: sign) else { return (text, nil) }
        return (String(scalars[..<index]), String(scalars[scalars.index(after: index)...]))
    }

    private static func decode(
        _ bytes: ArraySlice<UInt8>, _ parameters: VCardParameters
    ) throws(RecordFlaw) -> String {
        let plain = parameters.isQuotedPrintable ? VCardText.unquotedPrintable(bytes) : bytes
        if let text = String(validating: plain, as: UTF8.self) { return text }
        switch parameters.characterSet {
        case "ISO-8859-1", "LATIN1", "WINDOWS-1252", "ISO-8859-15", "US-ASCII":
            return Windows1252.text(plain)
        // A vCard 2.1 that names none was written in that of the machine it comes from.
        case nil where parameters.isQuotedPrintable: return Windows1252.text(plain)
        case nil, "UTF-8": throw .notUTF8(column: nil)
        case let other?: throw .characterSet(other)
        }
    }
}

/// The parameters of a property, also the bare ones of vCard 2.1 such as `TEL;CELL;PREF`.
struct VCardParameters: Hashable, Sendable {
    /// Names in capitals with their values, in order; the name of a bare one is empty.
    private(set) var list: [(name: String, value: String)] = []
    private let parts: [String]

    init(_ text: String) {
        parts = text.isEmpty ? [] : VCardText.split(text, at: ";", quoting: true)
        for part in parts {
            let scalars = part.unicodeScalars
            guard let equals = scalars.firstIndex(of: "=") else {
                list.append(("", part.uppercased()))
                continue
            }
            let name = String(scalars[..<equals]).uppercased()
            let values = String(scalars[scalars.index(after: equals)...])
            for value in VCardText.split(values, at: ",", quoting: true) {
                list.append((name, value.filter { $0 != "\"" }))
            }
        }
    }

    static func == (left: VCardParameters, right: VCardParameters) -> Bool {
        left.parts == right.parts
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(parts)
    }

    /// Whether `TYPE` holds this word, in whatever case.
    func isType(_ word: String) -> Bool {
        list.contains { ($0.name == "TYPE" || $0.name.isEmpty) && $0.value.uppercased() == word }
    }

    /// 1 goes first, 100 last; nil where nothing is said.
    var preference: Int? {
        if let pref = list.first(where: { $0.name == "PREF" }) {
            return min(max(Int(pref.value) ?? 100, 1), 100)
        }
        return isType("PREF") ? 1 : nil
    }

    /// Whether the value is written in quoted-printable.
    var isQuotedPrintable: Bool { encoding == "QUOTED-PRINTABLE" }

    /// Whether the value is written in base 64.
    var isBase64: Bool { encoding == "BASE64" || encoding == "B" }

    /// The character set of the value, in capitals.
    var characterSet: String? {
        list.first { $0.name == "CHARSET" }?.value.uppercased()
    }

    /// The parameters without what says how bytes were written.
    var textWithoutEncoding: String {
        parts.filter { part in
            let upper = part.uppercased()
            return !["ENCODING=", "CHARSET="].contains { upper.hasPrefix($0) }
                && upper != "QUOTED-PRINTABLE"
        }.map(VCardParameters.named).joined(separator: ";")
    }

    /// The parameters with a name before each, as later versions want it.
    var text: String { parts.map(VCardParameters.named).joined(separator: ";") }

    /// A bare word of vCard 2.1 says a type, or how bytes were written.
    private static func named(_ part: String) -> String {
        guard !part.unicodeScalars.contains("="), !part.isEmpty else { return part }
        let isEncoding = ["BASE64", "QUOTED-PRINTABLE", "8BIT", "7BIT"].contains(part.uppercased())
        return (isEncoding ? "ENCODING=" : "TYPE=") + part
    }

    private var encoding: String? {
        list.first { $0.name == "ENCODING" }?.value.uppercased()
            ?? list.first { $0.name.isEmpty && ["QUOTED-PRINTABLE", "BASE64"].contains($0.value) }?
            .value
    }
}
