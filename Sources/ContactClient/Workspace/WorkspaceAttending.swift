import ContactModel
import ContactStore
import Glibc
import Synchronization

extension WorkspaceClient {
    /// How often is looked for what other processes queued or read.
    private static let look = Duration.seconds(1)
    /// How often at most is told that something changed.
    private static let leastBetweenEvents = 0.2

    /// Begins to send what waits and to read the workspace, and goes on until it is closed;
    /// `body` hears of it.
    package func attend(_ body: @escaping @Sendable (WorkspaceEvent) -> Void) {
        shared.withLock { $0.onEvent = body }
        attending.withLock { task in
            task = Task.detached { [self] in await attendUntilClosed() }
        }
    }

    /// Reads the workspace anew, and tries again what was in the way of.
    package func refresh() {
        remote.unblock()
        shared.withLock { shared in
            shared.wantsReading = true
            shared.lastSearch = nil
            shared.serverTags = nil
            shared.trouble = nil
        }
        bell.ring()
    }

    /// Lets sending and reading rest, or goes on with both; the sending of other editors that have
    /// the outbox open rests as well.
    package func pause(_ isPaused: Bool) {
        shared.withLock { shared in
            shared.isHeld = isPaused
            shared.heedsOthers = isPaused
            shared.log.askForRest(isPaused)
            let isUnfinished = shared.binding.unfinished != nil || !shared.binding.isWhole
            shared.wantsReading = !isPaused && isUnfinished && shared.hasListing != false
        }
        bell.ring()
    }

    private func attendUntilClosed() async {
        var failures = 0
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await watchQuota() }
            while !shared.withLock(\.isClosed), !Task.isCancelled {
                let mayTry = shared.withLock { $0.trouble?.needsPerson != true }
                if mayTry, shared.withLock({ $0.wantsReading && !$0.isReading }) {
                    shared.withLock { $0.isReading = true }
                    group.addTask { [self] in await readInTurn() }
                }
                if mayTry { await lookUpAgain() }
                if mayTry { await askWhereNothingElseWill() }
                let trouble = mayTry ? await sendAll() : nil
                if let trouble { note(trouble) }
                tellOfChange(atOnce: true)
                failures = shared.withLock { $0.trouble == nil } ? 0 : failures + 1
                let pause =
                    failures == 0
                    ? WorkspaceClient.look : max(WorkspaceClient.look, pause(after: failures))
                await rest(pause)
            }
            group.cancelAll()
        }
    }

    /// Finds out whether what was in the way still is, where nothing waits that would find it.
    private func askWhereNothingElseWill() async {
        let isDue = shared.withLock { shared in
            shared.trouble != nil && !shared.wantsReading && !shared.isHeld
                && shared.state.outbox.counts.waiting == 0
        }
        guard isDue, (try? await remote.account()) != nil else { return }
        noteSuccess()
    }

    /// Tells when the quota stands otherwise: slots become free though nothing is sent, and other
    /// processes take them.
    private func watchQuota() async {
        var told = outlook.callsLeft
        while !shared.withLock(\.isClosed), !Task.isCancelled {
            try? await Task.sleep(for: WorkspaceClient.look)
            let left = outlook.callsLeft
            if left != told { tell(.quota) }
            told = left
        }
    }

    private func pause(after failures: Int) -> Duration {
        if case .throttled(let seconds?) = shared.withLock({ $0.trouble }) {
            return .seconds(min(seconds, 60))
        }
        return pacing.pause(afterFailures: failures)
    }

    /// Looks for others' lines until it is time, or the bell rings.
    private func rest(_ time: Duration) async {
        let end = ContinuousClock.now + time
        repeat {
            await bell.wait(atMost: min(time, WorkspaceClient.look))
            let isNews = lookForOthers()
            tellOfChange(atOnce: true)
            if isNews || shared.withLock(\.isClosed) { return }
            if shared.withLock({ $0.trouble == nil }) { return }
        } while ContinuousClock.now < end && !Task.isCancelled
    }

    /// Reads what other processes appended to the outbox.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    func lookForOthers() -> Bool {
        if manner == .attended {
            lookForReadings()
            lookForRest()
        }
        return lookForLines()
    }

    /// Whether others ask for rest; where they do no longer, the next time counts again.
    private func lookForRest() {
        shared.withLock { shared in
            let isAsked = shared.log.isAskedForRest
            if !isAsked { shared.heedsOthers = true }
            guard isAsked != shared.isHeldElsewhere else { return }
            shared.isHeldElsewhere = isAsked
            shared.isToldOfChange = false
        }
    }

    /// Takes in what other processes appended to the outbox.
    @discardableResult
    func lookForLines() -> Bool {
        shared.withLock { shared in
            guard let news = try? shared.log.readNew() else { return false }
            let isNews = shared.state.take(news)
            if isNews { shared.isToldOfChange = false }
            return isNews
        }
    }

    /// Takes over the mirror that another process read.
    private func lookForReadings() {
        let found = folder.binding(origin: origin)
        let isOthers = shared.withLock { !$0.isReading && $0.binding.readAt != found.readAt }
        guard isOthers, let mirror = try? folder.readContacts() else { return }
        shared.withLock { shared in
            shared.state.replaceMirror(mirror, readAt: found.readAt)
            shared.binding = found
            shared.isToldOfChange = false
        }
    }

    private func readInTurn() async {
        let failure = await readMirror()
        let isStopped = shared.withLock { shared in
            shared.isReading = false
            let isStopped = !shared.wantsReading
            if failure == nil { shared.wantsReading = false }
            return isStopped
        }
        if let failure, !isStopped { note(failure) }
        bell.ring()
    }

    /// Something is in the way.
    func note(_ trouble: ClientError) {
        shared.withLock { shared in
            shared.trouble = trouble
            shared.isToldOfChange = false
        }
        tellOfChange(atOnce: true)
    }

    /// Nothing is in the way any more.
    func noteSuccess() {
        shared.withLock { shared in
            if shared.trouble != nil { shared.isToldOfChange = false }
            shared.trouble = nil
            shared.noteTaken(nil)
        }
    }

    /// Tells that something changed, not too often.
    func tellOfChange(atOnce: Bool = false) {
        let isDue = shared.withLock { shared in
            guard !shared.isToldOfChange else { return false }
            let now = ContinuousClock.now
            let least = Duration.seconds(WorkspaceClient.leastBetweenEvents)
            guard atOnce || shared.toldAt.map({ now - $0 > least }) ?? true else { return false }
            shared.isToldOfChange = true
            shared.toldAt = now
            return true
        }
        if isDue { tell(.changed) }
    }

    func tell(_ event: WorkspaceEvent) {
        let body = shared.withLock { $0.isClosed ? nil : $0.onEvent }
        body?(event)
    }
}

extension ClientError {
    /// Whether trying again helps only when a person has done something.
    fileprivate var needsPerson: Bool {
        switch self {
        case .unauthenticated, .forbidden, .otherWorkspace: true
        case .store(.damagedLog): true
        default: false
        }
    }
}
