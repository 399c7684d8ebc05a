import ContactModel
import Glibc
import JSONText

extension StoreState {
    /// Reads what other processes wrote since; the lock is held.
    ///
    /// - Returns: whether anything changed.
    mutating func catchUp() throws(StoreError) -> Bool {
        let current = FileStamp.current(of: paths.base)
        let log = FileStamp.current(of: paths.journal)
        guard current == stamp, log?.inode == journalStamp?.inode,
            log?.size ?? 0 >= journalEnd
        else {
            try load()
            return true
        }
        guard let journal, let log, log.size > journalEnd else { return false }
        let bytes = try journal.read(limit: options.sizeLimit)
        let reading = JournalText.read(bytes, from: journalEnd)
        guard reading.flaw == nil, !journalLacksLineFeed else {
            try load()
            return true
        }
        let found = reading.entries.compactMap { entry -> Step? in
            if case .step(let step) = entry { step } else { nil }
        }
        journalEnd = reading.end
        journalLacksLineFeed = reading.lacksLineFeed
        take(found)
        return !found.isEmpty
    }

    /// Reads everything again where a file has changed; for stores that cannot lock.
    mutating func reloadIfChanged() throws(StoreError) -> Bool {
        let log = FileStamp.current(of: paths.journal)
        guard FileStamp.current(of: paths.base) != stamp || log?.size ?? 0 != journalEnd else {
            return false
        }
        try load()
        return true
    }

    mutating func commit(_ changes: [ContactChange]) throws(StoreError) -> [Receipt] {
        _ = try catchUp()
        var working = snapshot
        var receipts: [Receipt] = []
        var recorded: [RecordChange] = []
        let time = Clock.now()
        for change in changes {
            let (written, receipt) = try working.perform(change, at: time)
            if let written { recorded.append(written) }
            receipts.append(receipt)
        }
        guard !recorded.isEmpty else { return receipts }
        try append(try step(recorded, time: time))
        snapshot = working
        return receipts
    }

    private func step(
        _ changes: [RecordChange], time: String, undoes: String? = nil
    ) throws(StoreError) -> Step {
        Step(
            id: try Clock.randomHex(8), time: time, author: Clock.author, undoes: undoes,
            changes: changes)
    }

    /// Writes a step: durable when this returns.
    private mutating func append(_ step: Step) throws(StoreError) {
        var bytes: [UInt8] = []
        if journal == nil {
            let file = try openJournal(creating: true)
            if let file { try copyMode(to: file) }
            journal = file
            journalStamp = FileStamp.current(of: paths.journal)
            journalEnd = 0
            try syncFolder()
        }
        if journalEnd == 0 { bytes += JournalText.line(.header(snapshot.base.mark)) }
        if journalLacksLineFeed { bytes.append(0x0A) }
        bytes += JournalText.line(.step(step))
        guard let journal else { throw .readOnly(path: paths.base, .folder) }
        do {
            try journal.write(bytes)
            try journal.syncData()
        } catch {
            withdraw(journal)
            throw error
        }
        journalEnd += bytes.count
        journalLacksLineFeed = false
        steps.append(step)
    }

    /// After a failed write nothing the descriptor says can be trusted: what was begun is cut
    /// off, and the next commit reads everything again.
    private mutating func withdraw(_ file: OpenFile) {
        try? file.truncate(to: journalEnd)
        journal = nil
        stamp = nil
    }

    /// Takes back this user's newest step that neither is an undo nor was taken back.
    mutating func undoNewest() throws(StoreError) -> StepUndone {
        _ = try catchUp()
        let all = try History(paths: paths, limit: options.historyLimit).read() + steps
        let undone = Set(all.compactMap(\.undoes))
        let newest = all.last {
            $0.author == Clock.author && $0.undoes == nil && !undone.contains($0.id)
        }
        guard let newest else { throw .nothingToUndo }
        var working = snapshot
        var recorded: [RecordChange] = []
        var skipped: [ContactKey] = []
        let time = Clock.now()
        for change in newest.changes.reversed() {
            let present = try? working.contact(working.number(of: change.key))
            if let undo = change.undoing(on: present).map({ $0.stamped(time, present) }) {
                working.apply([undo])
                recorded.append(undo)
            } else {
                skipped.append(change.key)
            }
        }
        try append(try step(recorded, time: time, undoes: newest.id))
        snapshot = working
        return StepUndone(restored: recorded.map(\.key), skipped: skipped)
    }
}

