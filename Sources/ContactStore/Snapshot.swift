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
    var addedKeys = AddedKeys()
    /// Where added records go that do not go to the end, by their index among those added.
    var berths: [Int: Berth] = [:]
    var deleted: Set<Int32> = []

    /// A record that differs from the file.
    struct Record: Sendable {
        let bytes: [UInt8]
        let search: FoldedLines
        let facts: RecordFacts
        let tags: [String]

        init(_ text: RecordText) {
            bytes = text.bytes
            facts = RecordFacts(bytes, text.outline)
            search = FoldedLines(facts)
            let own = text.bytes
            tags = facts.tags.map { TagColumn.tags(own, $0) } ?? []
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

    var limit: Int32 { Int32(base.spans.count + added.count) }

    /// The record that differs from the file; nil where the file's own bytes hold.
    func record(_ number: Int32) -> Record? {
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
}
