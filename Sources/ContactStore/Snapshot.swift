package import ContactModel
import JSONText

/// The contacts as they stood at one moment; commits made later are not seen.
///
/// A record's number is its place: those of the file first, then those added since. Numbers
/// mean the same in every snapshot of one reading of the file.
package struct Snapshot: Sendable {
    let base: Base
    var edited: [Int32: Record] = [:]
    var added: [Record] = []
    var addedKeys = KeyIndex()
    var deleted: Set<Int32> = []

    /// A record that differs from the file.
    struct Record: Sendable {
        let bytes: [UInt8]
        let search: SearchColumn
        let facts: RecordFacts

        init(_ text: RecordText) {
            bytes = text.bytes
            facts = RecordFacts(bytes, text.outline)
            var search = SearchColumn()
            search.append(facts)
            self.search = search
        }
    }

    init(base: Base) {
        self.base = base
    }

    /// How many contacts there are.
    package var count: Int { base.spans.count + added.count - deleted.count }

    /// Which reading of the file this is a state of: numbers mean the same within one.
    package var reading: Int { base.reading }

    /// Whether a contact of this number is there.
    package func holds(_ number: Int32) -> Bool {
        (0..<limit).contains(number) && !deleted.contains(number)
    }

    private var limit: Int32 { Int32(base.spans.count + added.count) }

    /// The record that differs from the file; nil where the file's own bytes hold.
    private func record(_ number: Int32) -> Record? {
        let index = Int(number) - base.spans.count
        return index >= 0 ? edited[number] ?? added[index] : edited[number]
    }

    /// The bytes of a contact's object.
    func bytes(of number: Int32) -> [UInt8] {
        record(number)?.bytes ?? Array(base.bytes[base.spans[Int(number)]])
    }

    /// One contact, whole.
    package func contact(_ number: Int32) -> Contact {
        let value = try? JSONValue(parsing: bytes(of: number), loneSurrogates: .replace)
        return Contact(record: value?.object ?? [:])
    }

    /// One contact as a list shows it, with the flaws that only its neighbours tell.
    package func row(_ number: Int32) -> ContactRow {
        let contact = contact(number)
        var flaws = contact.flaws
        var key: ContactKey?
        if let phone = contact.phone {
            if records(phone: phone).count > 1 {
                flaws.append(.repeatedPhone)
            } else {
                key = contact.phoneNumber.map(ContactKey.phone)
            }
        }
        if let id = contact.id {
            if records(id: id).count > 1 {
                flaws.append(.repeatedID)
            } else {
                key = .id(id)
            }
        }
        if key == nil {
            flaws.append(.nameless)
            key = .place(number, reading: reading)
        }
        return ContactRow(contact: contact, key: key, flaws: flaws, number: number)
    }

    private func records(id: String) -> [Int32] {
        (base.keys.records(id: id) + addedKeys.records(id: id)).filter { !deleted.contains($0) }
    }

    private func records(phone: String) -> [Int32] {
        (base.keys.records(phone: phone) + addedKeys.records(phone: phone))
            .filter { !deleted.contains($0) }
    }

    /// The records that a key names, those that were deleted since the file was read too.
    func everyRecord(_ key: ContactKey) -> [Int32] {
        switch key {
        case .id(let id): base.keys.records(id: id) + addedKeys.records(id: id)
        case .phone(let phone):
            base.keys.records(phone: phone.e164) + addedKeys.records(phone: phone.e164)
        case .place(let number, let reading):
            reading == self.reading && (0..<limit).contains(number) ? [number] : []
        }
    }

    /// The record that a key names.
    ///
    /// - Throws: `.unknown` where there is none, `.ambiguous` where there are several.
    package func number(of key: ContactKey) throws(StoreError) -> Int32 {
        let found = everyRecord(key).filter { !deleted.contains($0) }
        guard let first = found.first else { throw .unknown(key) }
        guard found.count == 1 else { throw .ambiguous(key) }
        return first
    }

    /// The numbers of the contacts that match, in order.
    package func select(_ query: Query, order: SortOrder) -> [Int32] {
        var found = matches(query)
        if order == .byName {
            found = sortedByName(found)
        } else if !order.keys.isEmpty {
            found = sorted(found, by: order)
        }
        return found
    }

    private func matches(_ query: Query) -> [Int32] {
        var found: [Int32]
        if query.terms.isEmpty {
            found = Array(0..<Int32(base.spans.count))
        } else {
            found = base.search.matches(query)
        }
        if !edited.isEmpty || !deleted.isEmpty {
            found = found.filter { edited[$0] == nil && !deleted.contains($0) }
        }
        let changed = edited.keys.filter { $0 < base.spans.count && !deleted.contains($0) }
        let more = changed + (Int32(base.spans.count)..<limit).filter { !deleted.contains($0) }
        let hits = more.filter { record($0)?.search.matches(query, record: 0) ?? false }
        return hits.isEmpty ? found : (found + hits).sorted()
    }

    private func name(of number: Int32) -> ArraySlice<UInt8> {
        record(number)?.search.name(of: 0) ?? base.search.name(of: Int(number))
    }

    /// Sorted by folded name; contacts without one last.
    private func sortedByName(_ numbers: [Int32]) -> [Int32] {
        numbers.map { (number: $0, name: name(of: $0)) }
            .sorted { left, right in
                if left.name.isEmpty || right.name.isEmpty {
                    if left.name.isEmpty != right.name.isEmpty { return right.name.isEmpty }
                    return left.number < right.number
                }
                if left.name.lexicographicallyPrecedes(right.name) { return true }
                if right.name.lexicographicallyPrecedes(left.name) { return false }
                return left.number < right.number
            }
            .map(\.number)
    }

    private func sorted(_ numbers: [Int32], by order: SortOrder) -> [Int32] {
        let rows = numbers.map { number in
            (number: number, keys: SortText.keys(contact(number), order))
        }
        return rows.sorted { left, right in
            for (index, key) in order.keys.enumerated() where left.keys[index] != right.keys[index]
            {
                let (a, b) = (left.keys[index], right.keys[index])
                if a.isEmpty || b.isEmpty { return b.isEmpty }
                return key.isDescending ? b < a : a < b
            }
            return left.number < right.number
        }.map(\.number)
    }

    /// Every tag with the number of contacts that bear it, by name.
    package var tagCounts: [TagCount] {
        var counts: [Tag: Int] = [:]
        for number in 0..<limit where !deleted.contains(number) {
            for tag in contact(number).tags.tags { counts[tag, default: 0] += 1 }
        }
        return counts.map { TagCount(tag: $0.key, count: $0.value) }
            .sorted { $0.tag.text < $1.tag.text }
    }
}

/// What a contact is compared by.
private enum SortText {
    static func keys(_ contact: Contact, _ order: SortOrder) -> [String] {
        order.keys.map { key in
            switch key.field {
            case .tags: return contact.tags.texts.joined(separator: ",")
            case .metadata: return ""
            case .totalMessages:
                let digits = String(contact.totalMessages ?? 0)
                return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
            default: return SearchText.folded(contact.shown(key.field))
            }
        }
    }
}
