import JSONText

extension SortOrder {
    /// The contacts in this order: what has nothing in a column comes last in either direction,
    /// ties stay as they are.
    package func sorted(_ contacts: [Contact]) -> [Contact] {
        let rows = contacts.enumerated().map { (place: $0, contact: $1, texts: texts(of: $1)) }
        return rows.sorted { left, right in
            for (index, key) in keys.enumerated() where left.texts[index] != right.texts[index] {
                let (a, b) = (left.texts[index], right.texts[index])
                if a.isEmpty || b.isEmpty { return b.isEmpty }
                return key.isDescending ? b < a : a < b
            }
            return left.place < right.place
        }.map(\.contact)
    }

    private func texts(of contact: Contact) -> [String] {
        keys.map { key in
            switch key.column {
            case .field(.tags): return contact.tags.texts.joined(separator: ",")
            case .metadata(let key): return contact.metadata?[key]?.jsonText ?? ""
            case .field(.totalMessages):
                let digits = String(contact.totalMessages ?? 0)
                return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
            case .field(let field): return SearchText.folded(contact.shown(field))
            }
        }
    }
}
