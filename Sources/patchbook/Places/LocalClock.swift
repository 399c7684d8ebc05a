import ContactModel
import Glibc

/// The present and the time zone of whoever runs the program (`TZ`, else the machine's).
enum LocalClock {
    /// What the dates of queries are reckoned by.
    static let queries: QueryClock = {
        tzset()
        return QueryClock(now: { time(nil) }, offset: offset)
    }()

    /// Seconds east of UTC at an instant; 0 where the C library cannot tell.
    private static func offset(_ instant: Int) -> Int {
        var seconds = time_t(instant)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return 0 }
        return parts.tm_gmtoff
    }
}
