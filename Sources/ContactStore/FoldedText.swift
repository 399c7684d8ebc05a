import JSONText

extension Snapshot {
    /// The file with every change in it; what was not changed keeps its bytes.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func foldedText() throws(StoreError) -> [UInt8] {
        let old = try base.text.all()
        var text: [UInt8] = []
        text.reserveCapacity(old.count + added.count * 512)
        let spans = base.spans
        guard let first = spans.first, let last = spans.last else {
            return withoutOldContacts(old)
        }
        guard berths.isEmpty else {
            return old[..<first.lowerBound] + arranged(old) + old[last.upperBound...]
        }
        text += old[..<first.lowerBound]
        var isFirst = true
        for (index, span) in spans.enumerated() where !deleted.contains(Int32(index)) {
            if !isFirst { text += old[spans.gap(before: index)] }
            isFirst = false
            text += edited[Int32(index)]?.bytes[...] ?? old[span]
        }
        let separator = separator(old)
        for bytes in addedTexts {
            if !isFirst { text += separator }
            isFirst = false
            text += bytes
        }
        text += old[last.upperBound...]
        return text
    }

    /// The contacts where some come back to the places that they once had.
    private func arranged(_ old: [UInt8]) -> [UInt8] {
        let spans = base.spans
        var gaps: [Int32: [UInt8]] = [:]
        for (index, berth) in berths {
            // What stood first brings the gap of the one that has stood first since.
            let owner = berth.spot.isFirst ? berth.neighbour : Int32(spans.count + index)
            gaps[owner] = berth.spot.separator
        }
        var text: [UInt8] = []
        for (place, number) in writtenOrder.filter(holds).enumerated() {
            let record = Int(number)
            if place > 0 {
                let isOld = record > 0 && record < spans.count
                let own = isOld ? Array(old[spans.gap(before: record)]) : separator(old)
                text += gaps[number] ?? own
            }
            text += self.record(number)?.bytes[...] ?? old[spans[record]]
        }
        return text
    }

    private var addedTexts: [[UInt8]] {
        let numbers = berths.isEmpty ? Array(Int32(base.spans.count)..<limit) : writtenOrder
        return numbers.filter(holds).compactMap { record($0)?.bytes }
    }

    /// An empty list takes one contact a line.
    private func withoutOldContacts(_ old: [UInt8]) -> [UInt8] {
        let texts = addedTexts
        guard !texts.isEmpty else { return old }
        let head = old[..<base.closing]
        let open = head.lastIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? head.endIndex
        return old[..<open] + [0x0A] + texts.joined(separator: Array(",\n".utf8)) + [0x0A]
            + old[base.closing...]
    }

    /// What stands between two contacts: as between the last two of the file.
    private func separator(_ old: [UInt8]) -> [UInt8] {
        let spans = base.spans
        guard spans.count > 1 else {
            let head = old[..<spans[0].lowerBound]
            let space = head.reversed().prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            return [UInt8(ascii: ",")] + (space.isEmpty ? [0x0A] : Array(space.reversed()))
        }
        return Array(
            old[spans[spans.count - 2].upperBound..<spans[spans.count - 1].lowerBound])
    }
}
