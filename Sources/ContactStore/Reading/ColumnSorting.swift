import CRecords
import ContactModel
import JSONText

/// Sorts all records of a file by what its columns hold, one key of the order after the other,
/// the most important last: each sorting leaves ties as they stand.
///
/// 1,000,000 contacts take 5 ms to 15 ms by a date or by tags, 35 ms to 75 ms by phone, email or
/// name, and 45 ms to 75 ms by metadata or id, for which all processors read the file once more.
struct ColumnSorting {
    /// All records in their order.
    private(set) var records: [Int32]
    /// Those of which only their bytes tell where they belong; they stand anywhere.
    private(set) var others: [Int32] = []
    private let base: Base

    /// Nil where the columns do not tell enough, or there is no memory.
    static func sorted(_ base: Base, by order: SortOrder) -> ColumnSorting? {
        var sorting = ColumnSorting(base)
        for key in order.keys.reversed() where !sorting.sort(by: key) { return nil }
        // Each of the others is looked up among the rest one by one.
        guard sorting.others.count <= max(64, base.columns.count / 256) else { return nil }
        sorting.others = Array(Set(sorting.others)).sorted()
        return sorting
    }

    private init(_ base: Base) {
        self.base = base
        records = Array(0..<Int32(base.columns.count))
    }

    private mutating func sort(by key: SortOrder.Key) -> Bool {
        switch key.column {
        case .metadata(let path):
            guard let path = PathBytes(MetadataPath(dotted: path)) else { return false }
            return sortByBytes(path, descending: key.isDescending)
        case .field(.id): return sortByBytes(nil, descending: key.isDescending)
        case .field(.metadata): return true
        case .field(.tags): return sortByTags(descending: key.isDescending)
        case .field(let field): return sort(by: field, key)
        }
    }

    private mutating func sort(by field: Field, _ key: SortOrder.Key) -> Bool {
        if let line = FoldedLines.Line(field) {
            return base.columns.sort(&records, by: line.column, descending: key.isDescending)
        }
        if let column = NumberColumn(field) {
            return sort(by: column, descending: key.isDescending)
        }
        guard let column = WordColumn(field) else { return false }
        return sort(by: column, field, descending: key.isDescending)
    }

    private mutating func sort(by column: NumberColumn, descending: Bool) -> Bool {
        let numbers = base.columns.numbers(column)
        let count = base.columns.count
        var found = 0
        let keys = [UInt32](unsafeUninitializedCapacity: count) { keys, filled in
            found = records_number_keys(numbers, count, descending ? 1 : 0, keys.baseAddress)
            filled = count
        }
        if found > 0 {
            others += (0..<Int32(count)).filter { numbers?[Int($0)] == NumberColumn.other }
        }
        return records_sort_keys(keys, count, &records) == 1
    }

    private mutating func sort(by column: WordColumn, _ field: Field, descending: Bool) -> Bool {
        let columns = base.columns
        guard let ranks = ColumnSorting.ranks(columns.words, field, descending: descending) else {
            return false
        }
        let numbers = columns.numbers(column)
        var found = 0
        let keys = [UInt32](unsafeUninitializedCapacity: columns.count) { keys, filled in
            found = records_word_keys(numbers, columns.count, ranks, keys.baseAddress)
            filled = columns.count
        }
        if found > 0 {
            others += (0..<Int32(columns.count)).filter { numbers?[Int($0)] == WordColumn.other }
        }
        return records_sort_keys(keys, columns.count, &records) == 1
    }

    /// Sorts by what is read from the records: the id, or the value at the end of a path.
    private mutating func sortByBytes(_ path: PathBytes?, descending: Bool) -> Bool {
        guard let keys = GatheredKeys.read(base, path) else { return false }
        others += keys.unread.numbers
        return keys.sort(&records, descending: descending)
    }

    private mutating func sortByTags(descending: Bool) -> Bool {
        let values = base.tags.lists.map { JSONValue.array($0.map(JSONValue.string)) }
        guard let ranks = ColumnSorting.ranks(values, .tags, descending: descending) else {
            return false
        }
        let columns = base.columns
        let keys = [UInt32](unsafeUninitializedCapacity: columns.count) { keys, filled in
            records_list_keys(columns.lists.baseAddress, columns.count, ranks, keys.baseAddress)
            filled = columns.count
        }
        return records_sort_keys(keys, columns.count, &records) == 1
    }

    /// Where each value of a field stands among the others; what is nothing comes last.
    private static func ranks(
        _ values: [JSONValue?], _ field: Field, descending: Bool
    ) -> [UInt32]? {
        let order = SortOrder([SortOrder.Key(field, descending: descending)])
        var keys = SortKeys(count: values.count)
        for value in values { keys.append(order.values { _ in value }, order) }
        return keys.ranks
    }
}
