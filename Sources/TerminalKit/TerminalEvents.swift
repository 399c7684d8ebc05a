import Glibc
package import Screen

extension Terminal {
    /// Waits for something to happen, and gives everything that has; empty when the time is over.
    ///
    /// - Parameter timeout: How long to wait at most; nil waits for ever.
    package func events(timeout: Duration?) -> [InputEvent] {
        let end = timeout.map { ContinuousClock.now + $0 }
        if output.isLost { hangUp() }
        repeat {
            let until = [end, decoder.deadline].compactMap { $0 }.min()
            gather(until: arrivals.isEmpty ? until : .now)
            if let end, ContinuousClock.now >= end { break }
        } while arrivals.isEmpty
        defer { arrivals = [] }
        return arrivals
    }

    /// Reads the signals that wait; those that ask for an end become events, the others are
    /// heeded by the next `events`.
    func collectSignals() {
        for number in signals.take() {
            switch number {
            case SIGWINCH: heed.windowChanged = true
            case SIGCONT: heed.wasContinued = true
            case SIGTSTP: heed.wantsStop = true
            case SIGHUP: hangUp()
            default: arrivals.append(.terminate(signal: number))
            }
        }
    }

    /// Sleeps until a descriptor has something or the time is over, and reads all there is.
    private func gather(until end: ContinuousClock.Instant?) {
        var requests = [
            pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isInputOpen ? options.input : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&requests, nfds_t(requests.count), Terminal.milliseconds(until: end))
        collectSignals()
        heedSignals()
        if requests[1].revents != 0 { readInput() }
        arrivals += decoder.expire(at: .now)
        if requests[2].revents != 0 {
            wake?.clear()
            arrivals.append(.wake)
        }
    }

    private func heedSignals() {
        let heeded = heed
        heed = Heed()
        if heeded.windowChanged { adoptWindowSize() }
        if heeded.wantsStop {
            suspend()
        } else if heeded.wasContinued {
            retake()
        }
    }

    /// Reads keys until there are no more, or a megabyte has come and others want their turn.
    private func readInput() {
        var block = [UInt8](repeating: 0, count: 16_384)
        var total = 0
        repeat {
            let count = read(options.input, &block, block.count)
            if count < 0, errno == EINTR || errno == EAGAIN { return }
            guard count > 0 else { return hangUp() }
            arrivals += decoder.feed(block.prefix(count), at: .now)
            total += count
        } while total < 1 << 20 && hasInput()
    }

    private func hasInput() -> Bool {
        var request = pollfd(fd: options.input, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Reports once that the terminal is gone, and never reads from it again.
    private func hangUp() {
        guard isInputOpen else { return }
        isInputOpen = false
        arrivals.append(.hangUp)
    }

    /// Time left for `poll`: −1 for ever, rounded up so that it does not wake too early.
    private static func milliseconds(until end: ContinuousClock.Instant?) -> Int32 {
        guard let end else { return -1 }
        let (seconds, attoseconds) = (end - .now).components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        let attosecondsInOne: Int64 = 1_000_000_000_000_000
        let part = (attoseconds + attosecondsInOne - 1) / attosecondsInOne
        return Int32(max(0, seconds * 1000 + part))
    }
}

/// What signals have asked for and the loop has not done yet.
struct Heed {
    var windowChanged = false
    var wasContinued = false
    var wantsStop = false
}
