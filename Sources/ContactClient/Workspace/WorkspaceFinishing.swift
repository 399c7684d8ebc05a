import ContactModel
import ContactStore
import Synchronization

extension WorkspaceClient {
    /// How long at least is waited for another process that sends and gets nowhere.
    private static let leastPatience = Duration.seconds(10)
    private static let look = Duration.milliseconds(20)
    /// How long another process may send before whoever waits is told.
    private static let moment = Duration.seconds(2)
    private static let delay = Duration.seconds(5)

    /// How many entries wait: of a step, or of all where it is nil.
    func waiting(of step: Int?) -> Int {
        shared.withLock { $0.state.outbox.waiting(of: step) }
    }

    /// Sends the outbox and reads the workspace anew.
    ///
    /// - Parameter progress: told how many of the waiting changes are through; when it answers
    ///   false it ends.
    /// - Returns: what is in the way.
    package func synchronize(
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async -> ClientError? {
        lookForOthers()
        let count = waiting(of: nil)
        if let trouble = await finish(nil, of: count, progress: progress) {
            if case .behind = trouble { _ = await readMirror() }
            return trouble
        }
        guard waiting(of: nil) == 0 else { return nil }
        return await readMirror { progress(count) }
    }

    /// Whether another process sends for all that have the workspace open.
    package var isSentElsewhere: Bool {
        shared.withLock { shared in
            guard !shared.isSending else { return false }
            guard shared.log.takeOver(.sending) else { return true }
            shared.log.giveBack(.sending)
            return false
        }
    }

    /// Sends all that waits, whatever step it is of.
    ///
    /// - Parameter progress: as of `synchronize`.
    /// - Returns: what is in the way.
    package func sendWaiting(
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async -> ClientError? {
        lookForOthers()
        return await finish(nil, of: waiting(of: nil), progress: progress)
    }

    /// Reads the workspace anew for as long as that is wanted; what has come by then is kept.
    private func readMirror(
        while isWanted: @escaping @Sendable () -> Bool
    ) async -> ClientError? {
        let reading = Task { await readMirror() }
        let watching = Task { [self] in
            while !Task.isCancelled {
                if !isWanted() {
                    shared.withLock { $0.wantsReading = false }
                    reading.cancel()
                    return
                }
                try? await Task.sleep(for: WorkspaceClient.look)
            }
        }
        let trouble = await reading.value
        watching.cancel()
        return isWanted() ? trouble : nil
    }

    /// Sends until none of a step's entries waits any more, or none of all where it is nil.
    ///
    /// What a server fails over now and then is tried again after a pause, as often in a row as
    /// the pacing says.
    ///
    /// - Parameters:
    ///   - count: how many wait now.
    ///   - progress: told how many of them are through; when it answers false it ends.
    /// - Returns: what is in the way.
    func finish(
        _ step: Int?, of count: Int, progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async -> ClientError? {
        defer { shared.withLock { if let step { $0.atOnce.remove(step) } } }
        guard progress(0) else { return nil }
        let watching = Task { await watch(step, of: count, progress) }
        defer {
            watching.cancel()
            shared.withLock { $0.isHeld = false }
        }
        var failures = 0
        // It may be waiting for the quota, as this one would.
        let isRun = step.map { step in shared.withLock { $0.state.outbox.isRun(step) } } ?? true
        let fullPatience = max(
            WorkspaceClient.leastPatience, isRun ? pacing.bulkPatience : pacing.patience)
        var patience = fullPatience
        var looks = 0
        while case let before = waiting(of: step), before > 0 {
            let trouble = await sendAll(until: step) ?? decision(for: step)
            if shared.withLock(\.isHeld) || waiting(of: step) == 0 { return nil }
            if let trouble {
                failures = waiting(of: step) < before ? 1 : failures + 1
                guard trouble.mayPass, failures <= pacing.repeats else { return trouble }
                try? await pacing.sleep(pacing.pause(afterFailures: failures))
                continue
            }
            // Another process, or another task of this one, sends for all.
            try? await Task.sleep(for: WorkspaceClient.look)
            looks += 1
            if WorkspaceClient.look * looks == WorkspaceClient.moment { pacing.onOthers() }
            patience = lookForOthers() ? fullPatience : patience - WorkspaceClient.look
            if patience <= .zero { return .throttled(retryAfter: nil) }
        }
        return nil
    }

    /// What keeps all that still waits, where somebody has to decide about it first.
    private func decision(for step: Int?) -> ClientError? {
        let entry = shared.withLock { $0.state.outbox.decision(for: step) }
        switch entry?.state {
        case .conflict(let theirs):
            let isCreation = entry?.change.change.isCreation == true
            return .behind(isCreation ? .exists(theirs) : .conflict(theirs))
        case .failed(let error): return .behind(error)
        default: return nil
        }
    }

    /// Tells how far it is until it is cancelled, or nobody wants it any more.
    private func watch(
        _ step: Int?, of count: Int, _ progress: @Sendable (_ done: Int) -> Bool
    ) async {
        var looks = 0
        while !Task.isCancelled {
            looks += 1
            if count == 1, WorkspaceClient.look * looks == WorkspaceClient.delay {
                pacing.onDelay()
            }
            if !progress(max(0, count - waiting(of: step))) {
                shared.withLock { $0.isHeld = true }
                return
            }
            try? await Task.sleep(for: WorkspaceClient.look)
        }
    }
}

extension ClientError {
    /// Whether it may be over in a moment.
    fileprivate var mayPass: Bool {
        switch self {
        case .serverFailed, .outcomeUnknown, .badAnswer: true
        default: false
        }
    }
}
