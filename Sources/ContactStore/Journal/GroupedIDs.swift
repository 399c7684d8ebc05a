import CRecords

/// The ids of very many contacts, by what becomes of them.
///
/// They stay where they were read until it is known how many each group has; then all processors
/// put them together. Each put behind the others of its group at once, in 585 lists that grew,
/// 100,000 ids took 6 ms of one processor, and take 2 ms so.
struct GroupedIDs {
    private struct Batch: Sendable {
        let heads: RecordHeads
        /// The group of each head.
        var groups: [UInt32]
    }

    private struct Size {
        var ids = 0
        var bytes = 0

        /// The bytes that they take in a list, commas between them.
        var length: Int { ids > 0 ? bytes + ids - 1 : 0 }
    }

    /// Batches one after the other, and where their ids go.
    private struct Part: Sendable {
        let batches: ArraySlice<Batch>
        let lists: [records_group]

        func write(_ text: UnsafeMutablePointer<UInt8>?, _ ends: UnsafeMutablePointer<UInt32>?) {
            var lists = lists
            for batch in batches { batch.heads.group(by: batch.groups, &lists, text, ends) }
        }
    }

    private static let batchesOfPart = 8

    private var batches: [Batch] = []
    /// The one that ids are put into groups of.
    private var heads: RecordHeads?
    private var groups: [UInt32] = []
    /// What the parts before the last one have for each group.
    private var earlierSizes: [[Size]] = []
    private var sizes: [Size] = []

    /// Goes on with ids that were read elsewhere.
    mutating func begin(_ heads: RecordHeads) {
        endBatch()
        if !batches.isEmpty, batches.count.isMultiple(of: GroupedIDs.batchesOfPart) {
            earlierSizes.append(sizes)
            sizes = sizes.map { _ in Size() }
        }
        self.heads = heads
        groups = Array(repeating: RECORDS_NO_GROUP, count: heads.count)
    }

    private mutating func endBatch() {
        if let heads { batches.append(Batch(heads: heads, groups: groups)) }
        (heads, groups) = (nil, [])
    }

    /// Puts one of the ids that it goes on with, of so many bytes, into a group.
    mutating func put(_ index: Int, of length: Int, into group: Int) {
        groups[index] = UInt32(group)
        if group >= sizes.count {
            sizes += Array(repeating: Size(), count: group + 1 - sizes.count)
        }
        sizes[group].ids += 1
        sizes[group].bytes += length
    }

    /// The ids of each group, in the order in which they were put there.
    mutating func names() -> [ContactNames] {
        endBatch()
        let starts = emptyLists
        let end = starts[sizes.count]
        var ends: [UInt32] = []
        let text = [UInt8](unsafeUninitializedCapacity: end.start) { text, count in
            ends = [UInt32](unsafeUninitializedCapacity: end.next) { ends, count in
                GroupedIDs.write(parts(starts), text.baseAddress, ends.baseAddress)
                count = end.next
            }
            count = end.start
        }
        return zip(starts, starts.dropFirst()).map { start, next in
            ContactNames(
                .ids, plain: text[start.start..<next.start], ends: ends[start.next..<next.next])
        }
    }

    /// A list for each group, nothing in it yet, and one behind them.
    private var emptyLists: [records_group] {
        var totals = sizes
        for (group, size) in earlierSizes.lazy.flatMap({ $0.enumerated() }) {
            totals[group].ids += size.ids
            totals[group].bytes += size.bytes
        }
        var lists = [records_group()]
        for (group, total) in totals.enumerated() {
            let end = lists[group].start + total.length
            lists.append(records_group(start: end, end: end, next: lists[group].next + total.ids))
        }
        return lists
    }

    /// The parts, each with the lists as the one before leaves them.
    private func parts(_ emptyLists: [records_group]) -> [Part] {
        var lists = emptyLists
        let size = GroupedIDs.batchesOfPart
        return (earlierSizes + [sizes]).enumerated().map { index, sizes in
            defer {
                for (group, size) in sizes.enumerated() where size.ids > 0 {
                    let comma = lists[group].end > lists[group].start ? 1 : 0
                    lists[group].end += size.length + comma
                    lists[group].next += size.ids
                }
            }
            return Part(batches: batches.dropFirst(index * size).prefix(size), lists: lists)
        }
    }

    private static func write(
        _ parts: [Part], _ text: UnsafeMutablePointer<UInt8>?,
        _ ends: UnsafeMutablePointer<UInt32>?
    ) {
        nonisolated(unsafe) let (text, ends) = (text, ends)
        SideWork.each(of: parts.count) { parts[$0].write(text, ends) }
    }
}
