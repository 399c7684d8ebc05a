/// A set of the records of a file, a bit each.
struct RecordBits: Equatable {
    private(set) var words: [UInt64]
    /// How many records there are to be in it.
    let limit: Int

    /// None of so many records, or all.
    init(limit: Int, filled: Bool = false) {
        self.limit = limit
        words = Array(repeating: filled ? .max : 0, count: (limit + 63) / 64)
        if filled { trim() }
    }

    private mutating func trim() {
        let rest = limit % 64
        if rest > 0, !words.isEmpty { words[words.count - 1] &= (1 << UInt64(rest)) - 1 }
    }

    func contains(_ record: Int) -> Bool { words[record >> 6] >> UInt64(record & 63) & 1 == 1 }

    mutating func insert(_ record: Int) { words[record >> 6] |= 1 << UInt64(record & 63) }

    mutating func remove(_ record: Int) { words[record >> 6] &= ~(1 << UInt64(record & 63)) }

    /// How many are in the set.
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    mutating func formIntersection(_ other: RecordBits) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func formUnion(_ other: RecordBits) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func subtract(_ other: RecordBits) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    /// Those of the set that `holds`.
    func filter(_ holds: (Int) -> Bool) -> RecordBits {
        var result = self
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                let bit = rest & (~rest + 1)
                if !holds(index << 6 + rest.trailingZeroBitCount) { result.words[index] &= ~bit }
                rest &= rest - 1
            }
        }
        return result
    }

    /// The records that are in the set, in their order.
    func forEach(_ body: (Int) -> Void) {
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                body(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    /// The numbers that are in the set, in their order.
    var numbers: [Int32] {
        [Int32](unsafeUninitializedCapacity: count) { buffer, count in
            forEach { record in
                buffer.initializeElement(at: count, to: Int32(record))
                count += 1
            }
        }
    }

    /// Nil where there are none.
    @discardableResult
    mutating func withWords<Result>(
        _ body: (UnsafeMutablePointer<UInt64>) -> Result
    ) -> Result? {
        words.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) }
    }
}
