import ContactClient
import ContactFormats
import ContactModel
import JSONText

extension ImportTargets {
    /// The records that had to wait for the rest of the file.
    mutating func held() -> [ImportRecord] { owners.release() }

    /// Takes a record for somebody, and notes that unless it is refused.
    ///
    /// - Parameter said: the record under the number that the contact has.
    mutating func take(
        _ record: ImportRecord, as said: ImportRecord, for target: ImportTarget,
        in plan: inout ImportPlan
    ) throws(FormatError) {
        var (number, isByID): (PhoneNumber?, Bool)
        switch target {
        case .new(let phone): (number, isByID) = (phone, false)
        case .present(let contact, _):
            (number, isByID) = (contact.phoneNumber, record.isByID(of: contact))
        }
        let isFurther = number.map(owners.isTaken) ?? false
        guard try plan.take(said, for: target, isFurther: isFurther), let number else { return }
        owners.take(record, for: number, isByID: isByID)
    }

    /// Whom a record is about whose first number is that of a contact: for somebody of another
    /// name it may be a telephone that both share.
    mutating func choose(
        _ record: ImportRecord, _ contact: Contact, _ number: PhoneNumber
    ) async throws -> Finding {
        if let flaw = try await otherID(in: record, than: contact, number) { return .flaw(flaw) }
        let plain = Finding.target(.present(contact, .phone(number)))
        if record.isByID(of: contact) { return byID(record, contact, .phone(number)) }
        let (name, present) = (record.nameWords, NameWords(contact.name))
        if name.mayBe(present) {
            // Another contact of just that name is meant before one that it may be short for.
            if name != present, record.ids.isEmpty, let found = try await namesake(of: record) {
                return found
            }
            return try await elsewhere(record, number) ?? plain
        }
        guard try await knownID(in: record) == nil else { return plain }
        if let found = try await namesake(of: record) { return found }
        if record.ids.isEmpty, let found = try await namesakeHere(having: number, record) {
            return found
        }
        if owners.hold(record, number, ofContactNamed: present) { return .held }
        return try await elsewhere(record, number) ?? plain
    }

    /// That a record is about the contact whose id it says, unless an earlier one of another name
    /// was taken for it by its number alone.
    func byID(_ record: ImportRecord, _ contact: Contact, _ key: ContactKey) -> Finding {
        if let number = contact.phoneNumber,
            let line = owners.line(ofOther: record, withOnly: number)
        {
            return .flaw(.sharedNumber(number, line: line))
        }
        return .target(.present(contact, key))
    }

    /// Whom a record is about whose first number is nobody's yet.
    mutating func chooseNew(_ record: ImportRecord, _ number: PhoneNumber) async throws -> Finding {
        if record.ids.isEmpty {
            if let found = try await namesake(of: record) { return found }
            if let found = try await namesakeHere(of: record, number) { return found }
        }
        return try await elsewhere(record, number) ?? .target(.new(number))
    }

    /// That the id of a record is that of another contact than its number.
    private func otherID(
        in record: ImportRecord, than contact: Contact, _ number: PhoneNumber
    ) async throws(ClientError) -> RecordFlaw? {
        guard !record.isBorrowed(.id), !record.isByID(of: contact) else { return nil }
        return try await knownID(in: record).map { .twoContacts($0, number) }
    }

    /// The first of the ids that a record may mean which names a contact.
    private func knownID(in record: ImportRecord) async throws(ClientError) -> String? {
        for id in record.ids {
            if case .one = try await lookUp(.id(id)) { return id }
        }
        return nil
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

    /// The same for somebody who is new with an earlier record, or whose number is a further one of
    /// that.
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
        return try await namesakeHere(having: first, record)
    }

    private func namesakeHere(
        having first: PhoneNumber, _ record: ImportRecord
    ) async throws(ClientError) -> Finding? {
        guard let number = owners.number(having: first, ofSame: record) else { return nil }
        var target = ImportTarget.new(number)
        if case .one(let contact) = try await lookUp(.phone(number)) {
            target = .present(contact, .phone(number))
        }
        let kind = ImportPlan.Sharer.Kind.sameLine(owners.line(of: number))
        return .other(
            record, target, ImportPlan.Sharer(line: record.line, number: first, kind))
    }

    /// Where an earlier record of another name has the first number of this one: the contact of a
    /// further number that is nobody else's, or a flaw, as one contact cannot be both; nil where
    /// none has it.
    private mutating func elsewhere(
        _ record: ImportRecord, _ first: PhoneNumber
    ) async throws -> Finding? {
        guard let line = owners.line(ofOther: record, with: first) else { return nil }
        for (place, number) in record.furtherNumbers.enumerated() {
            guard owners.line(ofOther: record, with: number) == nil,
                case .none = try await lookUp(.phone(number)),
                try await known(number, record) == nil
            else { continue }
            let sharer = ImportPlan.Sharer(
                line: record.line, number: first, .line(line, taken: number))
            return .other(record.others[place], .new(number), sharer)
        }
        return .flaw(.sharedNumber(first, line: line))
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
