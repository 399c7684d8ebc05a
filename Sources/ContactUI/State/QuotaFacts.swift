/// What a server's quota means for a change of many.
package struct QuotaFacts: Hashable, Sendable {
    /// Calls that it leaves to such changes now.
    package let callsLeft: Int
    /// How long it will take, such as `4 min`; nil where nothing waits for the quota.
    package let time: String?
    /// Changes that are queued already and go first.
    package let waiting: Int

    /// What is known before anything is sent.
    package init(callsLeft: Int, time: String? = nil, waiting: Int = 0) {
        self.callsLeft = callsLeft
        self.time = time
        self.waiting = waiting
    }
}
