import ContactModel

extension WorkspaceClient {
    /// After so many failures over one entry, while the server took others, it is the entry that
    /// is odd.
    fileprivate static let mostMisses = 5
}

extension WorkspaceClient.Shared {
    /// Whether the server has given an answer of no use about this entry so often, and took others
    /// meanwhile, that it is a refusal. Where none comes, or it says itself that it failed, nothing
    /// was refused, however often: the entry goes on waiting, behind all others.
    mutating func isRefused(_ id: Int, by error: ClientError) -> Bool {
        guard error.mayBeOfOneEntry else { return false }
        var miss = misses[id] ?? WorkspaceClient.Miss(count: 0, taken: -1)
        if taken > miss.taken { miss.count += 1 }
        miss.taken = taken
        misses[id] = miss
        guard case .badAnswer = error else { return false }
        return miss.count >= WorkspaceClient.mostMisses
    }

    /// Whether a failure keeps the others from being sent: where it may be that of one entry, and
    /// the server has taken another since the last one, it does not.
    mutating func isInTheWay(_ error: ClientError) -> Bool {
        guard error.mayBeOfOneEntry, taken > takenAtFailure, state.outbox.counts.waiting > 1
        else { return true }
        takenAtFailure = taken
        return false
    }
}

extension WorkspaceClient.Miss {
    /// Whether the entry may be tried beside others: once the server took another one, and not
    /// for ever.
    func isWorthATry(at taken: Int) -> Bool {
        self.taken < taken && count < WorkspaceClient.mostMisses
    }
}

extension ClientError {
    /// Whether a server that answers others may fail so over one contact again and again.
    fileprivate var mayBeOfOneEntry: Bool {
        switch self {
        case .serverFailed, .badAnswer, .outcomeUnknown: true
        default: false
        }
    }
}
