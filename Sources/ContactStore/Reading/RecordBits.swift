import CRecords

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

    /// Those of some numbers that are numbers of records; nil where they do not ascend.
    init?(limit: Int, ascending numbers: [Int32]) {
        self.init(limit: limit)
        var last: Int32 = -1
        let ascends = words.withUnsafeMutableBufferPointer { words in
            for number in numbers {
                guard number > last else { return false }
                last = number
                if number < limit { words[Int(number) >> 6] |= 1 << UInt64(number & 63) }
            }
            return true
        }
        if !ascends { return nil }
    }

    private mutating func trim() {
        let rest = limit % 64
        if rest > 0, !words.isEmpty { words[words.count - 1] &= (1 << UInt64(rest)) - 1 }
    }

    func contains(_ record: Int) -> Bool { words[record >> 6] >> UInt64(record & 63) & 1 == 1 }

    mutating func insert(_ record: Int) { words[record >> 6] |= 1 << UInt64(record & 63) }

    mutating func remove(_ record: Int) { words[record >> 6] &= ~(1 << UInt64(record & 63)) }

    /// The first of some records that is in the set; nil where none is.
    func first(in records: Range<Int>) -> Int? {
        var record = records.lowerBound
        while record < records.upperBound {
            let word = words[record >> 6] >> UInt64(record & 63)
            if word != 0 {
                let found = record + word.trailingZeroBitCount
                return found < records.upperBound ? found : nil
            }
            record = ((record >> 6) + 1) << 6
        }
        return nil
    }

    /// How many are in the set of the words that hold these records: them, and perhaps a few more.
    func count(within records: Range<Int>) -> Int {
        words[records.lowerBound >> 6..<(records.upperBound + 63) >> 6]
            .reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Whether one of these records is in the set.
    func containsAny(of records: Range<Int>) -> Bool {
        guard !records.isEmpty else { return false }
        let last = (records.upperBound - 1) >> 6
        for index in records.lowerBound >> 6...last where words[index] != 0 {
            var word = words[index]
            if index == records.lowerBound >> 6 { word &= .max << UInt64(records.lowerBound & 63) }
            if index == last { word &= .max >> UInt64(63 - (records.upperBound - 1) & 63) }
            if word != 0 { return true }
        }
        return false
    }

    /// Adds those of some records that are in another set.
    mutating func insert(_ records: Range<Int>, among other: RecordBits) {
        for record in records where other.contains(record) { insert(record) }
    }

    /// Those of some records that are in the set, in their order.
    func forEach(in records: Range<Int>, _ body: (Int) -> Void) {
        guard containsAny(of: records) else { return }
        for record in records where contains(record) { body(record) }
    }

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
    var numbers: [Int32] { chosen(from: nil, count: limit) }

    /// The numbers of an order that are in the set, in that order.
    func numbers(in order: [Int32]) -> [Int32] { chosen(from: order, count: order.count) }

    private func chosen(from order: [Int32]?, count: Int) -> [Int32] {
        // C writes the number it looks at before it knows whether it counts.
        [Int32](unsafeUninitializedCapacity: self.count + 1) { buffer, filled in
            filled = records_chosen(order, count, words, buffer.baseAddress)
        }
    }

    mutating func withWords<Result>(_ body: (UnsafeMutablePointer<UInt64>?) -> Result) -> Result {
        words.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
