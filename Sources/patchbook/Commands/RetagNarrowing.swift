import ContactClient
import ContactModel

/// Makes the single tags of a plan those that really change, as its contacts stand: at a server
/// nothing else tells an undo which of them were there before.
struct RetagNarrowing {
    private let backend: any ContactBackend
    /// The tags as the lines so far leave them, by the contact's own key.
    private var tags: [String: TagList] = [:]

    init(_ backend: any ContactBackend) {
        self.backend = backend
    }

    /// The plan with fewer tags; as it is where the contacts are in a file, whose steps hold what
    /// they wrote.
    consuming func narrowed(
        _ changes: [ContactChange], by place: PlaceOptions
    ) async throws -> [ContactChange] {
        let count = changes.count { $0.change.isOfTags }
        guard let workspace = backend.workspace, count > 0 else { return changes }
        let known = try await place.known(lookingAt: count, in: backend)
        var narrowed: [ContactChange] = []
        for change in changes {
            let isOfUse = change.change.isOfTags || change.change.writesTags
            var present = isOfUse ? known?[change.key] : nil
            if isOfUse, present == nil { present = try? await backend.standing(change.key) }
            if isOfUse, present == nil { present = workspace.recalled(change.key) }
            narrowed.append(present.map { narrow(change, of: $0) } ?? change)
        }
        return narrowed
    }

    private mutating func narrow(_ change: ContactChange, of contact: Contact) -> ContactChange {
        let name = contact.key?.text ?? change.key.text
        let standing = tags[name] ?? contact.tags
        switch change.change {
        case .retag(let add, let remove):
            let gone = TagList(remove.tags.filter(standing.contains))
            let new = add.subtracting(remove).subtracting(standing)
            tags[name] = standing.subtracting(gone).appending(new)
            return ContactChange(key: change.key, change: .retag(add: new, remove: gone))
        case .update(let patch), .create(let patch, _): tags[name] = patch.tags ?? standing
        case .removeMetadata, .delete: break
        }
        return change
    }
}

extension Change {
    fileprivate var writesTags: Bool {
        switch self {
        case .update(let patch), .create(let patch, _): patch.tags != nil
        case .retag, .removeMetadata, .delete: false
        }
    }
}
