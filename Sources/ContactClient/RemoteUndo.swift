package import ContactModel
import ContactStore
import JSONText

extension RemoteClient {
    /// Steps of this process alone: the API keeps none.
    package func undo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try await takeBack(.undo, count)
    }

    /// What undoings of this process took back.
    package func redo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try await takeBack(.redo, count)
    }

    /// The steps of this process, each under the name of the profile.
    package func log(limit: Int) async throws(ClientError) -> [LogEntry] {
        steps.log(limit: limit, author: place.title)
    }

    private func takeBack(
        _ direction: UndoDirection, _ count: Int
    ) async throws(ClientError) -> [UndoReceipt] {
        let found = steps.candidates(direction, count)
        guard !found.isEmpty else {
            throw direction == .undo ? .nothingToUndo : .nothingToRedo
        }
        var receipts: [UndoReceipt] = []
        for step in found { receipts.append(try await takeBack(step, direction)) }
        return receipts
    }

    /// Takes back a step of this process, the writes whose fields were changed since left out.
    ///
    /// What fails for want of a connection stays the newest step; what can never be taken back
    /// does not stand in the way of what came before it.
    private func takeBack(
        _ step: RemoteStep, _ direction: UndoDirection
    ) async throws(ClientError) -> UndoReceipt {
        var rest = step.writes
        var done = Reversal()
        while let write = rest.last {
            do throws(ClientError) {
                try await takeBack(write, &done)
            } catch  where error.isFinal && step.writes.count > 1 {
                done.skipped.append(write.key)
            } catch  where error.isFinal {
                steps.note(step, takenBackBy: [], direction)
                throw error
            } catch {
                if rest.count < step.writes.count {
                    steps.note(step, takenBackBy: done.writes, direction, rest: rest)
                }
                throw error
            }
            rest.removeLast()
        }
        steps.note(step, takenBackBy: done.writes, direction)
        return UndoReceipt(
            restored: done.restored, skipped: done.skipped, keptKeys: done.keptKeys,
            inexpressible: done.inexpressible,
            what: direction == .undo
                ? step.summary
                : RemoteStep(
                    id: "", time: "", writes: done.writes
                ).summary)
    }

    /// What has been taken back of a step so far.
    private struct Reversal {
        var writes: [RemoteWrite] = []
        var restored: [ContactKey] = []
        var skipped: [ContactKey] = []
        var keptKeys: [String] = []
        var inexpressible: [Field] = []
    }

    private func takeBack(
        _ write: RemoteWrite, _ done: inout Reversal
    ) async throws(ClientError) {
        switch write {
        case .create(let key, _):
            throw .unsupported(.deleting(key))
        case .tags(let key, let added, let removed):
            let before = try await contact(.key(key))
            var after = before
            try await sendTags(adding: removed, removing: added, as: key, on: &after)
            if let reversal = RemoteWrite.retag(key, from: before, to: after) {
                done.writes.append(reversal)
            }
            done.restored.append(key)
        case .update(let key, let patch, let before, let after):
            let present = try await contact(.key(key))
            guard present.stands(as: after, in: patch) else {
                done.skipped.append(key)
                return
            }
            try await restore(key, patch.inverse(on: before), on: present, &done)
        }
    }

    private func restore(
        _ key: ContactKey, _ inverse: Inverse, on present: Contact, _ done: inout Reversal
    ) async throws(ClientError) {
        if !inverse.patch.isEmpty {
            let wanted = try present.merging(inverse.patch)
            let after = try await write(inverse.patch, to: key, making: wanted)
            done.writes.append(.update(key, inverse.patch, before: present, after: after))
            done.restored.append(key)
        }
        done.keptKeys += inverse.addedKeys.filter { !done.keptKeys.contains($0) }
        done.inexpressible += inverse.inexpressible.filter { !done.inexpressible.contains($0) }
    }
}

extension ClientError {
    /// Whether trying again can never help.
    fileprivate var isFinal: Bool {
        switch self {
        case .notFound, .unsupported, .invalid, .unusable, .rejected: true
        default: false
        }
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
