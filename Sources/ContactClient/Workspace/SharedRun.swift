import ContactModel

/// The changes of a run, those put together that ask the same of many contacts.
struct SharedRun: Sendable {
    /// What is asked, and of whom.
    private(set) var sets: [(change: Change, keys: KeyColumn)] = []
    /// The places of the changes that stand alone.
    private(set) var rest: [Int] = []
    /// The places of the entries' changes, where these are in another order.
    private(set) var places: [Int]?

    /// Changes that stand alone, all of them.
    init(alone count: Int) {
        rest = Array(0..<count)
    }

    /// Contacts of which each is named once are put together, whatever their order.
    init(_ changes: [ContactChange]) {
        var groups: [Change: [Int]] = [:]
        for (place, change) in changes.enumerated() {
            if case .retag = change.change {
                groups[change.change, default: []].append(place)
            } else {
                rest.append(place)
            }
        }
        guard let all = KeyColumn(changes.map(\.key)) else {
            rest = Array(changes.indices)
            return
        }
        var shared: [Int] = []
        for (change, places) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            let isWhole = places.count == changes.count
            guard places.count >= SharedEntries.least,
                let keys = isWhole ? all : KeyColumn(places.map { changes[$0].key })
            else {
                rest += places
                continue
            }
            sets.append((change, keys))
            shared += places
        }
        rest.sort()
        if sets.count > 1 || !sets.isEmpty && !rest.isEmpty { places = shared + rest }
    }

    /// The entries of a step, the shared ones first.
    ///
    /// - Parameters:
    ///   - first: the number of the first; the others follow it without a gap.
    ///   - alone: those that stand alone, made with their numbers.
    func lines(
        of step: Int, from first: Int, _ alone: (_ place: Int, _ id: Int) -> OutboxEntry
    ) -> [OutboxLine] {
        var next = first
        var lines: [OutboxLine] = []
        for (change, keys) in sets {
            lines.append(
                .shared(SharedEntries(first: next, step: step, change: change, keys: keys)))
            next += keys.count
        }
        for place in rest {
            lines.append(.entry(alone(place, next)))
            next += 1
        }
        return lines
    }

    /// How many entries there are.
    var count: Int { rest.count + sets.reduce(0) { $0 + $1.keys.count } }
}