extension RecordChange {
    /// The change with `updated_at` set, where the contact has one.
    fileprivate func stamped(_ time: String, _ contact: Contact?) -> RecordChange {
        guard let old = contact?.record[Field.updatedAt.name] else { return self }
        var result = self
        result.writes.append(.member(Field.updatedAt.name, new: .string(time), old: old))
        return result
    }
}

extension Snapshot {
    /// Makes one change.
    ///
    /// - Returns: what was written, nil where nothing new was, and the receipt.
    fileprivate mutating func perform(
        _ change: ContactChange, at time: String
    ) throws(StoreError) -> (RecordChange?, Receipt) {
        if case .create(let patch, let source) = change.change,
            case .phone(let phone) = change.key
        {
            do {
                _ = try number(of: change.key)
            } catch .unknown {
                return try create(phone, patch, source, at: time)
            }
            return try perform(
                ContactChange(key: change.key, change: .update(patch)), at: time)
        }
        let number = try number(of: change.key)
        let old = contact(number)
        if case .delete = change.change {
            let text = String(decoding: bytes(of: number), as: UTF8.self)
            let record = RecordChange(key: change.key, writes: [.delete(text: text)])
            apply([record])
            return (record, Receipt(contact: old, outcome: .changed))
        }
        let new = try old.after(change)
        guard new != old else { return (nil, Receipt(contact: old, outcome: .unchanged)) }
        let record = RecordChange(change, from: old, to: new).stamped(time, old)
        apply([record])
        return (record, Receipt(contact: contact(number), outcome: .changed))
    }

    private mutating func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, _ source: String, at time: String
    ) throws(StoreError) -> (RecordChange?, Receipt) {
        let blank = Contact.blank(id: try Clock.uuid(), phone: phone, source: source, time: time)
        let contact: Contact
        do throws(PatchFlaw) {
            contact = try blank.applying(patch)
        } catch {
            throw .unusable(.phone(phone), error)
        }
        let text = JSONValue.object(contact.record).jsonText
        let key = contact.id.map(ContactKey.id) ?? .phone(phone)
        let record = RecordChange(key: key, writes: [.create(text: text)])
        apply([record])
        return (record, Receipt(contact: contact, outcome: .created))
    }
}

extension RecordChange {
    /// What is written for a change: single tags stay single tags, so that two writers' tags
    /// never replace each other.
    fileprivate init(_ change: ContactChange, from old: Contact, to new: Contact) {
        if case .retag = change.change {
            let write = Write.tags(
                added: new.tags.subtracting(old.tags).texts,
                removed: old.tags.subtracting(new.tags).texts)
            self.init(key: change.key, writes: [write])
        } else {
            self.init(key: change.key, from: old, to: new)
        }
    }
}

extension Contact {
    fileprivate func after(_ change: ContactChange) throws(StoreError) -> Contact {
        do throws(PatchFlaw) {
            return try after(change.change)
        } catch {
            throw .unusable(change.key, error)
        }
    }

    /// A contact with nothing but what every new one has, in the order of the API.
    fileprivate static func blank(
        id: String, phone: PhoneNumber, source: String, time: String
    ) -> Contact {
        Contact(record: [
            "id": .string(id), "phone": .string(phone.e164), "name": .null, "email": .null,
            "source": .string(source), "locale": .null, "metadata": .object([:]),
            "tags": .array([]), "opted_in_at": .null, "opted_out_at": .null,
            "last_message_at": .null, "total_messages": .number(JSONNumber(0)),
            "created_at": .string(time), "updated_at": .string(time),
        ])
    }
}
