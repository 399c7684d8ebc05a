import ContactModel
import JSONText

/// What making one change came to.
struct Performed {
    /// What was written; nil where nothing new was.
    let written: RecordChange?
    let text: RecordText
    let outcome: Receipt.Outcome

    /// The contact after the change, read anew.
    var contact: Contact { text.contact }
}

extension Snapshot {
    /// Makes sure that the contact stands as the change was thought of.
    func checkOriginal(of change: ContactChange) throws(StoreError) {
        guard let original = change.original else { return }
        let present = try standingContact(number(of: change.key))
        guard !change.change.clashes(original: original, present: present) else {
            throw .unexpected(present)
        }
    }

    /// A change with the contact's place in this reading, where it was thought of in an earlier
    /// one and the contact has no other name.
    func located(_ change: ContactChange) -> ContactChange {
        guard case .place(let place, let seen) = change.key, seen != reading,
            let original = change.original
        else { return change }
        var displacement = Displacement()
        guard let number = displacement.number(of: original, at: place, in: self) else {
            return change
        }
        return ContactChange(
            key: .place(number, reading: reading), change: change.change,
            unlessChangedFrom: original)
    }

    /// Makes sure that nobody bears a key.
    func checkIsNew(_ key: ContactKey) throws(StoreError) {
        guard let number = everyRecord(key).first(where: holds) else { return }
        throw .unexpected(try standingContact(number))
    }

    /// A creation that takes no tag away from whoever came to its number since it was planned.
    func addingTags(_ change: ContactChange) throws(StoreError) -> ContactChange {
        guard case .create(var patch, let source) = change.change, let tags = patch.tags,
            let number = try? number(of: change.key)
        else { return change }
        patch.tags = try standingContact(number).tags.appending(tags)
        return ContactChange(key: change.key, change: .create(patch, source: source))
    }

    /// Makes one change.
    mutating func perform(
        _ change: ContactChange, at time: String
    ) throws(StoreError) -> Performed {
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
        let text = RecordText(try bytes(of: number))
        let old = text.contact
        let key = lastingKey(change.key, of: old, number)
        if change.change == .delete { return delete(number, text, as: key) }
        let new = try old.after(change)
        guard new != old else { return Performed(written: nil, text: text, outcome: .unchanged) }
        let record = RecordChange(
            change.change, of: key, from: old, writtenAs: text, to: new
        ).stamped(time, old)
        var changed = text
        changed.apply(record.writes)
        put(Record(changed), at: number)
        return Performed(
            written: record.resulting(in: changed), text: changed, outcome: .changed)
    }

    /// The key by which a step names a contact: the id where it has one of its own, since another
    /// program may give the number to somebody else before the step is part of the file.
    private func lastingKey(
        _ key: ContactKey, of contact: Contact, _ number: Int32
    ) -> ContactKey {
        guard case .phone = key, let id = contact.id,
            isAlone(number) || !isRepeated(id: id)
        else { return key }
        return .id(id)
    }

    private mutating func delete(
        _ number: Int32, _ text: RecordText, as key: ContactKey
    ) -> Performed {
        let record = RecordChange(
            key: key,
            writes: [
                .delete(
                    text: String(decoding: text.bytes, as: UTF8.self), from: spot(of: number))
            ])
        deleted.insert(number)
        return Performed(written: record, text: text, outcome: .changed)
    }

    private mutating func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, _ source: String, at time: String
    ) throws(StoreError) -> Performed {
        let id = try Signature.uuid()
        let blank = Contact.blank(id: id, phone: phone, source: source, time: time)
        let contact: Contact
        do throws(PatchFlaw) {
            contact = try blank.applying(patch)
        } catch {
            throw .unusable(.phone(phone), error)
        }
        let text = JSONValue.object(contact.record).jsonText
        let key = contact.id.map(ContactKey.id) ?? .phone(phone)
        let record = RecordChange(key: key, writes: [.create(text: text)])
        apply(record)
        let made = RecordText(Array(text.utf8))
        return Performed(written: record, text: made, outcome: .created)
    }
}

extension RecordText {
    /// The record as a contact.
    var contact: Contact {
        let value = try? JSONValue(parsing: bytes, loneSurrogates: .replace)
        return Contact(record: value?.object ?? [:])
    }
}

extension RecordChange {
    /// What is written for a change: single tags stay single tags, so that two writers' tags
    /// never replace each other.
    init(
        _ change: Change, of key: ContactKey, from old: Contact, writtenAs text: RecordText,
        to new: Contact
    ) {
        guard case .retag = change else {
            self.init(key: key, from: old, writtenAs: text, to: new)
            return
        }
        let retagging = Retagging(
            added: new.tags.subtracting(old.tags).texts,
            removed: old.tags.subtracting(new.tags).texts, was: text.text(of: Field.tags.name))
        self.init(key: key, writes: [.tags(retagging)])
    }

    /// The change with `updated_at` set, where the contact has one that is text.
    func stamped(_ time: String, _ contact: Contact?) -> RecordChange {
        guard let old = contact?.record[Field.updatedAt.name], Field.updatedAt.accepts(old) else {
            return self
        }
        var result = self
        result.writes.append(
            .member(
                Field.updatedAt.name, new: WrittenValue(.string(time)), old: WrittenValue(old)))
        return result
    }
}

extension Contact {
    func after(_ change: ContactChange) throws(StoreError) -> Contact {
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
