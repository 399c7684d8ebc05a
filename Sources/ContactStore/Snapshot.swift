package import ContactModel
import JSONText

/// The contacts as they stood at one moment; commits made later are not seen.
///
/// A record's number is its place: those of the file first, then those added since. Numbers
/// mean the same in every snapshot of one reading of the file.
package struct Snapshot: Sendable {
    let base: Base
    /// Records with a text of their own.
    var edited = Sparse<Record>()
    /// Records of the file that differ from it as many others do; none that is among `edited`.
    var shared = SharedLayer()
    var added = Sparse<Record>()
    var addedKeys = AddedKeys()
    /// Where added records go that do not go to the end, by their index among those added.
    var berths = Sparse<Berth>()
    var deleted = SparseSet()
    /// What another program wrote otherwise, for somebody to choose.
    var conflicts = FieldConflicts()

    /// A record that differs from the file.
    struct Record: Sendable {
        let bytes: [UInt8]
        let search: FoldedLines
        let tags: [String]

        init(_ text: RecordText) {
            let bytes = text.bytes
            let facts = RecordFacts(bytes)
            self.init(
                bytes, search: FoldedLines(facts),
                tags: facts.tags.map { TagColumn.tags(bytes, $0) } ?? [])
        }

        /// A record of which everything is known.
        init(_ bytes: [UInt8], search: FoldedLines, tags: [String]) {
            self.bytes = bytes
            self.search = search
            self.tags = tags
        }

        /// What of the record is indexed.
        var facts: RecordFacts { RecordFacts(bytes) }
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

    /// The record with a text of its own; nil where that follows from the file's.
    func record(_ number: Int32) -> Record? {
        let index = number - Int32(base.spans.count)
        return index >= 0 ? edited[number] ?? added[index] : edited[number]
    }

    /// The bytes of a contact's object.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func bytes(of number: Int32) throws(StoreError) -> [UInt8] {
        if let record = record(number) { return record.bytes }
        let bytes = try base.text.bytes(base.spans[Int(number)])
        return shared[number]?.bytes(bytes) ?? bytes
    }

    /// One contact, whole; without any member where another program has written into the file,
    /// until it is read anew.
    package func contact(_ number: Int32) -> Contact {
        (try? standingContact(number)) ?? Contact(record: [:])
    }

    /// One contact, whole.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func standingContact(_ number: Int32) throws(StoreError) -> Contact {
        let bytes = try bytes(of: number)
        let value = try? JSONValue(parsing: bytes, loneSurrogates: .replace)
        return Contact(record: value?.object ?? [:])
    }

    /// One contact as a list shows it, with the flaws that only its neighbours tell.
    package func row(_ number: Int32) -> ContactRow {
        guard let contact = try? standingContact(number) else {
            return ContactRow(
                contact: Contact(record: [:]), key: .place(number, reading: reading),
                flaws: [.unreadable], number: number)
        }
        var flaws = contact.flaws
        var key: ContactKey?
        let isAlone = isAlone(number)
        if isAlone { base.keys.note(number) }
        if let phone = contact.phone {
            if !isAlone, isRepeated(phone: phone) {
                flaws.append(.repeatedPhone)
            } else {
                key = contact.phoneNumber.map(ContactKey.phone)
            }
        }
        if let id = contact.id {
            if !isAlone, isRepeated(id: id) {
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

    /// Whether the columns alone tell that no other record bears its id or number.
    func isAlone(_ number: Int32) -> Bool {
        addedKeys.isEmpty && number < base.spans.count && edited[number] == nil
            && !base.suspects.contains(Int(number))
    }

    /// Whether several contacts bear an id, of whom no more than two are looked at.
    func isRepeated(id: String) -> Bool {
        isRepeated(base.keys.records(id: id), addedKeys.records(id: id))
    }

    private func isRepeated(phone: String) -> Bool {
        isRepeated(base.keys.records(phone: phone), addedKeys.records(phone: phone))
    }

    private func isRepeated(_ old: some Sequence<Int32>, _ added: [Int32]) -> Bool {
        let isThere = { !deleted.contains($0) }
        var count = added.count(where: isThere)
        for number in old where isThere(number) {
            count += 1
            if count > 1 { break }
        }
        return count > 1
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
