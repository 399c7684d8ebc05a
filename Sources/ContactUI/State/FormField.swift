import ContactModel
package import JSONText

/// One editable row of a form.
package struct FormField: Hashable, Sendable {
    /// Which part of a contact a row is for.
    package enum ID: Hashable, Sendable {
        case phone
        case name
        case email
        case tags
        case metadata(String)
        /// The row in which a new metadata key is named.
        case newKey
    }

    /// Which part of the contact it edits.
    package let id: ID
    /// What is typed.
    package var text: TextField
    /// The JSON type of a metadata value; nil for the other rows.
    package var kind: ValueKind?
    /// What stood there when the contact was read.
    package private(set) var original: Original
    /// Whether saving takes the metadata key away.
    package var isRemoved = false

    /// The text and type that a row began with.
    package struct Original: Hashable, Sendable {
        /// The text shown for the value.
        package let text: String
        /// The type of a metadata value; nil for other rows and for a key that is new.
        package let kind: ValueKind?
        /// Whether there was a value at all.
        package let isPresent: Bool
    }

    /// A row that begins with what the contact holds.
    package init(id: ID, text: String = "", kind: ValueKind? = nil, isPresent: Bool = false) {
        self.id = id
        self.text = TextField(text)
        self.kind = kind
        original = Original(text: text, kind: isPresent ? kind : nil, isPresent: isPresent)
    }

    /// Whether anything differs from what stood there.
    package var isTouched: Bool {
        if case .newKey = id { return !text.isEmpty }
        return isRemoved || kind != (original.isPresent ? original.kind : kind)
            || !text.text.hasSameUTF8(as: original.text)
            || (isMetadata && !original.isPresent)
    }

    /// Whether it is the value of a metadata key.
    package var isMetadata: Bool {
        if case .metadata = id { true } else { false }
    }

    /// The metadata key it is for.
    package var key: String? {
        if case .metadata(let key) = id { key } else { nil }
    }

    /// Puts back what stood there.
    package mutating func revert() {
        if !text.text.hasSameUTF8(as: original.text) { text.replace(with: original.text) }
        if original.isPresent { kind = original.kind }
        isRemoved = false
    }

    /// Takes a newer value as what stands there, and shows it where nothing was typed.
    package mutating func rebase(onto fresh: FormField) {
        let wasTouched = isTouched
        original = fresh.original
        if !wasTouched {
            text = fresh.text
            kind = fresh.kind
        }
    }
}

/// The JSON type of a metadata value, as a person switches between them.
package enum ValueKind: String, CaseIterable, Hashable, Sendable {
    case text, number
    case truth = "true/false"
    case null
    case json = "JSON"

    /// The name in six columns.
    var short: String { self == .truth ? "t/f" : rawValue }

    /// The type a value is edited as: lists and objects as JSON.
    package init(of value: JSONValue) {
        switch value {
        case .string: self = .text
        case .number: self = .number
        case .bool: self = .truth
        case .null: self = .null
        case .array, .object: self = .json
        }
    }

    /// The type that Alt-T goes to from this one.
    package var next: ValueKind {
        let kinds = ValueKind.allCases
        let index = kinds.firstIndex(of: self) ?? 0
        return kinds[(index + 1) % kinds.count]
    }

    /// The text a value is edited as.
    package static func editedText(of value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.jsonText
        }
    }

    /// The value that `text` stands for in this type.
    ///
    /// - Throws: a `Problem` that says what the type wants.
    package func value(of text: String) throws(Problem) -> JSONValue {
        let trimmed = text.trimmingWhitespace()
        switch self {
        case .text: return .string(text)
        case .number:
            guard let number = JSONNumber(trimmed) else { throw Problem("not a number") }
            return .number(number)
        case .truth:
            guard trimmed == "true" || trimmed == "false" else {
                throw Problem("neither true nor false")
            }
            return .bool(trimmed == "true")
        case .null:
            guard trimmed.isEmpty || trimmed == "null" else { throw Problem("null holds no text") }
            return .null
        case .json:
            do {
                return try JSONValue(parsing: trimmed)
            } catch {
                throw Problem("not JSON from column \(error.column) on")
            }
        }
    }
}

/// What keeps a field from being saved, in words that fit beside it.
package struct Problem: Error, Hashable, Sendable {
    /// A short phrase without a capital or a full stop.
    package let message: String

    /// A problem with these words.
    package init(_ message: String) {
        self.message = message
    }
}
