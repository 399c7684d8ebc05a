import ContactModel
import JSONText

/// Bytes that are put by, to be read again later.
package protocol Spool: AnyObject, Sendable {
    /// How many bytes are in it.
    var size: Int { get }

    /// Puts bytes at the end.
    ///
    /// - Throws: `.notKept`.
    func append(_ bytes: [UInt8]) throws(FormatError)

    /// Bytes that were put there by one `append`, or a part of them.
    ///
    /// - Throws: `.notKept`.
    func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8]
}

/// What is to be done to one contact once all is read.
struct PendingChange: Hashable, Sendable {
    /// What tells contacts apart, whatever key they were found by.
    let name: String
    let key: ContactKey
    /// Where a new contact comes from; nil for one that is there.
    let source: String?
    var patch = ContactPatch()
    /// The tags that are new, where none is taken away.
    var addedTags = TagList()

    /// Nothing yet.
    init(_ target: ImportTarget, source: String) {
        switch target {
        case .present(let contact, let key):
            // An id may stand twice; with the number beside it, it is the same for every key.
            let names = [Field.id, .phone].map { contact.cell(.field($0)) }
            let isNamed = names.contains { !$0.isEmpty }
            self.init(
                name: isNamed ? names.joined(separator: "\u{0}") : key.text, key: key,
                source: nil)
        case .new(let phone):
            self.init(name: phone.e164, key: .phone(phone), source: source)
        }
    }

    private init(name: String, key: ContactKey, source: String?) {
        self.name = name
        self.key = key
        self.source = source
    }

    var isNew: Bool { source != nil }
    /// Whether there is anything to be done.
    var isNews: Bool { isNew || !patch.isEmpty }

    /// How many fields and metadata keys of a contact are cleared in which something stands.
    func cleared(of contact: Contact) -> Int {
        let keys = patch.metadata.members.count { member in
            member.value == .null && ![nil, .null].contains(contact.metadata?[member.name])
        }
        let fields: [(field: Field, isCleared: Bool)] = [
            (.name, patch.name == .clear), (.email, patch.email == .clear),
            (.tags, patch.tags?.isEmpty == true),
        ]
        return keys + fields.count { $0.isCleared && !contact.shown($0.field).isEmpty }
    }

    /// Takes in what a further record of the contact writes.
    mutating func overlay(_ merged: MergedRecord) {
        let isAddition = patch.tags == nil || !addedTags.isEmpty
        patch = patch.joined(to: merged.patch)
        guard merged.patch.tags != nil else { return }
        addedTags =
            !isNew && isAddition && !merged.addedTags.isEmpty
            ? addedTags.appending(merged.addedTags) : TagList()
    }

    /// Where tags are only added, single tags, which cannot lose one that is set meanwhile.
    var changes: [ContactChange] {
        if let source {
            return [ContactChange(key: key, change: .create(patch, source: source))]
        }
        guard !addedTags.isEmpty else {
            return [ContactChange(key: key, change: .update(patch))]
        }
        let tags = ContactChange(key: key, change: .retag(add: addedTags, remove: TagList()))
        var others = patch
        others.tags = nil
        return others.isEmpty ? [tags] : [ContactChange(key: key, change: .update(others)), tags]
    }
}

extension PendingChange {
    /// The change as JSON text, from which it comes back as it was.
    var bytes: [UInt8] {
        var object = key.identity
        object["of"] = .string(name)
        if case .place(let number, let reading) = key {
            object["place"] = .number(JSONNumber(Int(number)))
            object["reading"] = .number(JSONNumber(reading))
        }
        if let source { object["source"] = .string(source) }
        if let name = patch.name { object["name"] = .string(name.value ?? "") }
        if let email = patch.email { object["email"] = .string(email.value?.text ?? "") }
        if let tags = patch.tags { object["tags"] = .array(tags.texts.map(JSONValue.string)) }
        if !addedTags.isEmpty { object["add"] = .array(addedTags.texts.map(JSONValue.string)) }
        if !patch.metadata.isEmpty { object["metadata"] = .object(patch.metadata) }
        var bytes: [UInt8] = []
        JSONValue.object(object).write(to: &bytes)
        return bytes
    }

    /// Reads what `bytes` wrote; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard let object = try? JSONValue(parsing: bytes).object, let name = object["of"]?.text,
            let key = PendingChange.key(object)
        else { return nil }
        self.init(name: name, key: key, source: object["source"]?.text)
        patch.name = object["name"]?.text.map { FieldEdit($0) }
        patch.email = object["email"]?.text.map { text in
            EmailAddress(text).map(FieldEdit.set) ?? .clear
        }
        patch.tags = object["tags"].flatMap(PendingChange.tags)
        patch.metadata = object["metadata"]?.object ?? [:]
        addedTags = object["add"].flatMap(PendingChange.tags) ?? TagList()
    }

    private static func key(_ object: JSONObject) -> ContactKey? {
        if let key = ContactKey(identity: object) { return key }
        guard case .number(let place) = object["place"], let place = place.integerValue,
            case .number(let reading) = object["reading"], let reading = reading.integerValue
        else { return nil }
        return .place(Int32(place), reading: reading)
    }

    private static func tags(_ value: JSONValue) -> TagList? {
        value.array.map { TagList(stored: $0.compactMap(\.text)) }
    }
}

/// The changes of an import, in the order of their first records: here where each is, and in a
/// spool what it is.
struct PendingChanges: Sendable {
    private struct Place: Sendable {
        var start: Int
        var size: Int32
        let line: Int32
    }

    private let spool: any Spool
    private var places: [Place] = []
    /// Which change is about whom, by hashes: where two contacts have the same, one of them
    /// stands under the next number.
    private var index: [Int: Int32] = [:]

    private static let inputOutputError: Int32 = 5

    init(_ spool: any Spool) {
        self.spool = spool
    }

    var count: Int { places.count }

    /// The change that is about the same contact.
    func find(
        _ change: PendingChange
    ) throws(FormatError) -> (index: Int, change: PendingChange)? {
        var slot = change.name.hashValue
        while let position = index[slot] {
            let found = try read(Int(position)).change
            if found.isNew == change.isNew && found.name.hasSameUTF8(as: change.name) {
                return (Int(position), found)
            }
            slot &+= 1
        }
        return nil
    }

    /// Takes the first change of a contact.
    mutating func append(_ change: PendingChange, line: Int) throws(FormatError) {
        var slot = change.name.hashValue
        while index[slot] != nil { slot &+= 1 }
        index[slot] = Int32(places.count)
        let bytes = change.bytes
        places.append(
            Place(start: spool.size, size: Int32(bytes.count), line: Int32(clamping: line)))
        try spool.append(bytes)
    }

    /// Puts another change in the place of one.
    mutating func replace(_ index: Int, by change: PendingChange) throws(FormatError) {
        let bytes = change.bytes
        places[index].start = spool.size
        places[index].size = Int32(bytes.count)
        try spool.append(bytes)
    }

    /// A change, and the line at which it began.
    func read(_ index: Int) throws(FormatError) -> (change: PendingChange, line: Int) {
        let place = places[index]
        let bytes = try spool.bytes(place.start..<place.start + Int(place.size))
        guard let change = PendingChange(bytes) else {
            throw .notKept(code: PendingChanges.inputOutputError)
        }
        return (change, Int(place.line))
    }
}
