/// What names a contact to a store or a server.
package enum ContactKey: Hashable, Sendable {
    /// The opaque id, sent back as it came.
    case id(String)
    /// The telephone number.
    case phone(PhoneNumber)
    /// The number of a contact in one reading of a file, where neither its id nor its telephone
    /// number is its own. It means nothing in another reading, and nothing to a server.
    case place(Int32, reading: Int)

    /// Reads what a person types to name a contact: a number in any usual writing, else an id.
    ///
    /// - Returns: nil where the text is blank.
    package init?(written text: String, plan: DialingPlan? = nil) {
        let trimmed = text.trimmingWhitespace()
        guard !trimmed.isEmpty else { return nil }
        if let phone = try? PhoneNumber(parsing: trimmed, plan: plan) {
            self = .phone(phone)
        } else {
            self = .id(trimmed)
        }
    }

    /// The id, the number, or `#` and the place from 1, for messages.
    package var text: String {
        switch self {
        case .id(let id): id
        case .phone(let phone): phone.e164
        case .place(let number, _): "#\(number + 1)"
        }
    }
}

extension Contact {
    /// The key by which this contact is written: its id where it has one, else its number.
    package var key: ContactKey? {
        id.map(ContactKey.id) ?? phoneNumber.map(ContactKey.phone)
    }
}
