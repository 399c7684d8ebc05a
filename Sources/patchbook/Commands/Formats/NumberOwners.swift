import ContactFormats
import ContactModel

/// Who of a file has which number, by name: several people may share a telephone.
///
/// Kept are 40 bytes a record.
struct NumberOwners {
    private struct Owner {
        let name: NameWords
        let line: Int32
        /// Whether it is the contact's id that names it, and not its number alone.
        var isByID = false
    }

    private var owners: [Int: Owner] = [:]
    /// By further numbers the number of the contact that a record is about.
    private var further: [Int: PhoneNumber] = [:]
    /// What records that wait say of their numbers already.
    private var claims: [Int: Owner] = [:]
    private var held: [ImportRecord] = []
    /// The first numbers of those, with the names of the contacts that bear them.
    private var doubtful: [PhoneNumber: NameWords] = [:]
    private var isAtEnd = false

    /// How many records wait for the rest of the file; the others are taken as they come.
    private static let heldLimit = 1000

    /// The line of somebody with another name than a record that says the contact's id, where that
    /// one is known by this number alone.
    func line(ofOther record: ImportRecord, withOnly number: PhoneNumber) -> Int? {
        guard let owner = owners[number.hashValue], !owner.isByID,
            !owner.name.mayBe(record.nameWords)
        else { return nil }
        return Int(owner.line)
    }

    /// The line of somebody with another name than the record whose number this is.
    func line(ofOther record: ImportRecord, with number: PhoneNumber) -> Int? {
        let found = [owners[number.hashValue], claims[number.hashValue]].compactMap(\.self)
        guard !found.isEmpty else { return nil }
        let name = record.nameWords
        return found.first { !$0.name.mayBe(name) }.map { Int($0.line) }
    }

    /// Whether an earlier record of just that name has the number.
    func has(_ number: PhoneNumber, asThatOf record: ImportRecord) -> Bool {
        let name = record.nameWords
        return !name.isEmpty && owners[number.hashValue]?.name == name
    }

    /// The number of the contact that an earlier record of just that name is about, of which this
    /// one is a further number.
    func number(having further: PhoneNumber, ofSame record: ImportRecord) -> PhoneNumber? {
        self.further[further.hashValue].flatMap { has($0, asThatOf: record) ? $0 : nil }
    }

    /// The line in which the number of a contact stands.
    func line(of number: PhoneNumber) -> Int {
        owners[number.hashValue].map { Int($0.line) } ?? 0
    }

    /// Whether a record was taken for the contact of a number.
    func isTaken(_ number: PhoneNumber) -> Bool { owners[number.hashValue] != nil }

    /// Notes that a record is taken for the contact of a number.
    ///
    /// - Parameter isByID: whether the record says the contact's id.
    mutating func take(_ record: ImportRecord, for number: PhoneNumber, isByID: Bool) {
        let owner = Owner(
            name: record.nameWords, line: Int32(clamping: record.line), isByID: isByID)
        for other in record.numbers where other != number && further[other.hashValue] == nil {
            further[other.hashValue] = number
        }
        guard let before = owners[number.hashValue] else {
            owners[number.hashValue] = owner
            return
        }
        // An id names one contact, whatever that was called before.
        if before.name.saysLess(than: owner.name) || isByID && !owner.name.isEmpty {
            owners[number.hashValue] = owner
        }
    }

    /// Keeps a record until all is read, as a contact of that name has its first number.
    ///
    /// - Returns: false where it has to be taken now.
    mutating func hold(
        _ record: ImportRecord, _ number: PhoneNumber, ofContactNamed name: NameWords
    ) -> Bool {
        guard !isAtEnd, held.count < NumberOwners.heldLimit else { return false }
        doubtful[number] = name
        held.append(record)
        return true
    }

    /// Keeps a record with the number of one that is kept, so that the order of both stays.
    mutating func holds(_ record: ImportRecord) -> Bool {
        guard !isAtEnd, !doubtful.isEmpty, let number = record.phone?.number,
            let name = doubtful[number]
        else { return false }
        let own = record.nameWords
        if !own.isEmpty, own.mayBe(name), claims[number.hashValue] == nil {
            claims[number.hashValue] = Owner(name: own, line: Int32(clamping: record.line))
        }
        return hold(record, number, ofContactNamed: name)
    }

    /// What was kept, once all is read: none of it is kept again.
    mutating func release() -> [ImportRecord] {
        isAtEnd = true
        return held
    }
}

/// The words of a name, without order and case: hashes of four of them, the same four of the same
/// words, and none where it names nobody.
struct NameWords: Equatable {
    private var hashes = SIMD4<UInt16>()
    /// Whether it is the name of a company, which may be that of anybody there.
    private let isCompany: Bool

    init(_ name: String?, isCompany: Bool = false) {
        self.isCompany = isCompany
        let words = SearchText.folded(name ?? "").split(separator: " ").map { word in
            let hash = word.utf8.stableHash
            return max(1, UInt16(truncatingIfNeeded: hash ^ hash >> 16 ^ hash >> 32 ^ hash >> 48))
        }
        for (index, hash) in Set(words).sorted().prefix(4).enumerated() { hashes[index] = hash }
    }

    var isEmpty: Bool { hashes == SIMD4() }

    /// Whether both may be names of one: nobody's name is anybody's, and one may leave words out.
    func mayBe(_ other: NameWords) -> Bool {
        isCompany != other.isCompany || isPart(of: other) || other.isPart(of: self)
    }

    /// Whether another one says more of who it is.
    func saysLess(than other: NameWords) -> Bool {
        isEmpty || isCompany && !other.isCompany && !other.isEmpty
    }

    private func isPart(of other: NameWords) -> Bool {
        (0..<4).allSatisfy { hashes[$0] == 0 || any(other.hashes .== hashes[$0]) }
    }
}

extension ImportRecord {
    /// The words of the name.
    var nameWords: NameWords { NameWords(fitName, isCompany: isCompanyName) }

    /// Its first number and the further ones.
    fileprivate var numbers: [PhoneNumber] {
        [phone?.number].compactMap(\.self) + furtherNumbers
    }
}
