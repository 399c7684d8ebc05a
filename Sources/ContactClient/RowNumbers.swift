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
    @discardableResult
    func number(_ contact: Contact) -> Int32 {
        known.withLock { known in
            guard let key = contact.key, let number = known.numbers[key] else {
                let number = Int32(known.contacts.count)
                if let key = contact.key { known.numbers[key] = number }
                known.contacts.append(contact)
                return number
            }
            known.contacts[Int(number)] = known.contacts[Int(number)].replaced(by: contact)
            return number
        }
    }

    /// The number of the contact with this key; nil where it was never seen.
    func number(of key: ContactKey) -> Int32? {
        known.withLock { $0.numbers[key] }
    }

    /// The contacts with these numbers as they were last seen.
    func contacts(_ numbers: RowSet) -> [Contact] {
        known.withLock { known in
            numbers.compactMap { number in
                let index = Int(number)
                return known.contacts.indices.contains(index) ? known.contacts[index] : nil
            }
        }
    }

    /// The contact with this number as it was last seen.
    func row(_ number: Int32) -> ContactRow? {
        guard let contact = contacts(RowSet([number])).first else { return nil }
        return ContactRow(
            contact: contact, key: contact.key, flaws: contact.flaws, number: number)
    }
}

extension Contact {
    /// A newer sight of the same contact; what a narrower answer leaves out stays as it was.
    fileprivate func replaced(by newer: Contact) -> Contact {
        newer.isComplete || !isComplete ? newer : overlaid(by: newer)
    }
}
