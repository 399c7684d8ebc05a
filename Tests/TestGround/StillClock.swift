package import ContactModel

extension QueryClock {
    /// Noon of the 26th of November 2026, UTC, for as long as the tests run.
    package static let still = QueryClock(now: 1_795_694_400)
}
