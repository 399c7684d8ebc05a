import Synchronization

/// Lets commits that come at the same time share one wait for the disk.
///
/// Whoever comes while nobody is at work leads: it commits its own request and all that have
/// gathered, gives each its answer, and hands the lead to the first that came meanwhile. So
/// nobody works for others longer than for one group, and waiting holds no thread.
package final class CommitQueue<Request: Sendable, Answer: Sendable>: Sendable {
    private enum Turn: Sendable {
        case answered(Answer)
        case leads
    }

    private struct Waiter: Sendable {
        let request: Request
        let continuation: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var isLed = false
        var waiting: [Waiter] = []
    }

    private let state = Mutex(State())
    private let commit: @Sendable ([Request]) async -> [Answer]

    /// - Parameter commit: commits requests together and answers each, in order; never called
    ///   while it is at work.
    package init(commit: @escaping @Sendable ([Request]) async -> [Answer]) {
        self.commit = commit
    }

    /// How many requests wait for the group after the one at work.
    package var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Commits a request, alone or with others.
    package func answer(to request: Request) async -> Answer {
        if case .answered(let answer) = await turn(of: request) { return answer }
        let others = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        let answers = await commit([request] + others.map(\.request))
        for (waiter, answer) in zip(others, answers.dropFirst()) {
            waiter.continuation.resume(returning: .answered(answer))
        }
        passLead()
        return answers[0]
    }

    private func turn(of request: Request) async -> Turn {
        await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                guard state.isLed else {
                    state.isLed = true
                    return true
                }
                state.waiting.append(Waiter(request: request, continuation: continuation))
                return false
            }
            if leads { continuation.resume(returning: .leads) }
        }
    }

    private func passLead() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() as Waiter? }
            state.isLed = false
            return nil
        }
        next?.continuation.resume(returning: .leads)
    }
}
