package import JSONText

/// What a contact is compared by in one column: numbers and instants go before text.
package enum SortValue: Hashable, Sendable {
    /// An instant.
    case instant(Timestamp)
    /// A number.
    case number(Quantity)
    /// Folded text, in the order of its UTF-8.
    case text([UInt8])
    /// Nothing, which comes last in either direction.
    case nothing

    /// What stands in a column, given the values of the fields.
    package init(_ column: Column, _ value: (Field) -> JSONValue?) {
        switch column {
        case .metadata(let path):
            let metadata = value(.metadata)?.object ?? [:]
            self = SortValue(metadata: MetadataPath(dotted: path).value(in: metadata))
        case .field(.metadata): self = .nothing
        case .field(.tags):
            let tags = TagList(stored: (value(.tags)?.array ?? []).compactMap(\.text))
            self = SortValue(text: tags.texts.joined(separator: ","))
        case .field(.totalMessages):
            if case .number(let number)? = value(.totalMessages) {
                self = .number(Quantity(number))
            } else {
                self = SortValue(text: SearchText.text(of: value(.totalMessages)))
            }
        case .field(let field):
            let text = SearchText.text(of: value(field))
            let instant = field.isInstant ? Timestamp(text) : nil
            self = instant.map(SortValue.instant) ?? SortValue(text: text)
        }
    }

    private init(metadata value: JSONValue?) {
        switch value {
        case .number(let number): self = .number(Quantity(number))
        case .bool(let value): self = SortValue(text: value ? "true" : "false")
        case .array(let elements):
            self = SortValue(
                text: elements.map { SearchText.text(of: $0) }.joined(separator: ","))
        default: self = SortValue(text: SearchText.text(of: value))
        }
    }

    private init(text: String) {
        let line = SearchText.line(text)
        self = line.isEmpty ? .nothing : .text(Array(line.utf8))
    }

    private var rank: Int {
        switch self {
        case .instant: 0
        case .number: 1
        case .text: 2
        case .nothing: 3
        }
    }

    fileprivate func isBefore(_ other: SortValue, descending: Bool) -> Bool {
        if self == .nothing || other == .nothing { return other == .nothing && self != .nothing }
        return descending ? other.isLess(than: self) : isLess(than: other)
    }

    private func isLess(than other: SortValue) -> Bool {
        switch (self, other) {
        case (.instant(let left), .instant(let right)): left < right
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
        default: rank < other.rank
        }
    }
}

extension SortOrder {
    /// Whether a contact with these values, one a key, goes before another; neither does in a
    /// tie.
    package func isBefore(_ left: [SortValue], _ right: [SortValue]) -> Bool {
        for (index, key) in keys.enumerated() where left[index] != right[index] {
            return left[index].isBefore(right[index], descending: key.isDescending)
        }
        return false
    }

    /// What a contact is compared by, one value a key.
    package func values(_ value: (Field) -> JSONValue?) -> [SortValue] {
        keys.map { SortValue($0.column, value) }
    }

    /// The contacts in this order: what has nothing in a column comes last in either direction,
    /// ties stay as they are.
    package func sorted(_ contacts: [Contact]) -> [Contact] {
        order(of: contacts).map { contacts[$0] }
    }

    /// The places of the contacts in this order.
    package func order(of contacts: [Contact]) -> [Int] {
        let values = contacts.map { contact in self.values { contact.record[$0.name] } }
        return contacts.indices.sorted { left, right in
            if isBefore(values[left], values[right]) { return true }
            return !isBefore(values[right], values[left]) && left < right
        }
    }
}

extension Field {
    /// Whether the field holds a timestamp.
    fileprivate var isInstant: Bool {
        switch self {
        case .optedInAt, .optedOutAt, .lastMessageAt, .createdAt, .updatedAt: true
        default: false
        }
    }
}
