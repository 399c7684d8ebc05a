package import ContactModel
import Glibc
import JSONText

extension Snapshot {
    /// Nobody.
    package static func empty() throws(StoreError) -> Snapshot {
        Snapshot(base: try Base(Base.emptyText, path: ""))
    }

    /// Reads a file once; what is written to it later is not followed, and no journal is looked
    /// for.
    ///
    /// - Throws: `.missing`, `.syntax`, `.shape`, `.tooLarge` or `.io`.
    package init(reading path: String, limit: Int = 2_000_000_000) throws(StoreError) {
        let file = try OpenFile(path, O_RDONLY)
        self.init(base: try Base(file.read(limit: limit), path: path))
    }

    /// Reads the text of a file that is nowhere yet.
    ///
    /// - Throws: `.syntax` or `.shape`.
    package init(parsing bytes: [UInt8]) throws(StoreError) {
        self.init(base: try Base(bytes, path: ""))
    }

    /// The number of the contact with this key; nil where none bears it, or several do.
    package func soleNumber(of key: ContactKey) -> Int32? {
        try? number(of: key)
    }

    /// Puts a whole record in the place of the one that has its id, else its telephone number; at
    /// the end where there is none. Nothing is written to any file.
    ///
    /// - Returns: its number.
    @discardableResult
    package mutating func put(_ contact: Contact) -> Int32 {
        let byID = contact.id.flatMap { everyRecord(.id($0)).first(where: holds) }
        let byPhone = contact.phoneNumber.flatMap { everyRecord(.phone($0)).first(where: holds) }
        guard let number = byID ?? byPhone else {
            let number = limit
            let record = Record(RecordText(contact))
            addedKeys.add(record.facts, at: number)
            added.append(record)
            return number
        }
        put(contact, at: number)
        return number
    }

    /// Puts a whole record in the place of the one with this number.
    package mutating func put(_ contact: Contact, at number: Int32) {
        let record = Record(RecordText(contact))
        var fresh = record.facts
        if let id = fresh.id, everyRecord(.id(id)).contains(number) { fresh.id = nil }
        let key = contact.phoneNumber.map(ContactKey.phone)
        if let key, everyRecord(key).contains(number) { fresh.phone = nil }
        addedKeys.add(fresh, at: number)
        put(record, at: number)
    }

    /// Takes a record away; nothing is written to any file.
    package mutating func take(away number: Int32) {
        if holds(number) { deleted.insert(number) }
    }

    /// Every record's text, in order.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    package func forEachRecord(_ body: ([UInt8]) -> Void) throws(StoreError) {
        for number in 0..<limit where !deleted.contains(number) { body(try bytes(of: number)) }
    }
}

extension RecordText {
    fileprivate init(_ contact: Contact) {
        var bytes: [UInt8] = []
        JSONValue.object(contact.record).write(to: &bytes)
        self.init(bytes)
    }
}
