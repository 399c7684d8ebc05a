import ContactClient
import ContactFormats
import ContactModel

/// Who of a file has which number as the first one, by name: several people may share a telephone.
///
/// Kept are 20 bytes a record, and those only of a file that has room for further numbers.
struct NumberOwners {
    private struct Owner {
        let name: Int32
        let line: Int32
    }

    private var owners: [Int: Owner] = [:]
    private var held: [ImportRecord] = []
    /// The first numbers of those, with the names of the contacts that bear them.
    private var doubtful: [PhoneNumber: String] = [:]
    private var isAtEnd = false

    /// How many records wait for the rest of the file; the others are taken as they come.
    private static let heldLimit = 1000

    /// The line of somebody with another name than the record whose number this is.
    func line(ofOther record: ImportRecord, with number: PhoneNumber) -> Int? {
        guard let name = record.comparableName, let owner = owners[number.hashValue] else {
            return nil
        }
        return owner.name == NumberOwners.hash(name) ? nil : Int(owner.line)
    }

    /// Whether an earlier record of the same name has the number.
    func has(_ number: PhoneNumber, asThatOf record: ImportRecord) -> Bool {
        owners[number.hashValue] != nil && line(ofOther: record, with: number) == nil
            && record.comparableName != nil
    }

    /// Notes that the number is that of the record, unless somebody has it already.
    mutating func note(_ number: PhoneNumber, of record: ImportRecord) {
        guard record.mayHaveFurtherNumbers, let name = record.comparableName,
            owners[number.hashValue] == nil
        else { return }
        owners[number.hashValue] = Owner(
            name: NumberOwners.hash(name), line: Int32(clamping: record.line))
    }

    private static func hash(_ name: String) -> Int32 { Int32(truncatingIfNeeded: name.hashValue) }

    /// Keeps a record until all is read, as a contact of that name has its first number.
    ///
    /// - Returns: false where it has to be taken now.
    mutating func hold(
        _ record: ImportRecord, _ number: PhoneNumber, ofContactNamed name: String
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
        if record.comparableName == name { note(number, of: record) }
        return hold(record, number, ofContactNamed: name)
    }

    /// What was kept, once all is read: none of it is kept again.
    mutating func release() -> [ImportRecord] {
        isAtEnd = true
        return held
    }
}

extension ImportTargets {
    /// The records that had to wait for the rest of the file.
    mutating func held() -> [ImportRecord] { owners.release() }

    /// Whom a record is about whose first number is that of a contact: for somebody of another
    /// name it may be a telephone that both share.
    mutating func choose(
        _ record: ImportRecord, _ contact: Contact, _ number: PhoneNumber
    ) async throws -> Finding {
        let plain = Finding.target(.present(contact, .phone(number)))
        guard let name = record.comparableName,
            let present = contact.name.flatMap(SearchText.comparable)
        else { return plain }
        if name == present {
            owners.note(number, of: record)
            return plain
        }
        guard !record.furtherNumbers.isEmpty, try await !isKnownByID(record) else { return plain }
        if let found = try await namesake(of: record) { return found }
        if owners.hold(record, number, ofContactNamed: present) { return .held }
        return try await elsewhere(record, number) ?? plain
    }

    /// Whom a record is about whose first number is nobody's yet.
    mutating func chooseNew(_ record: ImportRecord, _ number: PhoneNumber) async throws -> Finding {
        if record.ids.isEmpty {
            if let found = try await namesake(of: record) { return found }
            if let found = try await namesakeHere(of: record, number) { return found }
        }
        return try await elsewhere(record, number) ?? .target(.new(number))
    }

    private func isKnownByID(_ record: ImportRecord) async throws(ClientError) -> Bool {
        for id in record.ids {
            if case .one = try await lookUp(.id(id)) { return true }
        }
        return false
    }

    /// The only contact of the same name whose number is a further one of a record: a program may
    /// write a person's numbers in another order than before.
    private func namesake(of record: ImportRecord) async throws(ClientError) -> Finding? {
        guard let name = record.comparableName else { return nil }
        var found: Finding?
        for (place, number) in record.furtherNumbers.enumerated() {
            guard case .one(let contact) = try await lookUp(.phone(number)),
                contact.name.flatMap(SearchText.comparable) == name
            else { continue }
            guard found == nil else { return nil }
            let target = ImportTarget.present(contact, .phone(number))
            found = record.finding(place, target, .same(contact.name ?? ""))
        }
        return found
    }

    /// The same for somebody who is new with an earlier record.
    private func namesakeHere(
        of record: ImportRecord, _ first: PhoneNumber
    ) async throws(ClientError) -> Finding? {
        guard !owners.has(first, asThatOf: record) else { return nil }
        for (place, number) in record.furtherNumbers.enumerated() {
            guard owners.has(number, asThatOf: record),
                case .none = try await lookUp(.phone(number))
            else { continue }
            return record.finding(place, .new(number), .same(record.name?.text ?? ""))
        }
        return nil
    }

    /// Where an earlier record of another name has the first number of this one: the contact of a
    /// further number that is nobody else's. The number is that of the record else.
    private mutating func elsewhere(
        _ record: ImportRecord, _ first: PhoneNumber
    ) async throws -> Finding? {
        guard let line = owners.line(ofOther: record, with: first) else {
            owners.note(first, of: record)
            return nil
        }
        for (place, number) in record.furtherNumbers.enumerated() {
            guard owners.line(ofOther: record, with: number) == nil,
                case .none = try await lookUp(.phone(number)),
                try await known(number, record) == nil
            else { continue }
            owners.note(number, of: record)
            let sharer = ImportPlan.Sharer(
                line: record.line, number: first, .line(line, taken: number))
            return .other(record.others[place], .new(number), sharer)
        }
        return nil
    }

    /// Who bears a further number of a record that makes a contact: several may share a telephone,
    /// so nobody is taken for another one by it, but a person may want to know.
    func sharer(
        of record: ImportRecord, _ target: ImportTarget
    ) async throws(ClientError) -> ImportPlan.Sharer? {
        guard case .new = target else { return nil }
        for number in record.furtherNumbers {
            var name = ""
            switch try await lookUp(.phone(number)) {
            case .one(let contact): name = contact.name ?? ""
            case .several: break
            case .none: continue
            }
            return ImportPlan.Sharer(line: record.line, number: number, .other(name))
        }
        return nil
    }
}

extension ImportRecord {
    /// That it is taken for the contact of one of its further numbers.
    fileprivate func finding(
        _ place: Int, _ target: ImportTarget, _ kind: ImportPlan.Sharer.Kind
    ) -> ImportTargets.Finding {
        .other(
            others[place], target,
            ImportPlan.Sharer(line: line, number: furtherNumbers[place], kind))
    }
}
