import JSONText

/// Numbers of entries in ascending order, as ranges: what becomes of many at once is said briefly.
struct EntryNumbers: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<Int>] = []

    init() {}

    /// - Parameter numbers: in any order.
    init(_ numbers: some Sequence<Int>) {
        self.init(ascending: numbers.sorted())
    }

    init(ascending numbers: some Sequence<Int>) {
        for number in numbers { append(number) }
    }

    init(_ range: ClosedRange<Int>) {
        ranges = [range]
    }

    /// - Parameter number: not less than any before it.
    mutating func append(_ number: Int) { append(number...number) }

    /// - Parameter range: not before any other.
    mutating func append(_ range: ClosedRange<Int>) {
        guard let last = ranges.last, last.upperBound + 1 >= range.lowerBound else {
            return ranges.append(range)
        }
        ranges[ranges.count - 1] =
            last.lowerBound...Swift.max(range.upperBound, last.upperBound)
    }

    func contains(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }

    var isEmpty: Bool { ranges.isEmpty }
    var count: Int { ranges.reduce(0) { $0 + $1.count } }
    var last: Int? { ranges.last?.upperBound }
}

extension EntryNumbers: Sequence {
    func makeIterator() -> FlattenSequence<[ClosedRange<Int>]>.Iterator {
        ranges.joined().makeIterator()
    }
}

extension EntryNumbers {
    /// One number alone, or a list of numbers and of pairs of a first and a last one.
    var value: JSONValue {
        if let only = ranges.first, ranges.count == 1, only.count == 1 {
            return .whole(only.lowerBound)
        }
        return list
    }

    /// A list of numbers and of pairs of a first and a last one.
    var list: JSONValue {
        .array(
            ranges.map { range in
                range.count == 1
                    ? .whole(range.lowerBound)
                    : .array([.whole(range.lowerBound), .whole(range.upperBound)])
            })
    }

    /// Reads what `value` or `list` wrote, in whatever order; nil for anything else.
    init?(_ value: JSONValue?) {
        if let number = value?.integer {
            self.init(number...number)
            return
        }
        guard let elements = value?.array else { return nil }
        self.init()
        var found: [ClosedRange<Int>] = []
        for element in elements {
            if let number = element.integer {
                found.append(number...number)
            } else if let pair = element.array, pair.count == 2, let first = pair[0].integer,
                let last = pair[1].integer, first <= last
            {
                found.append(first...last)
            } else {
                return nil
            }
        }
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) { append(range) }
    }
}
