extension JSONValue {
    /// The value as compact JSON text: no white space, non-ASCII text as it is.
    package var jsonText: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value as JSON text over several lines, two spaces a level; ends without a line feed.
    package var prettyText: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends compact JSON text. Nesting is as deep as the value, which readers limit.
    package func write(to bytes: inout [UInt8]) {
        write(to: &bytes, indent: nil)
    }

    private func write(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .string(let text): JSONString.encode(text, to: &bytes)
        case .array(let elements):
            JSONValue.writeList(elements, "[", "]", indent, to: &bytes) { element, inner, bytes in
                element.write(to: &bytes, indent: inner)
            }
        case .object(let object):
            JSONValue.writeList(object.members, "{", "}", indent, to: &bytes) {
                member, inner, bytes in
                JSONString.encode(member.name, to: &bytes)
                bytes.append(contentsOf: (inner == nil ? ":" : ": ").utf8)
                member.value.write(to: &bytes, indent: inner)
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ indent: Int?,
        to bytes: inout [UInt8], _ writeItem: (Item, Int?, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        let inner = indent.map { $0 + 2 }
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(inner, to: &bytes)
            writeItem(item, inner, &bytes)
        }
        if !items.isEmpty { breakLine(indent, to: &bytes) }
        bytes.append(UInt8(ascii: close))
    }

    private static func breakLine(_ indent: Int?, to bytes: inout [UInt8]) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }
}
