import ContactClient
import ContactModel
import ContactUI
import TerminalKit

extension EffectPerformer {
    /// Has a workspace send and read behind the person's back, and shows what comes of it.
    func attend(_ backend: any ContactBackend) {
        guard let workspace = backend.workspace else { return }
        inbox.send(.outbox(facts(of: workspace)))
        workspace.attend { [self] event in
            switch event {
            case .changed:
                inbox.send(.outbox(facts(of: workspace)))
                inbox.send(.changedElsewhere)
            case .progress, .quota: inbox.send(.outbox(facts(of: workspace)))
            case .refused(let entry):
                let item = item(QueuedItem(entry), in: workspace)
                let what = entry.unsent == .conflict ? "someone else changed it" : item.reason
                let text = "not taken, \(item.subject): \(what); O shows it"
                inbox.send(.notice(News(text, .bad)))
            }
        }
    }

    private func facts(of workspace: WorkspaceClient) -> OutboxFacts {
        let status = workspace.status
        let outlook = workspace.outlook
        let quota = outlook.limit.flatMap { limit in
            outlook.callsLeft.map { "\($0) of \(limit) calls left" }
        }
        let seconds = workspace.seconds()
        return OutboxFacts(
            waiting: status.counts.waiting, failed: status.counts.failed,
            conflicts: status.counts.conflicts,
            time: seconds > 0 ? QuotaWording.time(seconds) : nil,
            reading: workspace.reading.map { "\($0.known) of \($0.total) read" },
            trouble: status.trouble.map { wording($0).message },
            isPausedElsewhere: status.isHeldElsewhere, quota: quota)
    }

    /// More than anyone reads through.
    private static let mostItems = 1000

    private func item(_ queued: QueuedItem, in workspace: WorkspaceClient) -> OutboxItem {
        let entry = queued.entry
        var theirs: Contact?
        if case .conflict(let contact) = entry.state { theirs = contact }
        let mayBeThere = workspace.mayBeThere(entry)
        return OutboxItem(
            id: entry.id, change: entry.change, subject: workspace.subject(of: queued),
            count: queued.count, state: entry.unsent ?? .waiting,
            reason: workspace.refusal(of: entry)
                ?? (queued.isHeld
                    ? "waits for the one before it"
                    : mayBeThere ? "no answer came: looked up before it is sent" : ""),
            original: entry.original, theirs: theirs,
            gone: workspace.gone(entry), mayBeThere: mayBeThere)
    }

    /// Effects on what is not sent.
    ///
    /// - Returns: whether it was one of them.
    func handleUnsent(_ effect: Effect, _ backend: any ContactBackend) async -> Bool {
        if let client = backend.file { return await handleConflict(effect, client) }
        guard let workspace = backend.workspace else { return false }
        switch effect {
        case .unsent(let request):
            let items = workspace.queue(limit: EffectPerformer.mostItems)
                .map { item($0, in: workspace) }
            inbox.send(.unsent(request: request, items))
        case .retryUnsent(let ids): workspace.retry(ids)
        case .dropUnsent(let ids): workspace.giveUp(ids.flatMap(workspace.ids))
        case .takeUp(let request, let id, let key):
            let result = await attempt { () async throws(ClientError) in
                try await workspace.contact(key, without: id)
            }
            inbox.send(.loaded(request: request, result))
        case .pause(let isPaused): workspace.pause(isPaused)
        default: return false
        }
        inbox.send(.outbox(facts(of: workspace)))
        if case .unsent = effect { return true }
        inbox.send(.changedElsewhere)
        return true
    }
}
