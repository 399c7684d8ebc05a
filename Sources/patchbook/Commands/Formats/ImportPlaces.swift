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

    private var places: [Int32: Place] = [:]
    /// Who is the same as somebody before.
    private var roots: [Int32: Int32] = [:]
    private var claims: [ContactIdentity: Int32] = [:]
    /// Who stands under a number.
    private var holders: [PhoneNumber: Int32] = [:]
    /// Numbers that nobody has as a first one, given to those whose first is somebody else's.
    private var given: Set<PhoneNumber> = []
    private var glances: [Int32: Glance] = [:]

    /// No places: everybody stands under the first number.
    init() {}

    /// Finds a place for everybody but those who are alone with their number.
    init(of people: inout ImportPeople, _ targets: inout ImportTargets) async throws {
        let persons = people.all.indices.map(Int32.init).filter { !people[$0].isAlone }
        for (contact, anchor) in people.anchors { claim(anchor.key, contact, anchor.person) }
        for person in persons {
            guard let number = people[person].number else { continue }
            try Interruption.check()
            glances[person] = try await glance(number, targets)
        }
        claimFirstNumbers(persons, people) { $0.isSame(as: $1) }
        claimFirstNumbers(persons, people) { !$0.isWeak && $0.mayBe($1) }
        try await claimFurtherNumbers(persons, people, targets)
        claimFirstNumbers(persons, people) { _, _ in true }
        for person in persons where places[person] == nil { settle(person, &people) }
        for person in persons where self[person] == nil {
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

    /// Who stands under a number that several have.
    func holder(of number: PhoneNumber) -> Int32? { holders[number] }

    /// Where somebody stands; nil for who is alone with a number.
    subscript(person: Int32) -> Place? { places[root(person)] }

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

    private mutating func claim(_ key: ContactKey, _ contact: ContactIdentity, _ person: Int32) {
        claims[contact] = person
        places[person] = .contact(key)
    }

    /// Gives the contacts of first numbers to those whose names fit; any name does for the first
    /// who has the number, unless it is that of nobody.
    private mutating func claimFirstNumbers(
        _ persons: [Int32], _ people: ImportPeople, _ fits: (NameWords, NameWords) -> Bool
    ) {
        for person in persons where places[person] == nil {
            guard let number = people[person].number,
                case .contact(let contact, let name) = glances[person], claims[contact] == nil,
                fits(people[person].name, name),
                people.owner(of: number) == person || people[person].name.mayBe(name)
            else { continue }
            claim(.phone(number), contact, person)
        }
    }

    private mutating func claimFurtherNumbers(
        _ persons: [Int32], _ people: ImportPeople, _ targets: ImportTargets
    ) async throws {
        for person in persons where places[person] == nil && !people[person].name.isEmpty {
            try Interruption.check()
            for number in people.numbers(of: person) where number != people[person].number {
                // Whoever has it as a first number may give a company's contact a person's name.
                if people[person].name.isWeak, people.owner(of: number) != nil { continue }
                guard case .contact(let contact, let name) = try await glance(number, targets),
                    claims[contact] == nil, name.isSame(as: people[person].name)
                else { continue }
                claim(.phone(number), contact, person)
                break
            }
        }
    }

    /// Places who is new, and who may be the one that stands there.
    private mutating func settle(_ person: Int32, _ people: inout ImportPeople) {
        guard let number = people[person].number else { return }
        if case .nobody = glances[person], people.owner(of: number) == person {
            places[person] = .number(number)
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
            places[person] = .number(number)
            return
        }
        let holder = holder(of: first, person, people) ?? person
        places[person] = .nowhere(line: Int(people[holder].line))
    }
}

/// What tells contacts apart.
struct ContactIdentity: Hashable {
    private let id: String
    private let phone: String

    init(_ contact: Contact) {
        (id, phone) = (contact.cell(.field(.id)), contact.cell(.field(.phone)))
    }
}
