/// How many calls were made in the last minute: a limit that no burst around a full minute gets
/// past.
///
/// Calls of one millisecond are counted together, so however many are allowed, a window takes
/// at most 60,000 pairs of numbers.
struct RollingWindow {
    /// The calls of one millisecond.
    private struct Beat {
        /// The end of the millisecond: a call is never thought older than it is.
        let time: Int64
        var calls: Int
    }

    /// The calls that are allowed in 60 seconds.
    let limit: Int
    private var beats: [Beat] = []
    /// The beats before this one are past.
    private var oldest = 0
    private var calls = 0

    private static let length: Int64 = 60_000

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
        let (seconds, attoseconds) = now.components
        let begun = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let time = .milliseconds(begun) < now ? begun + 1 : begun
        forget(until: begun - RollingWindow.length)
        guard calls < limit else {
            let wait = beats[oldest].time + RollingWindow.length - begun
            return .refused(retryAfter: max(1, Int((wait + 999) / 1000)))
        }
        if let last = beats.last, last.time == time {
            beats[beats.count - 1].calls += 1
        } else {
            beats.append(Beat(time: time, calls: 1))
        }
        calls += 1
        return .admitted(remaining: limit - calls)
    }

    private mutating func forget(until time: Int64) {
        while oldest < beats.count, beats[oldest].time <= time {
            calls -= beats[oldest].calls
            oldest += 1
        }
        guard oldest > 1024, oldest > beats.count / 2 else { return }
        beats.removeFirst(oldest)
        oldest = 0
    }
}
