import JSONText

/// What takes in the text of a folded file, from its beginning to its end.
protocol FoldedSink {
    /// Bytes of the file as it was.
    mutating func keep(_ old: Range<Int>) throws(StoreError)
    /// Other bytes.
    mutating func put(_ bytes: ArraySlice<UInt8>) throws(StoreError)
    /// Bytes of the file as it was, somewhere in an array, for other bytes to be made of them.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    mutating func standing(
        _ old: Range<Int>
    ) throws(StoreError) -> (bytes: [UInt8], span: Range<Int>)
}

extension Snapshot {
    /// The file with every change in it; what was not changed keeps its bytes.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func fold(into sink: inout some FoldedSink) throws(StoreError) {
        let spans = base.spans
        guard let first = spans.first, let last = spans.last else {
            return try foldWithoutOld(into: &sink)
        }
        try sink.keep(0..<first.lowerBound)
        if berths.isEmpty {
            try foldInPlace(into: &sink)
        } else {
            try arrange(into: &sink)
        }
        try sink.keep(last.upperBound..<base.text.size)
    }

    /// Those of the file where they are, those that were added behind them.
    private func foldInPlace(into sink: inout some FoldedSink) throws(StoreError) {
        let spans = base.spans
        var (next, isFirst) = (0, true)
        func keep(upTo end: Int, _ sink: inout some FoldedSink) throws(StoreError) {
            guard next < end else { return }
            let start = isFirst ? spans[next].lowerBound : spans[next - 1].upperBound
            try sink.keep(start..<spans[end - 1].upperBound)
            (next, isFirst) = (end, false)
        }
        for number in touched {
            let index = Int(number)
            try keep(upTo: index, &sink)
            next = index + 1
            if deleted.contains(number) { continue }
            if !isFirst { try sink.keep(spans.gap(before: index)) }
            isFirst = false
            try put(number, into: &sink)
        }
        try keep(upTo: spans.count, &sink)
        guard added.count > 0 else { return }
        let separator = try separator[...]
        for number in Int32(spans.count)..<limit where holds(number) {
            if !isFirst { try sink.put(separator) }
            isFirst = false
            if let record = record(number) { try sink.put(record.bytes[...]) }
        }
    }

    /// The records of the file that do not stand there as they did, in order.
    private var touched: [Int32] {
        let all = (edited.numbers + shared.numbers + deleted.numbers).sorted()
        var touched: [Int32] = []
        for number in all where number < base.spans.count && number != touched.last {
            touched.append(number)
        }
        return touched
    }

    private func put(
        _ number: Int32, into sink: inout some FoldedSink
    ) throws(StoreError) {
        if let record = record(number) { return try sink.put(record.bytes[...]) }
        guard let standing = shared[number] else {
            return try sink.keep(base.spans[Int(number)])
        }
        let (bytes, span) = try sink.standing(base.spans[Int(number)])
        var text: [UInt8] = []
        if let face = RecordFace(bytes, span) {
            face.write(standing, span, to: &text)
        } else {
            text = standing.bytes(Array(bytes[span]))
        }
        try sink.put(text[...])
    }

    /// The contacts where some come back to the places that they once had.
    private func arrange(into sink: inout some FoldedSink) throws(StoreError) {
        let spans = base.spans
        let gaps = berthGaps
        let separator = try separator
        for (place, number) in writtenOrder.filter(holds).enumerated() {
            let record = Int(number)
            let isOld = record > 0 && record < spans.count
            if place > 0, let gap = gaps[number] ?? (isOld ? nil : separator) {
                try sink.put(gap[...])
            } else if place > 0 {
                try sink.keep(spans.gap(before: record))
            }
            try put(number, into: &sink)
        }
    }

    /// What stands before contacts that come back to their places.
    private var berthGaps: [Int32: [UInt8]] {
        var gaps: [Int32: [UInt8]] = [:]
        berths.forEach { index, berth in
            // What stood first brings the gap of the one that has stood first since.
            let owner = berth.spot.isFirst ? berth.neighbour : Int32(base.spans.count) + index
            gaps[owner] = berth.spot.separator
        }
        return gaps
    }

    /// An empty list takes one contact a line, as far in as those stood that were taken away;
    /// those that come back stand as they did.
    private func foldWithoutOld(into sink: inout some FoldedSink) throws(StoreError) {
        let numbers = (berths.isEmpty ? Array(0..<limit) : writtenOrder).filter(holds)
        guard !numbers.isEmpty else { return try sink.keep(0..<base.text.size) }
        let gaps = berthGaps
        let isOneLine = !gaps.isEmpty && !gaps.values.contains { $0.contains(0x0A) }
        let head = try base.text.bytes(0..<base.closing)
        let open = head.lastIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? head.endIndex
        let space = head[open...]
        var end = space.lastIndex(of: 0x0A) ?? open
        if end > open, head[end - 1] == 0x0D { end -= 1 }
        let isLaidOut = space[..<end].contains(0x0A)
        let lead = isLaidOut ? Array(space[..<end]) : isOneLine ? [] : [0x0A]
        try sink.keep(0..<open)
        for (index, number) in numbers.enumerated() {
            let gap = index == 0 ? lead : gaps[number] ?? [UInt8(ascii: ",")] + lead
            try sink.put((gap + (record(number)?.bytes ?? []))[...])
        }
        if !isLaidOut && !isOneLine { try sink.put([0x0A]) }
        try sink.keep((isLaidOut ? end : base.closing)..<base.text.size)
    }

    /// What stands between two contacts: as between the last two of the file.
    private var separator: [UInt8] {
        get throws(StoreError) {
            let spans = base.spans
            guard spans.count > 1 else {
                let head = try base.text.bytes(0..<spans[0].lowerBound)
                let space = head.reversed().prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
                return [UInt8(ascii: ",")] + (space.isEmpty ? [0x0A] : Array(space.reversed()))
            }
            return try base.text.bytes(spans.gap(before: spans.count - 1))
        }
    }
}

/// The text of a small file.
struct FoldedBytes: FoldedSink {
    private let old: BaseText
    private(set) var bytes: [UInt8] = []

    init(_ old: BaseText) {
        self.old = old
        bytes.reserveCapacity(old.size + old.size / 8)
    }

    mutating func keep(_ range: Range<Int>) throws(StoreError) {
        if case .memory(let all) = old {
            bytes += all[range]
        } else {
            bytes += try old.bytes(range)
        }
    }

    mutating func put(_ text: ArraySlice<UInt8>) {
        bytes += text
    }

    func standing(
        _ range: Range<Int>
    ) throws(StoreError) -> (bytes: [UInt8], span: Range<Int>) {
        if case .memory(let all) = old { return (all, range) }
        return (try old.bytes(range), 0..<range.count)
    }
}
