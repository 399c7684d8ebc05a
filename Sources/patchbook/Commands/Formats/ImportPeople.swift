import ContactFormats
import ContactModel

/// The people whom a file tells of: its records put together by their numbers and names, and by
/// the ids that contacts have.
///
/// Nothing that an import changes has a part in it, so a file tells of the same people each time
/// it is imported. Kept are about 80 bytes a record.
struct ImportPeople {
    /// Somebody of whom one record or several tell.
    struct Person {
        /// The first number of the first record, or of the first one whose number is nobody
        /// else's; nil for a contact that an id names.
        var number: PhoneNumber?
        /// What the id of the record names somebody by outside; 0 for none.
        let id: Int
        /// The line in which the first record begins.
        let line: Int32
        /// The fullest name that a record says.
        var name: NameWords
        /// Whether it is the only one with its only number.
        var isAlone = true
        /// Whether several records tell of it.
        var isRepeated = false
        /// Whether a record was taken for it.
        var isTaken = false
    }

    /// Everybody, in the order of their first records.
    private(set) var all: [Person] = []
    /// The person of each record; -1 where it is nobody's.
    private var persons: [Int32] = []
    /// Who is the first to have a number as the first of a record.
    private var owners: [Int: Int32] = [:]
    /// Who has a number beside that, by number and name.
    private var named: [Int: Int32] = [:]
    /// The contacts whose ids records say, by which key they were found, and who they are.
    private(set) var anchors: [ContactIdentity: (key: ContactKey, person: Int32)] = [:]
    private var numbers: [Int32: [PhoneNumber]] = [:]

    /// How many records there are.
    var count: Int { persons.count }

    /// Whose record it is, by its place in the file; nil where it is nobody's.
    func person(_ place: Int) -> Int32? {
        persons.indices.contains(place) && persons[place] >= 0 ? persons[place] : nil
    }

    subscript(person: Int32) -> Person {
        get { all[Int(person)] }
        set { all[Int(person)] = newValue }
    }

    /// The numbers of somebody, those of the first record before the others.
    func numbers(of person: Int32) -> [PhoneNumber] {
        numbers[person] ?? [self[person].number].compactMap(\.self)
    }

    /// Who is the first to have a number as the first of a record.
    func owner(of number: PhoneNumber) -> Int32? { owners[number.hashValue] }

    /// Notes a record that tells of nobody.
    mutating func pass() { persons.append(-1) }

    /// Takes a record for somebody, by its first number.
    mutating func take(_ record: ImportRecord, by number: PhoneNumber) {
        let name = record.nameWords
        let owner = owners[number.hashValue]
        if let owner, name.isEmpty || self[owner].name.isSame(as: name) {
            return join(record, name, to: owner)
        }
        // Somebody of just that name is meant before one that it may be short for.
        if let same = namesake(of: record, name) {
            if owner == nil { takeOver(number, by: same) }
            return join(record, name, to: same)
        }
        if let owner, self[owner].name.mayBe(name) { return join(record, name, to: owner) }
        let person = append(record, name, number)
        if let owner {
            self[owner].isAlone = false
            self[person].isAlone = false
        } else {
            owners[number.hashValue] = person
        }
        note(record.numbers, of: person)
    }

    /// Gives a number that nobody has to whose first one is somebody else's.
    private mutating func takeOver(_ number: PhoneNumber, by person: Int32) {
        guard let first = self[person].number, owners[first.hashValue] != person else { return }
        owners[number.hashValue] = person
        self[person].number = number
    }

    /// Takes a record for the contact whose id it says.
    mutating func take(_ record: ImportRecord, for contact: Contact, _ key: ContactKey) {
        let name = record.nameWords
        let person: Int32
        let identity = ContactIdentity(contact)
        if let known = anchors[identity]?.person {
            person = known
            persons.append(person)
            self[person].isRepeated = true
            // An id names one contact, whatever that was called before.
            let before = self[person].name
            let isLess = name.saysLess(than: before) || name.isWeak && !before.isEmpty
            if !isLess { self[person].name = name }
        } else {
            person = append(record, name, nil)
            anchors[identity] = (key, person)
            self[person].isAlone = false
        }
        note([contact.phoneNumber].compactMap(\.self) + record.numbers, of: person)
    }

    /// Looks at the numbers that several have, once all records are taken.
    mutating func finish() {
        for (person, numbers) in numbers {
            for number in numbers {
                if let owner = owners[number.hashValue], owner != person {
                    self[owner].isAlone = false
                }
            }
        }
        named = [:]
    }

    private mutating func append(
        _ record: ImportRecord, _ name: NameWords, _ number: PhoneNumber?
    ) -> Int32 {
        let person = Int32(all.count)
        persons.append(person)
        all.append(
            Person(
                number: number, id: record.outsideID, line: Int32(clamping: record.line),
                name: name))
        return person
    }

    private mutating func join(_ record: ImportRecord, _ name: NameWords, to person: Int32) {
        persons.append(person)
        self[person].isRepeated = true
        if self[person].name.saysLess(than: name) { self[person].name = name }
        note(record.numbers, of: person)
    }

    /// Notes numbers of somebody.
    private mutating func note(_ numbers: [PhoneNumber], of person: Int32) {
        var all = self.numbers(of: person)
        for number in numbers where all.count < ImportPeople.numberLimit && !all.contains(number) {
            all.append(number)
        }
        guard all.count > 1 || !self[person].isAlone else { return }
        self[person].isAlone = false
        self.numbers[person] = all
        let name = self[person].name
        guard !name.isEmpty else { return }
        for number in all {
            let key = name.hash(with: number.hashValue)
            if named[key] == nil { named[key] = person }
        }
    }

    /// How many numbers of somebody are looked at.
    private static let numberLimit = 32

    /// Somebody of the same name who has one of the numbers, unless other ids tell them apart.
    private func namesake(of record: ImportRecord, _ name: NameWords) -> Int32? {
        guard !name.isEmpty else { return nil }
        let id = record.outsideID
        for number in record.numbers {
            let key = number.hashValue
            for person in [owners[key], named[name.hash(with: key)]].compactMap(\.self) {
                let other = self[person]
                let isOther = id != 0 && other.id != 0 && id != other.id
                if other.name.isSame(as: name), !isOther { return person }
            }
        }
        return nil
    }
}

extension ImportRecord {
    /// What the id names somebody by where it is no contact's; 0 for none.
    fileprivate var outsideID: Int {
        guard !isBorrowed(.id), let id = ids.first else { return 0 }
        return id.hashValue == 0 ? 1 : id.hashValue
    }
}
