import CRecords
import ContactModel

/// What many contacts are sorted by, written so that comparing bytes compares the contacts.
///
/// All keys stand in one run of bytes, which C sorts. Columns sort themselves; this is for what
/// must be read from the records, which takes 2 s to 5 s at 1,000,000 contacts, and for the
/// few texts that many records share.
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
        var order = Array(0..<Int32(ends.count))
        // Beyond the end of what is compared C may look, though not count.
        let text = bytes + [UInt8](repeating: 0, count: Int(RECORDS_PADDING))
        let isSorted = records_sort(text, ends, ends.count, RECORDS_WHOLE_TEXT, 0, &order) == 1
        return isSorted ? order : nil
    }

    /// For each place how many different keys go before its own; nil where they are too many.
    var ranks: [UInt32]? {
        guard let order = sorted else { return nil }
        var ranks = [UInt32](repeating: 0, count: order.count)
        var rank: UInt32 = 0
        for (place, before) in zip(order.dropFirst(), order) {
            if key(place) != key(before) { rank += 1 }
            ranks[Int(place)] = rank
        }
        return ranks
    }

    private func key(_ place: Int32) -> ArraySlice<UInt8> {
        bytes[(place == 0 ? 0 : Int(ends[Int(place) - 1]))..<Int(ends[Int(place)])]
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
