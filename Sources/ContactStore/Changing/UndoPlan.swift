package import ContactModel
package import JSONText

/// What taking steps back would write, as the lines of a plan, as far as lines can say it.
///
/// A line is the body of update-contact or one of the few forms beside it: it cannot give an id,
/// write a value of a type that a field should not have, or make somebody whose number another
/// contact has. What a contact's lines cannot say wholly they do not say at all.
package struct UndoPlan: Sendable {
    /// The lines, in order.
    package private(set) var lines: [JSONObject] = []
    /// Those that would be left alone, as they were changed since.
    package let skipped: [ContactKey]
    /// Those of whom no line says what comes back, and the names of those that are gone now.
    package private(set) var unsaid: [(key: ContactKey, name: String?)] = []
    /// By whom lines make anew: they get another id.
    private var made: [ContactKey: ContactKey] = [:]
    private var madeNumbers: Set<PhoneNumber> = []

    /// Puts the lines together.
    ///
    /// - Parameter snapshot: the contacts as they stand before the first of the steps.
    init(_ reversals: [StoreState.Reversal], on snapshot: Snapshot) {
        skipped = reversals.flatMap(\.told.skipped)
        for reversal in reversals {
            for change in reversal.step.eachChange { take(change, snapshot) }
        }
    }

    private mutating func take(_ change: RecordChange, _ snapshot: Snapshot) {
        let key = made[change.key] ?? change.key
        let new = change.madeContact
        let isSaid = new.map { canMake($0, snapshot) } ?? !key.isPlace
        let said = change.planChanges.map { planned in
            let key = new?.phoneNumber.map(ContactKey.phone) ?? key
            return PlanLine(ContactChange(key: key, change: planned.change))
        }
        guard isSaid, !change.isLost, change.writes.allSatisfy(\.isSayable),
            said.allSatisfy(\.isReadable)
        else {
            unsaid.append((change.key, new?.name))
            return
        }
        if let number = new?.phoneNumber {
            made[change.key] = .phone(number)
            madeNumbers.insert(number)
        }
        lines += said.map(\.object)
    }

    /// Whether a line can make a contact like this one: nobody has its number.
    private func canMake(_ contact: Contact, _ snapshot: Snapshot) -> Bool {
        guard let number = contact.phoneNumber, !madeNumbers.contains(number) else { return false }
        if case .failure(.unknown) = Result(catching: { () throws(StoreError) in
            try snapshot.number(of: .phone(number))
        }) {
            return contact.isSayable
        }
        return false
    }
}

extension RecordChange {
    /// The contact that the change makes; nil where it makes none.
    fileprivate var madeContact: Contact? {
        for case .create(let text, _) in writes { return RecordText(Array(text.utf8)).contact }
        return nil
    }
}

extension Contact {
    /// Whether a patch writes the fields as they stand.
    fileprivate var isSayable: Bool {
        [Field.name, .email, .tags, .metadata].allSatisfy { field in
            RecordChange.Write.isSayable(field, record[field.name])
        }
    }
}

extension RecordChange.Write {
    /// Whether a plan has words for it.
    fileprivate var isSayable: Bool {
        switch self {
        case .member(Field.updatedAt.name, _, _): true
        case .member(let name, let new, let old):
            Field(rawValue: name).map { field in
                Self.isSayable(field, new?.value)
                    && (field != .metadata || Self.isSayable(field, old?.value))
            } ?? false
        case .tags(let retagging): TagList(stored: retagging.added).isExpressible
        case .metadata, .create, .delete, .stamp: true
        }
    }

    /// Whether update-contact can make a field that value.
    fileprivate static func isSayable(_ field: Field, _ value: JSONValue?) -> Bool {
        guard let value, value != .null, value.text != "" else { return true }
        return switch field {
        case .name: value.text.map { FieldEdit($0).value?.hasSameUTF8(as: $0) ?? false } ?? false
        case .email:
            value.text.map { EmailAddress($0)?.text.hasSameUTF8(as: $0) ?? false } ?? false
        case .tags:
            field.accepts(value)
                && TagList(stored: (value.array ?? []).compactMap(\.text)).isExpressible
        case .metadata: value.object != nil
        default: false
        }
    }
}
