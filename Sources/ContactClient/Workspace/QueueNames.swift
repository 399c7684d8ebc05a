import ContactModel

extension WorkspaceState {
    /// Changes under the one name by which all of a contact's are queued: its id where that is
    /// known, for a number may be given to somebody else before they are sent; but its number as
    /// long as anything waits under that, so that none overtakes another.
    func named(_ changes: [QueuedChange]) -> [QueuedChange] {
        let numbers = Set(
            outbox.keys.filter {
                if case .phone = $0 { true } else { false }
            })
        return changes.map { queued in
            let key = queued.change.key
            switch key {
            case .phone:
                guard !numbers.contains(key), !queued.change.change.isCreation,
                    let id = contact(key)?.id
                else { return queued }
                return queued.renamed(.id(id))
            case .id:
                guard !numbers.isEmpty, let number = contact(key)?.phoneNumber,
                    numbers.contains(.phone(number))
                else { return queued }
                return queued.renamed(.phone(number))
            case .place: return queued
            }
        }
    }
}

extension QueuedChange {
    fileprivate func renamed(_ key: ContactKey) -> QueuedChange {
        let renamed = ContactChange(
            key: key, change: change.change, unlessChangedFrom: change.original)
        return QueuedChange(renamed, original)
    }
}

extension Change {
    fileprivate var isCreation: Bool {
        if case .create = self { true } else { false }
    }
}
