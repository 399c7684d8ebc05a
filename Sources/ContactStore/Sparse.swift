/// Values by number, most of them absent.
///
/// A copy costs nothing, and what is set in one of two copies takes three small pages with it,
/// however many values there are: so a commit costs the same after a million edits as after one.
struct Sparse<Value: Sendable>: Sendable {
    private var pages: [[[Value?]]] = []
    /// How many values there are.
    private(set) var count = 0

    private static var leaves: Int32 { 256 }
    private static var slots: Int32 { 64 }

    var isEmpty: Bool { count == 0 }

    /// The value of a number, which is not negative.
    subscript(number: Int32) -> Value? {
        get {
            let (page, leaf, slot) = Sparse.place(of: number)
            guard page < pages.count, !pages[page].isEmpty, !pages[page][leaf].isEmpty else {
                return nil
            }
            return pages[page][leaf][slot]
        }
        set {
            let (page, leaf, slot) = Sparse.place(of: number)
            makeRoom(page, leaf)
            let before = pages[page][leaf][slot] == nil ? 0 : 1
            pages[page][leaf][slot] = newValue
            count += (newValue == nil ? 0 : 1) - before
        }
    }

    /// Puts a value behind all others, where there is one for every number before.
    mutating func append(_ value: Value) {
        self[Int32(count)] = value
    }

    /// The values in the order of their numbers.
    func forEach(_ body: (Int32, Value) -> Void) {
        for (page, leaves) in pages.enumerated() {
            for (leaf, slots) in leaves.enumerated() {
                let first = (Int32(page) * Sparse.leaves + Int32(leaf)) * Sparse.slots
                for (slot, value) in slots.enumerated() {
                    if let value { body(first + Int32(slot), value) }
                }
            }
        }
    }

    /// The numbers that have a value, in ascending order.
    var numbers: [Int32] {
        var numbers: [Int32] = []
        numbers.reserveCapacity(count)
        forEach { number, _ in numbers.append(number) }
        return numbers
    }

    private mutating func makeRoom(_ page: Int, _ leaf: Int) {
        if page >= pages.count {
            pages += Array(repeating: [], count: page + 1 - pages.count)
        }
        if pages[page].isEmpty { pages[page] = Array(repeating: [], count: Int(Sparse.leaves)) }
        if pages[page][leaf].isEmpty {
            pages[page][leaf] = Array(repeating: nil, count: Int(Sparse.slots))
        }
    }

    private static func place(of number: Int32) -> (page: Int, leaf: Int, slot: Int) {
        let (leaf, slot) = number.quotientAndRemainder(dividingBy: slots)
        let (page, place) = leaf.quotientAndRemainder(dividingBy: leaves)
        return (Int(page), Int(place), Int(slot))
    }
}

/// A set of numbers that is copied and changed at as little cost.
struct SparseSet: Sendable {
    private struct Mark: Sendable {}
    private var marks = Sparse<Mark>()

    var count: Int { marks.count }
    var isEmpty: Bool { marks.isEmpty }
    /// The numbers in the set, in ascending order.
    var numbers: [Int32] { marks.numbers }

    func contains(_ number: Int32) -> Bool { marks[number] != nil }
    mutating func insert(_ number: Int32) { marks[number] = Mark() }
    mutating func remove(_ number: Int32) { if contains(number) { marks[number] = nil } }
}
