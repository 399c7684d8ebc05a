import ContactClient
import ContactModel
import ContactStore
import ContactUI
import TerminalKit

extension EffectPerformer {
    /// Effects on what another program overwrote.
    ///
    /// - Returns: whether it was one of them.
    func handleConflict(_ effect: Effect, _ client: LocalClient) async -> Bool {
        switch effect {
        case .unsent(let request):
            let items = (try? client.conflicts())?.map(OutboxItem.init) ?? []
            inbox.send(.unsent(request: request, items))
            return true
        case .takeUp(let request, _, let key):
            let result = await attempt { () async throws(ClientError) in
                try await client.contact(.key(key))
            }
            inbox.send(.loaded(request: request, result))
            return true
        case .retryUnsent(let ids):
            choose(in: client) { () throws(ClientError) in try client.keepMine(Set(ids)) }
        case .dropUnsent(let ids):
            choose(in: client) { () throws(ClientError) in try client.keepTheirs(Set(ids)) }
        default: return false
        }
        return true
    }

    private func choose(in client: LocalClient, _ body: () throws(ClientError) -> Void) {
        do throws(ClientError) {
            try body()
        } catch {
            inbox.send(.notice(News(wording(error).line, .bad)))
        }
        let count = (try? client.conflicts())?.count ?? 0
        inbox.send(.outbox(OutboxFacts(conflicts: count)))
        inbox.send(.changedElsewhere)
        noteEdit()
    }
}

extension OutboxItem {
    fileprivate init(_ conflict: OpenConflict) {
        self.init(
            id: conflict.id, change: conflict.change, subject: conflict.subject,
            state: .conflict, reason: conflict.theirs == nil ? StoreWording.goneFromFile : "",
            original: conflict.original, theirs: conflict.theirs)
    }
}
