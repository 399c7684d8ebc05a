import ContactModel
import JSONText

/// The order of a listing: that of the file's records, which is kept, with the few that differ
/// put in between.
extension Snapshot {
    /// All records of the file in this order.
    func everyRecord(by order: SortOrder) -> [Int32] {
        let plain = Snapshot(base: base)
        guard let sorted = ColumnSorting.sorted(base, by: order) else {
            return plain.decodedOrder(order)
        }
        let others = sorted.others
        guard !others.isEmpty else { return sorted.records }
        var rest = RecordBits(limit: base.spans.count, filled: true)
        for record in others { rest.remove(Int(record)) }
        return plain.inserted(others, into: rest.numbers(in: sorted.records), by: order)
    }

    /// Every record is read and its values are compared: for what no column tells.
    private func decodedOrder(_ order: SortOrder) -> [Int32] {
        var keys = SortKeys(count: base.spans.count)
        var pieces = RecordPieces(base, wanted: base.spans.count)
        for number in base.spans.indices {
            keys.append(sortable(Int32(number), order, from: &pieces).values, order)
        }
        return keys.sorted ?? Array(0..<Int32(base.spans.count))
    }

    /// Numbers in this order with others among them.
    func inserted(_ others: [Int32], into found: [Int32], by order: SortOrder) -> [Int32] {
        let rows = others.map { sortable($0, order) }.sorted { $0.isBefore($1, order) }
        var result: [Int32] = []
        result.reserveCapacity(found.count + others.count)
        var start = 0
        for row in rows {
            let rest = found[start...]
            let end = start + rest.firstPlace { !sortable($0, order).isBefore(row, order) }
            result += found[start..<end]
            result.append(row.number)
            start = end
        }
        return result + found[start...]
    }

    private func sortable(_ number: Int32, _ order: SortOrder) -> SortableRow {
        var pieces = RecordPieces(base)
        return sortable(number, order, from: &pieces)
    }

    private func sortable(
        _ number: Int32, _ order: SortOrder, from pieces: inout RecordPieces
    ) -> SortableRow {
        let reading = RecordReading(self, number, from: &pieces)
        let values = order.keys.map { key in
            reading.sortValue(key.column) ?? SortValue(key.column) { reading.value($0) }
        }
        return SortableRow(number: number, values: values)
    }
}

/// A contact and what it is sorted by.
private struct SortableRow {
    let number: Int32
    let values: [SortValue]

    func isBefore(_ other: SortableRow, _ order: SortOrder) -> Bool {
        if order.isBefore(values, other.values) { return true }
        return !order.isBefore(other.values, values) && number < other.number
    }
}

extension ArraySlice<Int32> {
    /// How many stand before the first one that `isBeyond`, as all after it are.
    fileprivate func firstPlace(_ isBeyond: (Int32) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low - startIndex
    }
}

extension RecordReading {
    /// The value of a column of numbers, where it is one in the usual form.
    fileprivate func sortValue(_ column: Column) -> SortValue? {
        guard case .field(let field) = column, let place = NumberColumn(field),
            let number = number(place)
        else { return nil }
        switch number {
        case NumberColumn.never: return .nothing
        case NumberColumn.other: return nil
        default:
            guard place == .totalMessages else {
                return .instant(ContactModel.Timestamp(seconds: Int(number)))
            }
            return .number(Quantity(JSONNumber(Int(number))))
        }
    }
}
