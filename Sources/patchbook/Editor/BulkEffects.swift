import ContactClient
import ContactModel
import ContactUI
import Glibc
import JSONText
import Synchronization
import TerminalKit

/// Which bulk changes were asked to stop, and which preview is the newest.
final class BulkRuns: Sendable {
    private struct State {
        var stopped: Set<Int> = []
        var newestPreview = 0
    }

    private let state = Mutex(State())

    func stop(_ request: Int) {
        state.withLock { _ = $0.stopped.insert(request) }
    }

    func isStopped(_ request: Int) -> Bool {
        state.withLock { $0.stopped.contains(request) }
    }

    func beginPreview(_ request: Int) {
        state.withLock { $0.newestPreview = max($0.newestPreview, request) }
    }

    func isNewestPreview(_ request: Int) -> Bool {
        state.withLock { $0.newestPreview == request }
    }
}

extension EffectPerformer {
    /// Effects that read many contacts.
    ///
    /// - Returns: whether it was one of them.
    func survey(_ effect: Effect, _ backend: any ContactBackend) async -> Bool {
        switch effect {
        case .match(let request, let query):
            let result = await attempt { () async throws(ClientError) in
                RowSet(try await backend.list(query, order: SortOrder()).numbers)
            }
            inbox.send(.matched(request: request, result))
        case .metadataKeys(let request):
            let listing = try? await backend.list(.all, order: SortOrder())
            inbox.send(.metadataKeys(request: request, listing?.metadataKeys ?? []))
        case .duplicates(let request):
            let listing = try? await backend.list(.all, order: SortOrder())
            inbox.send(.duplicates(request: request, listing?.duplicates ?? Duplicates(in: [])))
        case .preview(let request, let work): await preview(work, request, backend)
        case .writePlan(let path, let work): await writePlan(work, to: path, backend)
        case .importFile(let request, let path): await importFile(path, request, backend)
        case .exportFile(let path, let number): exportFile(path, number)
        default: return false
        }
        return true
    }

    /// What an edit of contacts comes to; nil where it is not wanted any more.
    private func plan(
        _ edit: BulkEdit, _ target: BulkTarget, _ backend: any ContactBackend,
        while isWanted: () -> Bool = { true }
    ) async throws(ClientError) -> BulkPlan? {
        let limit = BulkEffect.obstacleLimit
        switch target {
        case .everybody:
            let listing = try await backend.list(.all, order: SortOrder())
            return listing.plan(edit, for: nil, naming: limit, while: isWanted)
        case .contacts(let numbers, let number):
            return listings[number]?.plan(edit, for: numbers, naming: limit, while: isWanted)
        }
    }

    private func preview(
        _ work: BulkWork, _ request: Int, _ backend: any ContactBackend
    ) async {
        bulk.beginPreview(request)
        var effect: BulkEffect
        switch work {
        case .edit(let edit, let target):
            effect = BulkEffect(of: edit)
            do throws(ClientError) {
                let plan = try await plan(
                    edit, target, backend, while: { bulk.isNewestPreview(request) })
                guard let plan else { return }
                effect = plan.effect
            } catch {
                break
            }
        case .changes(let changes):
            effect = BulkEffect()
            let listing = listings.newest
            effect.count(changes) { key in
                listing?.number(of: key).flatMap { listing?.row(number: $0) }?.contact
            }
        }
        inbox.send(
            .previewed(
                request: request, effect, backend.workspace?.cost(of: effect.calls)))
    }

    /// The changes that a piece of work comes to, only those that write something new.
    private func plan(
        of work: BulkWork, _ backend: any ContactBackend
    ) async throws(ClientError) -> BulkPlan {
        switch work {
        case .changes(let changes): BulkPlan(changes)
        case .edit(let edit, let target):
            try await plan(edit, target, backend) ?? BulkPlan([])
        }
    }

