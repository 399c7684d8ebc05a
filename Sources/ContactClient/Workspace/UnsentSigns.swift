import ContactModel

/// The contacts with something unsent, by their numbers: a bit for each.
struct UnsentSigns: Sendable {
    private(set) var sets: [Query.State: RowSet] = [:]

    private static let states: [(UnsentState, Query.State)] = [
        (.waiting, .pending), (.failed, .failed), (.conflict, .conflict),
    ]

    subscript(number: Int32) -> UnsentState? {
        get {
            UnsentSigns.states.first { sets[$0.1]?.contains(number) == true }?.0
        }
        set {
            for (sign, state) in UnsentSigns.states {
                if sign == newValue {
                    sets[state, default: RowSet()].insert(number)
                } else {
                    sets[state]?.remove(number)
                }
            }
        }
    }
}
