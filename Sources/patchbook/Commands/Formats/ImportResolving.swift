import ContactClient
import ContactFormats
import ContactModel

/// Takes the records of a file in two readings: the first finds out of whom it tells, the second
/// what that changes.
struct ImportResolving {
    private var targets: ImportTargets
    private let rules: ImportRules
    private var people = ImportPeople()
    private var places = ImportPlaces()
    /// What either reading has met.
    private var noted = Hasher()
    private var met = Hasher()
    /// How many records the second one has met.
    private var place = 0

    init(_ targets: ImportTargets, _ rules: ImportRules) {
        self.targets = targets
        self.rules = rules
    }

    /// Whether both readings have met the same records.
    var isSame: Bool { place == people.count && noted.finalize() == met.finalize() }

    /// Notes whom a record tells of.
    mutating func note(_ record: ImportRecord) async throws {
        record.hash(intoShort: &noted)
        switch try await targets.find(record) {
        case .byID(let contact, let key) where isUsable(record, contact):
            people.take(record, for: contact, key)
        case .byNumber(let number, let contact):
            guard isUsable(record, contact) else { return people.pass() }
            people.take(record, by: number)
        default: people.pass()
        }
    }

    /// Whether something could be written of what a record says: one that is refused has no part
    /// in who the others are.
    private func isUsable(_ record: ImportRecord, _ contact: Contact?) -> Bool {
        if let contact, (try? record.merged(into: contact, rules)) != nil { return true }
        return (try? record.merged(into: .nobody, rules)) != nil
    }

    /// Finds everybody's place, once all records are noted.
    mutating func finishFirstReading() async throws {
        people.finish()
        places = try await ImportPlaces(of: &people, &targets)
        targets.asksForAll = true
    }

    /// Takes a record into the plan.
    mutating func take(_ record: ImportRecord, _ plan: inout ImportPlan) async throws {
        record.hash(intoShort: &met)
        let person = people.person(place)
        place += 1
        switch try await targets.find(record) {
        case .target(let target): try plan.take(record, for: target)
        case .byID(let contact, let key):
            try take(record, for: .present(contact, key), as: person, in: &plan)
        case .byNumber(let number, let contact):
            try await take(record, by: number, of: contact, as: person, in: &plan)
        case .unchanged: plan.pass()
        case .flaw(let flaw): plan.refuse(line: record.line, flaw)
        }
    }

    private mutating func take(
        _ record: ImportRecord, by number: PhoneNumber, of contact: Contact?,
        as person: Int32?, in plan: inout ImportPlan
    ) async throws {
        let first = person.flatMap { people[places.root($0)].number }
        let place = person.flatMap { places[$0] } ?? .number(first ?? number)
        let target: ImportTarget
        switch place {
        case .number(number), .contact(.phone(number)):
            target = contact.map { .present($0, .phone(number)) } ?? .new(number)
        case .number(let number): target = try await self.target(number)
        case .contact(let key):
            guard case .one(let contact) = try await targets.lookUp(key) else {
                return plan.refuse(line: record.line, .noKey)
            }
            target = .present(contact, key)
        case .nowhere(let line):
            let shared = person.flatMap { people[$0].number } ?? number
            return plan.refuse(line: record.line, .sharedNumber(shared, line: line))
        }
        let isFirst = person.map { !people[places.root($0)].isTaken } ?? true
        guard try take(record, for: target, as: person, in: &plan) else { return }
        if let sharer = try await sharer(of: record, number, target, person) {
            plan.note(sharer)
        } else if isFirst, let sharer = renaming(record, number, target) {
            plan.note(sharer)
        }
    }

    /// Whoever has a number, or nobody yet.
    private func target(_ number: PhoneNumber) async throws(ClientError) -> ImportTarget {
        let key = ContactKey.phone(number)
        guard case .one(let contact) = try await targets.lookUp(key) else { return .new(number) }
        return .present(contact, key)
    }

    /// Takes what a record says under the number that the contact has.
    ///
    /// - Returns: false where it had to be refused.
    @discardableResult
    private mutating func take(
        _ record: ImportRecord, for target: ImportTarget, as person: Int32?,
        in plan: inout ImportPlan
    ) throws(FormatError) -> Bool {
        var said = record
        if let number = target.number, let place = record.furtherNumbers.firstIndex(of: number) {
            said = record.others[place]
        }
        guard let person else { return try plan.take(said, for: target) }
        let root = places.root(person)
        // Of the names of one person the fullest counts, else the later one.
        if people[root].isRepeated, record.nameWords.saysLess(than: people[root].name) {
            said.name = nil
        }
        guard try plan.take(said, for: target, isFurther: people[root].isTaken) else {
            return false
        }
        people[root].isTaken = true
        return true
    }

    /// That a number of a record is somebody else's too, which a person may want to know.
    private func sharer(
        of record: ImportRecord, _ first: PhoneNumber, _ target: ImportTarget, _ person: Int32?
    ) async throws(ClientError) -> ImportPlan.Sharer? {
        guard let number = target.number, number != first, let person else {
            return try await other(of: record, target)
        }
        func sharer(_ number: PhoneNumber, _ kind: ImportPlan.Sharer.Kind) -> ImportPlan.Sharer {
            ImportPlan.Sharer(line: record.line, number: number, kind)
        }
        let root = places.root(person)
        let line = Int(people[root].line)
        let isFurther = record.furtherNumbers.contains(number)
        if case .present(let contact, _) = target, isFurther || line == record.line {
            return sharer(number, .same(contact.name ?? ""))
        }
        if let holder = places.holder(of: first) ?? people.owner(of: first), holder != root {
            return sharer(first, .line(Int(people[holder].line), taken: number))
        }
        return isFurther
            ? sharer(number, .same(record.fitName ?? "")) : sharer(first, .sameLine(line))
    }

    /// That the contact of a number gets the name of somebody else.
    private func renaming(
        _ record: ImportRecord, _ number: PhoneNumber, _ target: ImportTarget
    ) -> ImportPlan.Sharer? {
        guard case .present(let contact, _) = target, let old = contact.name,
            let new = record.fitName, !record.isCompanyName,
            !record.nameWords.mayBe(NameWords(old))
        else { return nil }
        return ImportPlan.Sharer(
            line: record.line, number: number, .renames(old, to: new))
    }

    /// Who bears a further number of a record that makes a contact: several may share a telephone,
    /// so nobody is taken for another one by it.
    private func other(
        of record: ImportRecord, _ target: ImportTarget
    ) async throws(ClientError) -> ImportPlan.Sharer? {
        guard case .new = target else { return nil }
        for number in record.furtherNumbers {
            var name = ""
            switch try await targets.lookUp(.phone(number)) {
            case .one(let contact): name = contact.name ?? ""
            case .several: break
            case .none: continue
            }
            return ImportPlan.Sharer(line: record.line, number: number, .other(name))
        }
        return nil
    }
}

extension ImportTarget {
    /// The number that the contact has, or will have.
    fileprivate var number: PhoneNumber? {
        switch self {
        case .present(let contact, _): contact.phoneNumber
        case .new(let number): number
        }
    }
}

extension ImportRecord {
    /// Hashes what tells records apart.
    fileprivate func hash(intoShort hasher: inout Hasher) {
        hasher.combine(line)
        hasher.combine(phone?.number)
        hasher.combine(fitName)
    }
}
