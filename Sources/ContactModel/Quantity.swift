package import JSONText

/// A decimal number compared exactly, however many digits it has: `9120.00` is `9120`, and
/// `12345678901234567890` is less than `12345678901234567891`.
package struct Quantity: Hashable, Sendable {
    private let isNegative: Bool
    /// Where the decimal point stands: the value is 0.DIGITS times ten to this power.
    private let exponent: Int
    /// ASCII digits without zeros at either end; none for zero.
    private let digits: [UInt8]

    /// The value of a literal.
    package init(_ number: JSONNumber) {
        let bytes = Array(number.text.utf8)
        let start = bytes.first == UInt8(ascii: "-") ? 1 : 0
        let mark = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? bytes.count
        let point = bytes[..<mark].firstIndex(of: UInt8(ascii: ".")) ?? mark
        let all = bytes[start..<mark].filter { $0 != UInt8(ascii: ".") }
        let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
        var significant = all[leading...]
        while significant.last == UInt8(ascii: "0") { significant.removeLast() }
        digits = Array(significant)
        isNegative = start == 1 && !digits.isEmpty
        let power = Quantity.power(bytes[min(mark + 1, bytes.count)...])
        exponent = digits.isEmpty ? 0 : point - start - leading + power
    }

    /// The value of text that is nothing but a JSON number; nil for any other.
    package init?(_ text: String) {
        guard let number = JSONNumber(text) else { return nil }
        self.init(number)
    }

    /// A whole exponent; one beyond all measure stays far out instead of overflowing.
    private static func power(_ bytes: ArraySlice<UInt8>) -> Int {
        let limit = 1 << 60
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.isEmpty else { return 0 }
        let value = Int(text) ?? (text.hasPrefix("-") ? -limit : limit)
        return min(max(value, -limit), limit)
    }
}

extension Quantity: Comparable {
    /// Whether one number is less than another, exactly.
    package static func < (left: Quantity, right: Quantity) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative
            ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    /// Compares without the signs.
    private func isSmaller(than other: Quantity) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return !other.digits.isEmpty && digits.isEmpty }
        if exponent != other.exponent { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

extension Quantity {
    /// Appends bytes that compare as the numbers do.
    package func writeComparable(to bytes: inout [UInt8]) {
        guard !digits.isEmpty else { return bytes.append(1) }
        let start = bytes.count
        let biased = UInt64(bitPattern: Int64(exponent)) ^ 1 << 63
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: biased >> UInt64(shift)))
        }
        bytes += digits
        bytes.append(0)
        if isNegative {
            for index in start..<bytes.count { bytes[index] = ~bytes[index] }
        }
        bytes.insert(isNegative ? 0 : 2, at: start)
    }
}

extension JSONValue {
    /// Whether it is the same value, however its numbers are written: servers write `9120.00` as
    /// `9120`.
    package func isSameValue(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let one), .number(let two)): Quantity(one) == Quantity(two)
        case (.array(let one), .array(let two)):
            one.count == two.count && zip(one, two).allSatisfy { $0.isSameValue(as: $1) }
        case (.object(let one), .object(let two)):
            one.names == two.names
                && one.members.allSatisfy { member in
                    two[member.name].map(member.value.isSameValue) ?? false
                }
        default: self == other
        }
    }
}
