import ContactModel
import Synchronization

/// The numbers that contacts of a remote workspace are marked by: each gets one when it is first
/// seen and keeps it.
final class RowNumbers: Sendable {
    private struct Known {
        var numbers: [ContactKey: Int32] = [:]
        var contacts: [Contact] = []
    }

    private let known = Mutex(Known())

    /// The contact's number; what is known of the contact is then what it says.
    func number(_ contact: Contact) -> Int32 {
        known.withLock { known in
            guard let key = contact.key, let number = known.numbers[key] else {
                let number = Int32(known.contacts.count)
                if let key = contact.key { known.numbers[key] = number }
                known.contacts.append(contact)
                return number
            }
            known.contacts[Int(number)] = contact
            return number
        }
    }

    /// The number of the contact with this key; nil where it was never seen.
    func number(of key: ContactKey) -> Int32? {
        known.withLock { $0.numbers[key] }
    }

    /// The contact with this number as it was last seen.
    func row(_ number: Int32) -> ContactRow? {
        known.withLock { known in
            guard known.contacts.indices.contains(Int(number)) else { return nil }
            let contact = known.contacts[Int(number)]
            return ContactRow(
                contact: contact, key: contact.key, flaws: contact.flaws, number: number)
        }
    }
}
