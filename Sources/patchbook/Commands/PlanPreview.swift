import ContactClient
import ContactModel
import JSONText

/// What the lines of a plan would change, one after the other: one line a contact, as far as one
/// line can say it.
struct PlanPreview {
    /// A contact that lines are about; nobody before it is made and after it is gone.
    private struct Subject {
        let before: Contact?
        var now: Contact?
        /// The places of its lines.
        var lines: [Int] = []
    }

    private let backend: any ContactBackend
    private let known: KnownContacts?
    /// Whether a list without metadata tells enough of a contact.
    private let isOfPlainFields: Bool
    private var subjects: [String: Subject] = [:]
    private var lines: [ContactChange] = []

    /// An empty preview of changes.
    ///
    /// - Parameter known: every contact, where they were read.
    init(_ backend: any ContactBackend, _ known: KnownContacts?, of changes: [ContactChange]) {
        self.backend = backend
        self.known = known
        isOfPlainFields = !changes.contains { $0.change.isOfMetadata }
    }

    /// The lines that would change something.
    var news: [ContactChange] {
        let vain = Set(subjects.values.lazy.filter { $0.before == $0.now }.flatMap(\.lines))
        return lines.indices.filter { !vain.contains($0) }.map { lines[$0] }
    }

    /// Takes a line.
    ///
    /// - Throws: `.notFound` where it is about nobody; `.unsupported` where it cannot be made here.
    mutating func take(_ change: ContactChange) async throws(ClientError) {
        let (name, found) = try await subject(of: change)
        var subject = found
        if subject.now == nil && !change.change.isCreation { throw .notFound(.key(change.key)) }
        if let present = subject.now, case .create(let patch, _) = change.change {
            let key = present.key ?? change.key
            for part in patch.parts(adding: present.tags) {
                try await take(ContactChange(key: key, change: part))
            }
            return
        }
        let after = change.change == .delete ? nil : try subject.now.after(change)
        defer { subjects[name] = subject }
        guard after != subject.now else { return }
        if case .removeMetadata(let keys) = change.change, !backend.place.canRemoveMetadata {
            throw .unsupported(.removingMetadata(keys))
        }
        subject.now = after
        for line in subject.lines.reversed() {
            let earlier = lines[line].change
            if let joined = earlier.joined(to: change.change, after?.tags) {
                lines[line].change = joined
                return
            }
            guard earlier.isIndependent(of: change.change) else { break }
        }
        subject.lines.append(lines.count)
        lines.append(change)
    }

    private func standing(_ key: ContactKey) async throws(ClientError) -> Contact {
        if let contact = known?[key], contact.isComplete || isOfPlainFields { return contact }
        return try await backend.standing(key)
    }

    private func subject(
        of change: ContactChange
    ) async throws(ClientError) -> (name: String, Subject) {
        let own = change.key.text
        if let known = subjects[own] { return (own, known) }
        do throws(ClientError) {
            let contact = try await standing(change.key)
            let name = contact.key?.text ?? own
            return (name, subjects[name] ?? Subject(before: contact, now: contact))
        } catch {
            guard change.change.isCreation, case .notFound = error else { throw error }
            return (own, Subject(before: nil, now: nil))
        }
    }
}

extension Change {
    /// Whether metadata are written or taken away.
    fileprivate var isOfMetadata: Bool {
        switch self {
        case .update(let patch), .create(let patch, _): !patch.metadata.isEmpty
        case .removeMetadata: true
        case .retag, .delete: false
        }
    }
}

extension ContactPatch {
    /// What a creation comes to where its number is taken: fields are written, tags added.
    fileprivate func parts(adding present: TagList) -> [Change] {
        var fields = self
        fields.tags = nil
        let new = tags?.subtracting(present) ?? TagList()
        return [.update(fields), .retag(add: new, remove: TagList())]
    }
}

extension Contact? {
    fileprivate func after(_ change: ContactChange) throws(ClientError) -> Contact {
        do throws(PatchFlaw) {
            return try (self ?? Contact(record: [:])).after(change.change)
        } catch {
            throw .unusable(error)
        }
    }
}

extension Change {
    /// Both as one, where the tags stand so after both; nil where no one line says both.
    fileprivate func joined(to later: Change, _ tags: TagList?) -> Change? {
        switch (self, later) {
        case (.delete, _): nil
        case (_, .delete): later
        case (.update(let patch), .update(let other)): .update(patch.joined(to: other))
        case (.create(let patch, let source), .update(let other)):
            .create(patch.joined(to: other), source: source)
        case (.retag(let add, let remove), .retag(let more, let less)):
            .retag(
                add: add.subtracting(less).appending(more),
                remove: remove.subtracting(more).appending(less))
        case (.update(let patch), .retag) where patch.tags != nil,
            (.retag, .update(let patch)) where patch.tags != nil:
            .update(patch.joined(to: ContactPatch(tags: tags)))
        case (.create(let patch, let source), .retag):
            .create(patch.joined(to: ContactPatch(tags: tags)), source: source)
        case (.removeMetadata(let keys), .removeMetadata(let more)):
            .removeMetadata(keys + more.filter { !keys.contains($0) })
        default: nil
        }
    }

    /// Whether both come to the same in either order, as single tags and other fields do: the tags
    /// that a contact gains are never said by the list of all.
    fileprivate func isIndependent(of other: Change) -> Bool {
        switch (self, other) {
        case (.update(let patch), .retag), (.retag, .update(let patch)): patch.tags == nil
        default: false
        }
    }
}
