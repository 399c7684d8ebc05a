import ContactModel

/// How many changes stand how.
package struct OutboxCounts: Hashable, Sendable {
    /// Not sent yet, and nothing against it.
    package private(set) var waiting = 0
    /// Refused.
    package private(set) var failed = 0
    /// In conflict with what someone else wrote.
    package private(set) var conflicts = 0
    /// Calls of the API that those which wait take at most.
    package private(set) var calls = 0

    /// All that the server is not known to have.
    package var all: Int { waiting + failed + conflicts }

    mutating func add(waiting number: Int, callsEach: Int) {
        waiting += number
        calls += number * callsEach
    }

    mutating func add(_ entry: OutboxEntry, _ number: Int) {
        switch entry.state {
        case .waiting: add(waiting: number, callsEach: entry.change.change.callCount)
        case .failed: failed += number
        case .conflict: conflicts += number
        case .done, .dropped: break
        }
    }
}
