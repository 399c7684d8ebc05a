/// What a query's dates are reckoned by: the present, and the time zone of the person who asks.
package struct QueryClock: Sendable {
    /// The present, in seconds since the beginning of 1970, UTC.
    package let now: @Sendable () -> Int
    /// Seconds east of UTC at an instant that is given in seconds since 1970.
    package let offset: @Sendable (Int) -> Int

    /// A clock that runs.
    package init(
        now: @escaping @Sendable () -> Int, offset: @escaping @Sendable (Int) -> Int
    ) {
        self.now = now
        self.offset = offset
    }

    /// A clock that stands still, in UTC unless told otherwise.
    package init(now: Int, offset: @escaping @Sendable (Int) -> Int = { _ in 0 }) {
        self.init(now: { now }, offset: offset)
    }
}

extension QueryClock {
    /// An instant as the person's own clock shows it, such as `2026-11-26 21:35`; the text
    /// itself where it is no instant.
    package func shown(_ written: String) -> String {
        guard let instant = Timestamp(written)?.seconds else { return written }
        let local = instant + offset(instant)
        let second = local - local.flooredDays * 86_400
        let date = CivilDate(dayNumber: local.flooredDays)
        let parts = [date.month, date.day, second / 3_600, second / 60 % 60].map {
            $0 < 10 ? "0\($0)" : String($0)
        }
        return "\(date.year)-\(parts[0])-\(parts[1]) \(parts[2]):\(parts[3])"
    }
}

/// One reading of a clock, by which all the dates of one query are resolved.
struct QueryMoment {
    private let now: Int
    private let offset: @Sendable (Int) -> Int

    init(_ clock: QueryClock) {
        now = clock.now()
        offset = clock.offset
    }

    /// The seconds from the first midnight to the one that follows the last day.
    func days(from first: CivilDate, through last: CivilDate) -> Range<Int> {
        let start = instant(day: first.dayNumber, second: 0)
        return start..<max(start, instant(day: last.dayNumber + 1, second: 0))
    }

    /// The same time of day so many days, and so many months, ago.
    func ago(days: Int, months: Int) -> Int {
        let local = now + offset(now)
        let second = local - local.flooredDays * 86_400
        let date = CivilDate(dayNumber: local.flooredDays).adding(months: -months)
        return instant(day: date.dayNumber - days, second: second)
    }

    /// The day that an instant falls on here.
    func date(of instant: Int) -> CivilDate {
        CivilDate(dayNumber: (instant + offset(instant)).flooredDays)
    }

    /// The instant of a local time: where clocks are set on between, the offset that holds then.
    private func instant(day: Int, second: Int) -> Int {
        instant(local: day * 86_400 + second)
    }

    /// The same for a local time in seconds since 1970.
    func instant(local: Int) -> Int {
        let guess = local - offset(local)
        return local - offset(guess)
    }
}

extension Int {
    /// Whole days in so many seconds, rounded down.
    fileprivate var flooredDays: Int { self >= 0 ? self / 86_400 : (self - 86_399) / 86_400 }
}
