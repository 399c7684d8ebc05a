import JSONText

extension Snapshot {
    /// The file with every change in it; what was not changed keeps its bytes.
    var foldedText: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(base.bytes.count + added.count * 512)
        let spans = base.spans
        guard let first = spans.first, let last = spans.last else { return withoutOldContacts }
        guard berths.isEmpty else {
            return base.bytes[..<first.lowerBound] + arranged + base.bytes[last.upperBound...]
        }
        text += base.bytes[..<first.lowerBound]
        var isFirst = true
        for (index, span) in spans.enumerated() where !deleted.contains(Int32(index)) {
            if !isFirst { text += base.bytes[spans[index - 1].upperBound..<span.lowerBound] }
            isFirst = false
            text += edited[Int32(index)]?.bytes[...] ?? base.bytes[span]
        }
        let separator = self.separator
        for bytes in addedTexts {
            if !isFirst { text += separator }
            isFirst = false
            text += bytes
        }
        text += base.bytes[last.upperBound...]
        return text
    }

    /// The contacts where some come back to the places that they once had.
    private var arranged: [UInt8] {
        let count = Int32(base.spans.count)
        var gaps: [Int32: [UInt8]] = [:]
        for (index, berth) in berths {
            // What stood first brings the gap of the one that has stood first since.
            let owner = berth.spot.isFirst ? berth.neighbour : count + Int32(index)
            gaps[owner] = berth.spot.separator
        }
        var text: [UInt8] = []
        for (place, number) in writtenOrder.filter(holds).enumerated() {
            if place > 0 {
                let own = number > 0 && number < count ? Array(gap(before: number)) : separator
                text += gaps[number] ?? own
            }
            text += bytes(of: number)
        }
        return text
    }

    private var addedTexts: [[UInt8]] {
        let numbers = berths.isEmpty ? Array(Int32(base.spans.count)..<limit) : writtenOrder
        return numbers.filter(holds).map(bytes)
    }

    /// An empty list takes one contact a line.
    private var withoutOldContacts: [UInt8] {
        let texts = addedTexts
        guard !texts.isEmpty else { return base.bytes }
        let head = base.bytes[..<base.closing]
        let open = head.lastIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? head.endIndex
        return base.bytes[..<open] + [0x0A] + texts.joined(separator: Array(",\n".utf8)) + [0x0A]
            + base.bytes[base.closing...]
    }

    /// What stands between two contacts: as between the last two of the file.
    private var separator: [UInt8] {
        let spans = base.spans
        guard spans.count > 1 else {
            let head = base.bytes[..<spans[0].lowerBound]
            let space = head.reversed().prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            return [UInt8(ascii: ",")] + (space.isEmpty ? [0x0A] : Array(space.reversed()))
        }
        return Array(
            base.bytes[spans[spans.count - 2].upperBound..<spans[spans.count - 1].lowerBound])
    }
}
