import ContactModel

extension WorkspaceState {
    /// Changes under the one name, id or number, by which something is queued for their contacts
    /// already, so that none overtakes another; where nothing is, by the id as far as it is known:
    /// somebody else may have the number by the time it is sent.
    func named(_ changes: [QueuedChange]) -> [QueuedChange] {
        let numberOf = numbers(forMany: changes.count)
        return changes.map { queued in
            let key = queued.change.key
            switch key {
            case .phone:
                guard !outbox.holds(key), !queued.change.change.isCreation,
                    let id = contact(key)?.id
                else { return queued }
                return queued.renamed(.id(id))
            case .id(let id): return numberOf(id).map(queued.renamed) ?? queued
            case .place: return queued
            }
        }
    }

    /// By which number something is queued for the contact of an id; of few contacts each is looked
    /// at, of many those that something is queued for.
    private func numbers(forMany count: Int) -> (_ id: String) -> ContactKey? {
        guard outbox.numberCount > 0 else { return { _ in nil } }
        guard count > outbox.numberCount else {
            return { id in
                guard let number = contact(.id(id))?.phoneNumber else { return nil }
                let key = ContactKey.phone(number)
                return outbox.holds(key) ? key : nil
            }
        }
        var numbers: [String: ContactKey] = [:]
        for key in outbox.keys where key.isNumber {
            if let id = contact(key)?.id { numbers[id] = key }
        }
        return { numbers[$0] }
    }
}

extension QueuedChange {
    fileprivate func renamed(_ key: ContactKey) -> QueuedChange {
        let renamed = ContactChange(
            key: key, change: change.change, unlessChangedFrom: change.original)
        return QueuedChange(renamed, original)
    }
}

extension ContactKey {
    /// Whether it names a contact by its number.
    var isNumber: Bool {
        if case .phone = self { true } else { false }
    }
}
