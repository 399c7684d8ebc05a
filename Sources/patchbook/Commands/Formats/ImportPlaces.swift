import ContactClient
import ContactFormats
import ContactModel

/// Where the people of a file stand: each is one contact at most, and each contact one of them.
///
/// Claims are taken in an order in which what an import makes is claimed again by whom it was made
/// for: ids; whoever is called as the contact that has the first number, or may be; whoever is
/// called as one that has a further number; then the first to have a number, who gives the contact
/// another name or is new. Nobody else's number is left for the others.
struct ImportPlaces {
    /// Where somebody stands.
    enum Place {
        /// The contact of this key.
        case contact(ContactKey)
        /// The contact of this number, or a new one.
        case number(PhoneNumber)
        /// Nowhere: its number is that of the person in this line.
        case nowhere(line: Int)
    }

    /// What stands under a number.
    private enum Glance {
        case nobody, several
        case contact(ContactIdentity, NameWords)
    }

    /// Where those stand who do not stand under their own first number.
    private var places: [Int32: Place] = [:]
    /// Who stands under the own first number.
    private var areAtFirst: [Bool] = []
    /// Who is the same as somebody before.
    private var roots: [Int32: Int32] = [:]
    private var claims: [ContactIdentity: Int32] = [:]
    /// Who stands under a number that is somebody else's first.
    private var holders: [PhoneNumber: Int32] = [:]
    /// Numbers that nobody has as a first one, given to those whose first is somebody else's.
    private var given: Set<PhoneNumber> = []
    /// What stands under first numbers, where it is not nobody.
    private var glances: [Int32: Glance] = [:]

    /// No places: everybody stands under the first number.
    init() {}

    /// Finds a place for everybody but those who are alone with their number.
    init(of people: inout ImportPeople, _ targets: inout ImportTargets) async throws {
        areAtFirst = Array(repeating: false, count: people.all.count)
        let persons = people.all.indices.map(Int32.init).filter { !people[$0].isAlone }
        for (contact, anchor) in people.anchors {
            claim(anchor.key, contact, anchor.person, people)
        }
        for person in persons {
            guard let number = people[person].number else { continue }
            try Interruption.check()
            let glance = try await glance(number, targets)
            if case .nobody = glance { continue }
            glances[person] = glance
        }
        claimFirstNumbers(persons, people) { $0.isSame(as: $1) }
        claimFirstNumbers(persons, people) { !$0.isWeak && $0.mayBe($1) }
        try await claimFurtherNumbers(persons, people, targets)
        claimFirstNumbers(persons, people) { _, _ in true }
        for person in persons where !isPlaced(person) { settle(person, &people) }
        for person in persons where !isPlaced(person) {
            try await settleElsewhere(person, people, &targets)
        }
        for (person, place) in places {
            switch place {
            case .number(let number), .contact(.phone(let number)): holders[number] = person
            case .contact, .nowhere: break
            }
        }
        for anchor in people.anchors.values {
            if let number = people.numbers(of: anchor.person).first, holders[number] == nil {
                holders[number] = anchor.person
            }
        }
        glances = [:]
    }

    /// Who stands under a number whose first owner stands elsewhere.
    func holder(of number: PhoneNumber) -> Int32? { holders[number] }

    /// Where somebody stands; nil for who stands under the own first number.
    subscript(person: Int32) -> Place? { places[root(person)] }

    private func isPlaced(_ person: Int32) -> Bool {
        areAtFirst[Int(person)] || places[person] != nil || roots[person] != nil
    }

    private mutating func place(_ person: Int32, _ place: Place, _ people: ImportPeople) {
        if let first = people[person].number, people.owner(of: first) == person {
            switch place {
            case .number(first), .contact(.phone(first)):
                areAtFirst[Int(person)] = true
                return
            default: break
            }
        }
        places[person] = place
    }

    /// The person as which somebody stands.
    func root(_ person: Int32) -> Int32 { roots[person] ?? person }

    private func glance(
        _ number: PhoneNumber, _ targets: ImportTargets
    ) async throws(ClientError) -> Glance {
        switch try await targets.lookUp(.phone(number)) {
        case .one(let contact): .contact(ContactIdentity(contact), NameWords(contact.name))
        case .several: .several
        case .none: .nobody
        }
    }

    private mutating func claim(
        _ key: ContactKey, _ contact: ContactIdentity, _ person: Int32, _ people: ImportPeople
    ) {
        claims[contact] = person
        place(person, .contact(key), people)
    }

    /// Gives the contacts of first numbers to those whose names fit; any name does for the first
    /// who has the number, unless it is that of nobody.
    private mutating func claimFirstNumbers(
        _ persons: [Int32], _ people: ImportPeople, _ fits: (NameWords, NameWords) -> Bool
    ) {
        for person in persons where !isPlaced(person) {
            guard let number = people[person].number,
                case .contact(let contact, let name) = glances[person], claims[contact] == nil,
                fits(people[person].name, name),
                people.owner(of: number) == person || people[person].name.mayBe(name)
            else { continue }
            claim(.phone(number), contact, person, people)
        }
    }

    private mutating func claimFurtherNumbers(
        _ persons: [Int32], _ people: ImportPeople, _ targets: ImportTargets
    ) async throws {
        for person in persons where !isPlaced(person) && !people[person].name.isEmpty {
            try Interruption.check()
            for number in people.numbers(of: person) where number != people[person].number {
                // Whoever has it as a first number may give a company's contact a person's name.
                if people[person].name.isWeak, people.owner(of: number) != nil { continue }
                guard case .contact(let contact, let name) = try await glance(number, targets),
                    claims[contact] == nil, name.isSame(as: people[person].name)
                else { continue }
                claim(.phone(number), contact, person, people)
                break
            }
        }
    }

    /// Places who is new, and who may be the one that stands there.
    private mutating func settle(_ person: Int32, _ people: inout ImportPeople) {
        guard let number = people[person].number else { return }
        if glances[person] == nil, people.owner(of: number) == person {
            place(person, .number(number), people)
        } else if let holder = holder(of: number, person, people), holder != person,
            people[holder].name.mayBe(people[person].name)
        {
            roots[person] = holder
            people[holder].isRepeated = true
            if people[holder].name.saysLess(than: people[person].name) {
                people[holder].name = people[person].name
            }
        }
    }

    /// Who stands where a first number is.
    private func holder(
        of number: PhoneNumber, _ person: Int32, _ people: ImportPeople
    ) -> Int32? {
        if case .contact(let contact, _) = glances[person] { return claims[contact] }
        return people.owner(of: number)
    }

    /// Places who cannot be the one that stands there, where another number is left.
    private mutating func settleElsewhere(
        _ person: Int32, _ people: ImportPeople, _ targets: inout ImportTargets
    ) async throws {
        guard let first = people[person].number else { return }
        for number in people.numbers(of: person)
        where number != first && people.owner(of: number) == nil && !given.contains(number) {
            guard case .nobody = try await glance(number, targets),
                try await targets.flagged(number) == nil
            else { continue }
            given.insert(number)
            place(person, .number(number), people)
            return
        }
        let holder = holder(of: first, person, people) ?? person
        places[person] = .nowhere(line: Int(people[holder].line))
    }
}

/// What tells contacts apart: a hash of their ids and numbers.
struct ContactIdentity: Hashable {
    private let hash: Int

    init(_ contact: Contact) {
        var hasher = Hasher()
        hasher.combine(contact.cell(.field(.id)))
        hasher.combine(contact.cell(.field(.phone)))
        hash = hasher.finalize()
    }
}