    /// Makes a bulk change; what deletes, as merging does, is made whole or not at all.
    func apply(_ work: BulkWork, _ request: Int, _ backend: any ContactBackend) async {
        let result = await attempt { () async throws(ClientError) -> BulkOutcome in
            let plan = try await plan(of: work, backend)
            let total = plan.count
            let names = listings.newest
            inbox.send(.progressed(request: request, done: 0, total: total))
            let progress = { @Sendable [inbox, bulk] (done: Int) in
                inbox.send(.progressed(request: request, done: done, total: total))
                return !bulk.isStopped(request)
            }
            let report =
                work.isMerge
                ? try await backend.apply(plan.changes, asWhole: true, progress: progress)
                : try await backend.apply(plan, progress: progress)
            return outcome(of: report, plan.effect, names)
        }
        inbox.send(.applied(request: request, result))
    }

    private func outcome(
        of report: BulkReport, _ effect: BulkEffect, _ names: (any ContactListing)?
    ) -> BulkOutcome {
        let subjects = Subjects(names)
        return BulkOutcome(
            changed: report.changed, unchanged: report.unchanged,
            failures: report.failures.enumerated().map { index, failure in
                ContactUI.BulkFailure(
                    failure.change.over(failure.error),
                    of: subjects.name(failure.change.key, at: index),
                    reason: reason(failure))
            },
            notReached: report.notReached.enumerated().map { index, change in
                ContactUI.BulkFailure(
                    change, of: subjects.name(change.key, at: index), reason: "not reached")
            },
            unwritable: effect.unwritable, obstacles: effect.obstacles, queued: report.queued,
            cause: report.brokenOff.map { wording($0).line })
    }

    /// Why a change was not made; beside it what someone else wrote.
    private func reason(_ failure: ContactClient.BulkFailure) -> String {
        guard case .conflict(let theirs) = failure.error else { return wording(failure.error).line }
        let (change, original) = (failure.change.change, failure.change.original)
        let words =
            change == .delete ? "" : ": " + OutboxLines.words(change, theirs, was: original)
        return "someone else changed it meanwhile" + words
    }

    private func writePlan(
        _ work: BulkWork, to path: String, _ backend: any ContactBackend
    ) async {
        let changes = (try? await plan(of: work, backend))?.changes ?? []
        let lines = changes.map { PlanLine($0).text }
        let text = lines.map { $0 + "\n" }.joined()
        let full = UserPaths.expanded(path)
        guard access(full, F_OK) != 0 else {
            inbox.send(.notice(News("\(path) is there already; choose another name", .bad)))
            return
        }
        let isWritten = SmallFile.write(Array(text.utf8), to: full)
        let count = lines.count == 1 ? "1 line" : "\(lines.count) lines"
        let done = "\(count) written to \(path); 'patchbook apply \(path)' makes the changes"
        inbox.send(
            .notice(isWritten ? News(done, .good) : News("\(path) cannot be written", .bad)))
    }
}

extension WorkspaceClient {
    /// What so many calls more mean for the quota; nil where no server has told one.
    fileprivate func cost(of calls: Int) -> QuotaFacts? {
        guard let left = outlook.callsForRuns else { return nil }
        let seconds = seconds(for: calls)
        return QuotaFacts(
            callsLeft: left, time: seconds > 0 ? QuotaWording.time(seconds) : nil,
            waiting: status.counts.waiting)
    }
}

extension ContactChange {
    /// The change as it is tried again: over what someone else wrote, which is seen by then.
    fileprivate func over(_ error: ClientError) -> ContactChange {
        guard case .conflict(let present) = error else { return self }
        return ContactChange(key: key, change: change, unlessChangedFrom: present)
    }
}

extension BulkWork {
    /// Whether it takes contacts away as part of something larger.
    fileprivate var isMerge: Bool {
        guard case .changes(let changes) = self else { return false }
        return changes.contains { $0.change == .delete }
    }
}
