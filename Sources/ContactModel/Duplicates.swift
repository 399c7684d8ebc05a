/// Contacts that may be one person.
package struct DuplicateGroup: Hashable, Sendable {
    /// What they share.
    package enum Reason: Hashable, Sendable {
        /// The telephone number, however it is written.
        case phone(String)
        /// The address, case ignored.
        case email(String)
        /// The name, folded.
        case name(String)
    }

    /// What they share.
    package let reason: Reason
    /// The contacts, in the order of the place; two at least.
    package let rows: [ContactRow]

    /// Groups contacts that share a number, an address or a name; a pair that shares several is
    /// told once, by the first of these.
    package static func find(in rows: [ContactRow]) -> [DuplicateGroup] {
        var groups: [DuplicateGroup] = []
        var told: Set<Set<Int32>> = []
        for reason in [phoneReason, emailReason, nameReason] {
            var found: [Reason: [ContactRow]] = [:]
            var order: [Reason] = []
            for row in rows {
                guard let key = reason(row.contact) else { continue }
                if found[key] == nil { order.append(key) }
                found[key, default: []].append(row)
            }
            for key in order {
                guard let members = found[key], members.count > 1,
                    told.insert(Set(members.map(\.number))).inserted
                else { continue }
                groups.append(DuplicateGroup(reason: key, rows: members))
            }
        }
        return groups
    }

    private static func phoneReason(_ contact: Contact) -> Reason? {
        contact.phone.map { .phone(contact.phoneNumber?.e164 ?? $0) }
    }

    private static func emailReason(_ contact: Contact) -> Reason? {
        contact.email.map { .email($0.lowercased()) }
    }

    private static func nameReason(_ contact: Contact) -> Reason? {
        contact.name.flatMap(SearchText.comparable).map(Reason.name)
    }
}
