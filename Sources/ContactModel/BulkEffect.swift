import JSONText

/// What a bulk edit would really do, counted contact by contact before anything is sent.
package struct BulkEffect: Hashable, Sendable {
    /// What becomes of one tag of the edit.
    package struct TagEffect: Hashable, Sendable {
        /// The tag.
        package let tag: Tag
        /// Whether it is added; otherwise it is removed.
        package let isAdded: Bool
        /// How many contacts gain it, or lose it.
        package internal(set) var changing = 0
        /// How many have it already, or do not have it.
        package internal(set) var staying = 0
    }

    /// One contact that changes, before and after.
    package struct Sample: Hashable, Sendable {
        /// The contact as it stands.
        package let before: Contact
        /// The contact as it would stand.
        package let after: Contact
    }

    /// A contact that cannot be written, and why.
    package struct Obstacle: Hashable, Sendable {
        /// Why a contact cannot be written.
        package enum Reason: Hashable, Sendable {
            /// No id and no phone number of its own names it to a server.
            case nameless
            /// The field holds a value of this kind, which writing would destroy.
            case unusable(Field, kind: String)
            /// It is not there any more.
            case gone
        }

        /// Whom it is about: the name, else the number, the id, or the place in the file.
        package let subject: String
        /// Why.
        package let reason: Reason
    }

    /// How many samples are kept.
    package static let sampleSize = 5
    /// How many obstacles are kept where nobody asks for all.
    package static let obstacleLimit = 100

    /// How many contacts would change.
    package private(set) var changing = 0
    /// How many would stay as they are.
    package private(set) var staying = 0
    /// How many cannot be written: nothing of their own names them, or a value is in the way.
    package private(set) var unwritable = 0
    /// Calls of the API that it takes, without those that read.
    package private(set) var calls = 0
    /// For each tag of the edit, in order, what becomes of it.
    package private(set) var tags: [TagEffect]
    /// The first contacts that change.
    package private(set) var samples: [Sample] = []
    /// The first contacts that cannot be written.
    package private(set) var obstacles: [Obstacle] = []
    private let edit: BulkEdit?
    private let obstacleLimit: Int

    /// The effect of single changes, none of them counted yet.
    package init() {
        edit = nil
        tags = []
        obstacleLimit = BulkEffect.obstacleLimit
    }

    /// The effect of an edit on nobody yet; of those that cannot be written it names so many.
    package init(of edit: BulkEdit, naming limit: Int = BulkEffect.obstacleLimit) {
        self.edit = edit
        obstacleLimit = limit
        guard case .retag(let add, let remove) = edit else {
            tags = []
            return
        }
        tags =
            add.tags.map { TagEffect(tag: $0, isAdded: true) }
            + remove.tags.map { TagEffect(tag: $0, isAdded: false) }
    }

    /// Counts one more contact in.
    ///
    /// - Returns: the change it takes; nil where it stays or cannot be written.
    @discardableResult
    package mutating func count(_ row: ContactRow) -> ContactChange? {
        count(row, whose: answer(to: row.contact))
    }

    /// What the edit does to a contact, as to all that differ in nothing the edit is about.
    package func answer(to contact: Contact) -> Result<Change?, PatchFlaw> {
        Result { () throws(PatchFlaw) in try edit?.change(of: contact) }
    }

    /// Counts contacts in of whom is known what the edit does to them.
    ///
    /// - Returns: as `count`.
    @discardableResult
    package mutating func count(
        _ row: ContactRow, whose answer: Result<Change?, PatchFlaw>, times: Int = 1
    ) -> ContactChange? {
        let change: Change?
        switch answer {
        case .success(let found): change = found
        case .failure(let flaw):
            obstruct(row.subject, by: flaw)
            return nil
        }
        guard change == nil || row.key != nil else {
            obstruct(row.subject, .nameless)
            return nil
        }
        let present = tags.isEmpty ? TagList() : row.contact.tags
        for index in tags.indices {
            let changes = present.contains(tags[index].tag) != tags[index].isAdded
            if changes { tags[index].changing += times } else { tags[index].staying += times }
        }
        guard let change, let key = row.key else {
            staying += times
            return nil
        }
        count([change], from: row.contact, to: nil, times: times)
        return ContactChange(key: key, change: change)
    }

    /// Counts single changes in, contact by contact; those of one contact stand together.
    ///
    /// - Parameter contact: who bears a key; nil where nobody does.
    package mutating func count(_ changes: [ContactChange], on contact: (ContactKey) -> Contact?) {
        var rest = changes[...]
        while let key = rest.first?.key {
            let ofOne = rest.prefix { $0.key == key }
            rest = rest.dropFirst(ofOne.count)
            count(ofOne.map(\.change), of: key, on: contact(key))
        }
    }

    private mutating func count(_ changes: [Change], of key: ContactKey, on contact: Contact?) {
        guard let contact else {
            guard case .create? = changes.first else { return obstruct(key.text, .gone) }
            return count(changes, from: Contact(record: [:]), to: nil)
        }
        do throws(PatchFlaw) {
            var after = contact
            for change in changes { after = try after.after(change) }
            if after == contact, !changes.contains(.delete) {
                staying += 1
            } else {
                count(changes, from: contact, to: after)
            }
        } catch {
            obstruct(ContactRow(contact: contact, key: key).subject, by: error)
        }
    }

    private mutating func obstruct(_ subject: String, by flaw: PatchFlaw) {
        switch flaw {
        case .unusable(let field, let kind): obstruct(subject, .unusable(field, kind: kind))
        }
    }

    private mutating func obstruct(_ subject: String, _ reason: Obstacle.Reason) {
        unwritable += 1
        guard obstacles.count < obstacleLimit else { return }
        obstacles.append(Obstacle(subject: subject, reason: reason))
    }

    private mutating func count(
        _ changes: [Change], from before: Contact, to after: Contact?, times: Int = 1
    ) {
        changing += times
        for change in changes {
            if case .retag(let add, let remove) = change {
                calls += (add.count + remove.count) * times
            } else {
                calls += times
            }
        }
        guard samples.count < BulkEffect.sampleSize else { return }
        var last = after ?? before
        if after == nil { for change in changes { last = (try? last.after(change)) ?? last } }
        samples.append(Sample(before: before, after: last))
    }
}
