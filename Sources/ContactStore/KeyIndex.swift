import ContactModel

/// Which records bear an id or a telephone number.
struct KeyIndex: Sendable {
    private var ids: [String: [Int32]] = [:]
    private var phones: [String: [Int32]] = [:]

    /// Notes the keys of a record.
    mutating func add(_ facts: RecordFacts, at index: Int32) {
        if let id = facts.id { ids[id, default: []].append(index) }
        if let phone = facts.phone { phones[KeyIndex.normal(phone), default: []].append(index) }
    }

    /// The records that bear this id.
    func records(id: String) -> [Int32] { ids[id] ?? [] }

    /// The records that bear this number, however it is written.
    func records(phone: String) -> [Int32] { phones[KeyIndex.normal(phone)] ?? [] }

    /// E.164 where the text is a number, else the text itself.
    private static func normal(_ phone: String) -> String {
        (try? PhoneNumber(parsing: phone))?.e164 ?? phone
    }
}
