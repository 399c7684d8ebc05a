import JSONText

/// Several contacts becoming one: which of them stays, and whose value each field takes.
package struct ContactMerge: Hashable, Sendable {
    /// Something to choose.
    package enum Choice: Hashable, Sendable {
        /// The contact that stays, with its id, its number and its consent.
        case survivor
        /// The name or the email.
        case field(Field)
        /// All tags together, or those of one contact.
        case tags
        /// A metadata key.
        case metadata(String)
    }

    /// The contacts.
    package let rows: [ContactRow]
    /// What there is to choose, in order: the survivor, and whatever differs.
    package let choices: [Choice]
    private var picks: [Choice: Int] = [:]

    /// A merge in which a contact that opted out stays, else the one with the most messages; its
    /// values go first, gaps are filled from the others, and tags are put together.
    package init(_ rows: [ContactRow]) {
        self.rows = rows
        let contacts = rows.map(\.contact)
        var choices: [Choice] = [.survivor]
        for field in [Field.name, .email] where ContactMerge.differs(contacts, { $0.text(field) }) {
            choices.append(.field(field))
        }
        if ContactMerge.differs(contacts, { $0.tags }) { choices.append(.tags) }
        var seen: Set<String> = []
        for key in contacts.flatMap({ ($0.metadata ?? [:]).names })
        where seen.insert(key).inserted && ContactMerge.differs(contacts, { $0.metadata?[key] }) {
            choices.append(.metadata(key))
        }
        self.choices = choices
        let weights = contacts.map { contact in
            (contact.text(.optedOutAt) == nil ? 0 : 1, contact.totalMessages ?? 0)
        }
        let busiest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
        picks[.survivor] = busiest
        for choice in choices.dropFirst() { picks[choice] = preferred(choice, busiest) }
    }

    private static func differs<Value: Equatable>(
        _ contacts: [Contact], _ value: (Contact) -> Value
    ) -> Bool {
        guard let first = contacts.first.map(value) else { return false }
        return contacts.dropFirst().contains { value($0) != first }
    }

    private func preferred(_ choice: Choice, _ survivor: Int) -> Int {
        if choice == .tags { return rows.count }
        let order = [survivor] + rows.indices.filter { $0 != survivor }
        return order.first { shown(choice, of: $0) != nil } ?? survivor
    }

    /// The place in `rows` of the contact whose value is taken; `rows.count` for all tags
    /// together.
    package func pick(_ choice: Choice) -> Int { picks[choice] ?? 0 }

    /// Takes the next contact's value.
    package mutating func cycle(_ choice: Choice) {
        let count = rows.count + (choice == .tags ? 1 : 0)
        picks[choice] = (pick(choice) + 1) % count
    }

    /// What stands in a contact for a choice; nil where nothing does.
    package func shown(_ choice: Choice, of index: Int) -> String? {
        guard rows.indices.contains(index) else { return allTags.texts.joined(separator: ", ") }
        let contact = rows[index].contact
        switch choice {
        case .survivor:
            return [contact.name, contact.phone].compactMap(\.self).joined(separator: " · ")
        case .field(let field): return contact.text(field)
        case .tags: return contact.tags.isEmpty ? nil : contact.shown(.tags)
        case .metadata(let key): return contact.metadata?[key].map(\.jsonText)
        }
    }

    private var allTags: TagList {
        rows.reduce(TagList()) { $0.appending($1.contact.tags) }
    }

    /// What goes with a contact that is taken away and cannot be carried over: its number, its
    /// consent and message times where the survivor's differ, and members that the API does not
    /// know.
    package var losses: [(contact: Contact, members: [String])] {
        let survivor = rows[pick(.survivor)].contact
        let carried: Set<Field> = [
            .id, .phone, .name, .email, .tags, .metadata, .updatedAt, .createdAt,
        ]
        return rows.indices.filter { $0 != pick(.survivor) }.compactMap { index in
            let record = rows[index].contact.record
            let lost = record.names.filter { name in
                if let field = Field(rawValue: name), carried.contains(field) { return false }
                return record[name] != .null && record[name] != survivor.record[name]
            }
            let number = lostNumber(of: rows[index].contact).map { ["phone \($0)"] } ?? []
            return lost.isEmpty && number.isEmpty ? nil : (rows[index].contact, number + lost)
        }
    }

    /// The number of a contact, where the survivor has another one or none.
    private func lostNumber(of contact: Contact) -> String? {
        let kept = rows[pick(.survivor)].contact.phone.map(PhoneKey.normal)
        guard let phone = contact.phone, PhoneKey.normal(phone) != kept else { return nil }
        return phone
    }

    /// Why a merge cannot be made.
    package enum Obstacle: Error, Hashable, Sendable {
        /// Nothing of its own names this contact.
        case nameless(Contact)
        /// What was picked is no address.
        case email(String)
        /// What was picked holds something that no tag may hold.
        case tag(String)
    }

    /// The changes of the merge: the survivor is written, the others are taken away.
    ///
    /// - Throws: `Obstacle` where one of the contacts or a value that was picked is in the way.
    package func changes() throws(Obstacle) -> [ContactChange] {
        let stays = pick(.survivor)
        let keys = try rows.map { row throws(Obstacle) in
            guard let key = row.key else { throw .nameless(row.contact) }
            return key
        }
        var patch = ContactPatch()
        for choice in choices.dropFirst() { try add(choice, to: &patch) }
        var changes: [ContactChange] = []
        if let after = try? rows[stays].contact.applying(patch), after != rows[stays].contact {
            changes.append(
                ContactChange(
                    key: keys[stays], change: .update(patch),
                    unlessChangedFrom: rows[stays].contact))
        }
        for (index, row) in rows.enumerated() where index != stays {
            changes.append(
                ContactChange(key: keys[index], change: .delete, unlessChangedFrom: row.contact))
        }
        return changes
    }

    /// Adds what was picked, but for what the survivor has already.
    private func add(_ choice: Choice, to patch: inout ContactPatch) throws(Obstacle) {
        let (index, survivor) = (pick(choice), rows[pick(.survivor)].contact)
        switch choice {
        case .survivor: break
        case .field(.email):
            let text = rows[index].contact.email
            guard text != survivor.email else { return }
            guard let text else { return patch.email = .clear }
            guard let email = EmailAddress(text) else { throw .email(text) }
            patch.email = .set(email)
        case .field: patch.name = FieldEdit(rows[index].contact.name ?? "")
        case .tags:
            let tags = rows.indices.contains(index) ? rows[index].contact.tags : allTags
            guard tags.texts != survivor.tags.texts else { return }
            if let tag = tags.tags.first(where: { !$0.isExpressible }) { throw .tag(tag.text) }
            patch.tags = tags
        case .metadata(let key):
            if let value = rows[index].contact.metadata?[key] { patch.metadata[key] = value }
        }
    }
}
