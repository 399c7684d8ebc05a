/// One JSON value (RFC 8259), keeping what most readers lose: the order of members, repeated
/// names, and the text of numbers.
///
/// Strings compare by their UTF-8, not by canonical equivalence: a value that was rewritten from
/// a decomposed to a composed accent is another value.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue: Hashable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameUTF8(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let values): hasher.combine(values)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSONValue {
    /// The word a person knows this kind of value by: `text`, `number`, `true/false`, `null`,
    /// `list` or `object`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true/false"
        case .number: "number"
        case .string: "text"
        case .array: "list"
        case .object: "object"
        }
    }

    /// The text of a `.string`; nil for every other kind.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The members of an `.object`; nil for every other kind.
    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The elements of an `.array`; nil for every other kind.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// A number as it was written: `9120.00` and `9120` are two texts of one quantity, and neither
/// is ever rewritten into the other.
package struct JSONNumber: Hashable, Sendable {
    /// The literal, in the grammar of RFC 8259 section 6.
    package let text: String

    /// A number of any length; nil where `text` is not a JSON number literal.
    package init?(_ text: String) {
        guard JSONNumber.isLiteral(text.utf8) else { return nil }
        self.text = text
    }

    /// The decimal literal of an integer.
    package init(_ integer: Int) {
        text = String(integer)
    }

    /// The nearest binary floating-point value; infinite where the literal is out of range.
    package var doubleValue: Double {
        Double(text) ?? .nan
    }

    /// The value as an integer; nil where it has a fraction, an exponent, or does not fit.
    package var integerValue: Int? {
        Int(text)
    }

    private static func isLiteral(_ bytes: String.UTF8View) -> Bool {
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let integer = digits(&rest)
        guard let first = integer.first, first != UInt8(ascii: "0") || integer.count == 1 else {
            return false
        }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard !digits(&rest).isEmpty else { return false }
        }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                rest.removeFirst()
            }
            guard !digits(&rest).isEmpty else { return false }
        }
        return rest.isEmpty
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let run = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        rest = rest[run.endIndex...]
        return run
    }
}

extension String {
    /// Whether both hold the same bytes; `==` also accepts canonically equivalent text.
    package func hasSameUTF8(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Nearly every text is one piece of memory, and pieces are compared at once.
        let isSame = utf8.withContiguousStorageIfAvailable { bytes in
            other.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
