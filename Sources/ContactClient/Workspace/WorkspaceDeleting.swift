package import ContactModel
import ContactStore
import Synchronization

extension WorkspaceClient {
    /// Queues changes and makes deletions, each in its turn; what comes after something that did
    /// not come through is not begun.
    package func apply(
        _ changes: [ContactChange], asWhole: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        if asWhole && changes.count > 1 { throw .unsupported(.wholeSteps) }
        var report = BulkReport()
        var rest = changes[...]
        while let first = rest.first {
            let isDeletion = first.change == .delete
            let part = Array(rest.prefix { ($0.change == .delete) == isDeletion })
            let before = changes.count - rest.count
            let goOn: @Sendable (Int) -> Bool = { progress(before + $0) }
            do throws(ClientError) {
                try await report.join(
                    isDeletion ? delete(part, progress: goOn) : send(part, progress: goOn))
            } catch {
                guard before > 0 else { throw error }
                report.join(part, keptBackBy: error)
            }
            rest = rest.dropFirst(part.count)
            guard report.notReached.isEmpty && report.brokenOff == nil else {
                report.notReached += rest
                return report
            }
        }
        return report
    }

    /// Takes contacts away at the server: at once or not at all, since nothing brings them back.
    ///
    /// What is queued for a contact that is gone goes with it.
    ///
    /// - Throws: what kept the first of them from being taken away, where that lies with the
    ///   way to the server; `.unsupported` where it has no tool for it.
    func delete(
        _ changes: [ContactChange], progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        var report = BulkReport()
        guard let first = changes.first else { return report }
        try await bind()
        guard try await remote.tools.offers(RemoteTools.deletion) else {
            throw .unsupported(.deleting(first.key))
        }
        recall()
        let urgency = changes.count > 1 ? Urgency.bulk { progress(0) } : .interactive
        var step: Int?
        for (index, change) in changes.enumerated() {
            guard progress(index) else {
                report.notReached = Array(changes[index...])
                break
            }
            do throws(ClientError) {
                let known = change.original ?? shared.withLock { $0.state.standing(change.key) }
                let wasThere = try await urgency.during { () async throws(ClientError) in
                    try await remote.delete(change.key, known: known)
                }
                try noteGone(change.key, known, wasThere: wasThere, in: &step)
                if wasThere { report.changed += 1 } else { report.unchanged += 1 }
            } catch {
                guard error.isTrouble else {
                    note(error, about: change.key)
                    report.failures.append(BulkFailure(change: change, error: error))
                    continue
                }
                var next = index
                if case .outcomeUnknown = error {
                    // It may be gone: it is named, and not among those who were left alone.
                    report.failures.append(BulkFailure(change: change, error: error))
                    next += 1
                }
                guard report.changed + report.unchanged + report.failures.count > 0 else {
                    throw error
                }
                report.brokenOff = error
                report.notReached = Array(changes[next...])
                break
            }
        }
        tellOfChange(atOnce: true)
        return report
    }

    /// Writes down that a contact is gone, as a part of the step; what was queued for it is
    /// dropped.
    private func noteGone(
        _ key: ContactKey, _ known: Contact?, wasThere: Bool, in step: inout Int?
    ) throws(ClientError) {
        let (now, before) = (pacing.now(), step)
        do throws(StoreError) {
            step = try shared.withLock { shared throws(StoreError) in
                let keys = known?.keys(beside: key) ?? [key]
                let open = shared.state.outbox.queued(for: keys).map(\.id)
                let idle = EntryNumbers(open.filter { shared.underWay[$0] == nil })
                var number = before
                try shared.write(syncs: true) { state in
                    let of = before ?? state.nextID()
                    number = of
                    let entry = OutboxEntry(
                        id: state.nextID(), step: of,
                        change: ContactChange(key: key, change: .delete), original: nil)
                    let write = wasThere ? RemoteWrite.delete(key) : nil
                    let whole = OutboxStep(number: of, time: Timestamp.now(), isRun: false)
                    return (before == nil ? [.step(whole)] : [])
                        + [.entry(entry), .state(entry.id, .done(write, after: nil, at: now))]
                        + (idle.isEmpty ? [] : [.fates(idle, .dropped, at: 0)])
                }
                if !wasThere { shared.state.note(nil, as: key, at: now) }
                return number
            }
        } catch {
            throw .store(error)
        }
    }

    /// Shows a contact as the server told it, where it stands otherwise than it was known.
    private func note(_ error: ClientError, about key: ContactKey) {
        guard case .conflict(let present) = error else { return }
        let now = pacing.now()
        shared.withLock { $0.state.note(present, as: key, at: now) }
    }
}

extension BulkReport {
    /// Takes in the report on a further part.
    fileprivate mutating func join(_ part: BulkReport) {
        changed += part.changed
        unchanged += part.unchanged
        failures += part.failures
        met += part.met
        notReached += part.notReached
        queued += part.queued
        unsent += part.unsent
        brokenOff = part.brokenOff
    }

    /// Takes in a further part of which nothing was done.
    fileprivate mutating func join(_ part: [ContactChange], keptBackBy error: ClientError) {
        if case .queued(let cause, _) = error {
            brokenOff = cause
            unsent += part
            queued += part.count
        } else {
            brokenOff = error
            notReached += part
        }
    }
}
