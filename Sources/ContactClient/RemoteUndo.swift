import ContactModel
import JSONText

extension RemoteClient {
    /// Takes back the newest change of this process, unless its fields were changed since.
    ///
    /// A step that fails for want of a connection stays the newest; one that can never be taken
    /// back is dropped, so that it does not stand in the way of those before it.
    func undoNewest() async throws(ClientError) -> UndoReceipt {
        guard let step = steps.takeNewest() else { throw .nothingToUndo }
        do {
            return try await takeBack(step)
        } catch {
            switch error {
            case .notFound, .unsupported, .invalid, .unusable, .rejected: break
            default: steps.append(step)
            }
            throw error
        }
    }

    private func takeBack(_ step: RemoteStep) async throws(ClientError) -> UndoReceipt {
        switch step {
        case .create(let key):
            throw .unsupported(.deleting(key))
        case .tags(let key, let added, let removed):
            var contact = try await contact(.key(key))
            try await sendTags(adding: removed, removing: added, as: key, on: &contact)
            return UndoReceipt(restored: [key])
        case .update(let key, let patch, let before, let after):
            let present = try await contact(.key(key))
            guard present.stands(as: after, in: patch) else {
                return UndoReceipt(restored: [], skipped: [key])
            }
            return try await restore(key, patch.inverse(on: before), on: present)
        }
    }

    private func restore(
        _ key: ContactKey, _ inverse: Inverse, on present: Contact
    ) async throws(ClientError) -> UndoReceipt {
        if !inverse.patch.isEmpty {
            let wanted = try present.merging(inverse.patch)
            _ = try await write(inverse.patch, to: key, making: wanted)
        }
        return UndoReceipt(
            restored: inverse.patch.isEmpty ? [] : [key], keptKeys: inverse.addedKeys,
            inexpressible: inverse.inexpressible)
    }
}

extension Contact {
    /// Whether everything the patch wrote is as it was in `other`.
    fileprivate func stands(as other: Contact, in patch: ContactPatch) -> Bool {
        patch.fields.allSatisfy { field in
            switch field {
            case .tags: tags == other.tags
            case .metadata:
                patch.metadata.names.allSatisfy { metadata?[$0] == other.metadata?[$0] }
            default: record[field.name] ?? .null == other.record[field.name] ?? .null
            }
        }
    }
}
