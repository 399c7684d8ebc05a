package import ContactModel
import JSONText

extension RemoteClient {
    /// One call after another; what the place as a whole refuses ends the run.
    package func apply(
        _ changes: [ContactChange], asWhole: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        if asWhole && changes.count > 1 { throw .unsupported(.wholeSteps) }
        var report = BulkReport()
        var writes: [RemoteWrite] = []
        defer { steps.append(writes) }
        var serverFailures = 0
        for (index, change) in changes.enumerated() {
            guard report.brokenOff == nil, progress(index) else {
                report.notReached = Array(changes[index...])
                break
            }
            do {
                let isChanged = try await performInRun(change, &writes) { progress(index) }
                if isChanged { report.changed += 1 } else { report.unchanged += 1 }
                serverFailures = 0
            } catch  where error.wasNotTaken && !progress(index) {
                report.notReached = Array(changes[index...])
                break
            } catch  where error.wasNotTaken {
                if index == 0 && writes.isEmpty { throw error }
                report.brokenOff = error
                report.notReached = Array(changes[index...])
                break
            } catch {
                report.failures.append(BulkFailure(change: change, error: error))
                serverFailures = error.isServerFailure ? serverFailures + 1 : 0
                if serverFailures == RemoteClient.serverFailuresInARow || error.isOutcomeUnknown {
                    report.brokenOff = error
                }
            }
        }
        return report
    }

    /// How many calls a run of these changes makes at most, those that read included.
    package static func calls(for changes: [ContactChange]) -> Int {
        changes.reduce(0) { sum, change in
            if case .retag(let add, let remove) = change.change {
                return sum + add.count + remove.count
            }
            return sum + 2
        }
    }

    /// After so many the server is taken to be down, not one contact to be odd.
    private static let serverFailuresInARow = 3

    /// Makes a change with the patience and the share of the quota that a run has.
    private func performInRun(
        _ change: ContactChange, _ writes: inout [RemoteWrite],
        isWanted: @escaping @Sendable () -> Bool
    ) async throws(ClientError) -> Bool {
        let (made, result) = await Urgency.$current.withValue(.bulk(isWanted: isWanted)) {
            var made: [RemoteWrite] = []
            do throws(ClientError) {
                let isChanged = try await perform(change, &made)
                return (made, Result<Bool, ClientError>.success(isChanged))
            } catch {
                return (made, .failure(error))
            }
        }
        writes += made
        return try result.get()
    }

    /// - Returns: whether anything new was written.
    private func perform(
        _ change: ContactChange, _ writes: inout [RemoteWrite]
    ) async throws(ClientError) -> Bool {
        let key = change.key
        switch change.change {
        case .update(let patch):
            let receipt = try await update(key, patch, unlessChangedFrom: nil, &writes)
            return receipt.outcome != .unchanged
        case .retag(let add, let remove):
            return try await sendTagsUnread(
                adding: add.subtracting(remove), removing: remove, as: key, &writes)
        case .create(let patch, let source):
            guard case .phone(let phone) = key else { throw .notFound(.key(key)) }
            let receipt = try await create(phone, patch, source, onlyNew: false, &writes)
            return receipt.outcome != .unchanged
        case .removeMetadata(let keys): throw .unsupported(.removingMetadata(keys))
        case .delete: throw .unsupported(.deleting(key))
        }
    }

    /// One call for each tag, none to read. A tag that does not come last in the answer to
    /// add-tag was there before, and is not taken away again by undo.
    private func sendTagsUnread(
        adding: TagList, removing: TagList, as key: ContactKey, _ writes: inout [RemoteWrite]
    ) async throws(ClientError) -> Bool {
        var (added, removed) = (TagList(), TagList())
        defer {
            if !added.isEmpty || !removed.isEmpty {
                writes.append(.tags(key, added: added, removed: removed))
            }
        }
        for tag in removing.tags {
            _ = try await send(.removeTag, tag, to: key)
            removed = removed.appending(TagList([tag]))
        }
        for tag in adding.tags {
            let present = try await send(.addTag, tag, to: key)
            if present.tags.last == tag { added = added.appending(TagList([tag])) }
        }
        return !added.isEmpty || !removed.isEmpty
    }
}

extension ClientError {
    /// Whether the place takes nothing more, so that the call can be made again as it was.
    var wasNotTaken: Bool {
        switch self {
        case .unauthenticated, .forbidden, .throttled, .notSent: true
        default: false
        }
    }

    fileprivate var isServerFailure: Bool {
        if case .serverFailed = self { true } else { false }
    }

    fileprivate var isOutcomeUnknown: Bool {
        if case .outcomeUnknown = self { true } else { false }
    }
}
