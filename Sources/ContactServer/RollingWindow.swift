/// How many calls were made in the last minute: a limit that no burst around a full minute gets
/// past.
struct RollingWindow {
    /// The calls that are allowed in 60 seconds.
    let limit: Int
    private var times: [Duration] = []
    private var oldest = 0

    static let length = Duration.seconds(60)

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Whether a call may be made.
    enum Admission: Equatable {
        /// It may, and so may this many more.
        case admitted(remaining: Int)
        /// It may not before so many whole seconds.
        case refused(retryAfter: Int)
    }

    /// Counts a call at `now`, a time since any fixed moment, or refuses it.
    mutating func admit(at now: Duration) -> Admission {
        if times.count < limit {
            times.append(now)
            return .admitted(remaining: remaining(at: now))
        }
        let free = times[oldest] + RollingWindow.length
        guard free <= now else {
            return .refused(retryAfter: RollingWindow.wholeSeconds(free - now))
        }
        times[oldest] = now
        oldest = (oldest + 1) % limit
        return .admitted(remaining: remaining(at: now))
    }

    /// Times never go back, so the ring is sorted from the oldest on.
    private func remaining(at now: Duration) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            let isPast = times[(oldest + middle) % times.count] + RollingWindow.length <= now
            if isPast { low = middle + 1 } else { high = middle }
        }
        return limit - (times.count - low)
    }

    private static func wholeSeconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(1, Int(seconds) + (attoseconds > 0 ? 1 : 0))
    }
}
