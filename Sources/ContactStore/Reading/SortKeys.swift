import CRecords
import ContactModel

/// What many contacts are sorted by, written so that comparing bytes compares the contacts.
///
/// All keys stand in one run of bytes, which C sorts: 1,000,000 contacts by a date take 1 s
/// where comparing values took 5 s; other columns are read from the records and take 2 s to 5 s.
struct SortKeys {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    /// Room for so many contacts.
    init(count: Int) {
        ends.reserveCapacity(count)
        bytes.reserveCapacity(count * 16)
    }

    /// Adds a contact by its values, one a column of `order`.
    mutating func append(_ values: [SortValue], _ order: SortOrder) {
        for (value, key) in zip(values, order.keys) {
            value.write(to: &bytes, descending: key.isDescending)
        }
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// The places of the contacts in their order; nil where the keys are too many.
    var sorted: [Int32]? {
        guard bytes.count <= Int(UInt32.max) else { return nil }
        return [Int32](sortingCount: ends.count) { order in
            records_sort(bytes, ends, ends.count, RECORDS_ANY_LINE, 0, order) == 1
        }
    }
}

extension [Int32] {
    /// So many numbers as C sorts them; nil where there is no memory for it.
    init?(sortingCount count: Int, by sort: (UnsafeMutablePointer<UInt32>?) -> Bool) {
        var isSorted = count == 0
        let order = [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
            buffer.withMemoryRebound(to: UInt32.self) { order in
                isSorted = isSorted || sort(order.baseAddress)
            }
            filled = isSorted ? count : 0
        }
        guard isSorted else { return nil }
        self = order
    }
}

extension SortValue {
    /// A sign for the kind, then the value, ended so that no beginning of another is equal.
    fileprivate func write(to bytes: inout [UInt8], descending: Bool) {
        let start = bytes.count
        switch self {
        case .nothing:
            bytes.append(.max)
            return
        case .instant(let instant):
            bytes.append(1)
            SortValue.write(Int64(instant.seconds), to: &bytes)
            SortValue.write(Int64(instant.nanoseconds), to: &bytes)
        case .number(let number):
            bytes.append(2)
            number.writeComparable(to: &bytes)
        case .text(let text):
            bytes.append(3)
            for byte in text {
                bytes.append(byte)
                if byte == 0 { bytes.append(1) }
            }
            bytes.append(0)
            bytes.append(0)
        }
        guard descending else { return }
        for index in start..<bytes.count { bytes[index] = ~bytes[index] }
    }

    private static func write(_ number: Int64, to bytes: inout [UInt8]) {
        let biased = UInt64(bitPattern: number) ^ 1 << 63
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: biased >> UInt64(shift)))
        }
    }
}
