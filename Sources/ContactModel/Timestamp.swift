/// An instant, as contacts carry it: ISO 8601 text such as `2026-05-07T08:14:23+00:00`.
package struct Timestamp: Hashable, Sendable {
    /// Whole seconds since the beginning of 1970, UTC; earlier instants are negative.
    package let seconds: Int
    /// Billionths of a second after `seconds`, 0 to 999,999,999.
    package let nanoseconds: Int

    /// An instant by its seconds since 1970.
    package init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads a date, or a date and a time with an optional fraction and an optional offset;
    /// what names no offset is UTC.
    ///
    /// - Returns: nil where the text is anything else, or names a day that does not exist.
    package init?(_ text: String) {
        var reader = TimestampReader(text)
        guard let date = reader.date() else { return nil }
        var time = 0
        var fraction = 0
        if reader.skip(anyOf: "Tt ") {
            guard let clock = reader.clock() else { return nil }
            time = clock
            if reader.skip(anyOf: ".,") {
                guard let read = reader.fraction() else { return nil }
                fraction = read
            }
            guard let offset = reader.offset() else { return nil }
            time -= offset
        }
        guard reader.isAtEnd else { return nil }
        self.init(seconds: date.dayNumber * 86_400 + time, nanoseconds: fraction)
    }
}

extension Timestamp: Comparable {
    /// Whether one instant is before another.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// Reads the parts of a timestamp from left to right.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(anyOf signs: String) -> Bool {
        guard let first = rest.first, signs.utf8.contains(first) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func date() -> CivilDate? {
        guard let year = number(digits: 4), skip(anyOf: "-"), let month = number(digits: 2),
            skip(anyOf: "-"), let day = number(digits: 2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds since midnight; a leap second counts as the one after.
    mutating func clock() -> Int? {
        guard let hour = number(digits: 2), hour < 24, skip(anyOf: ":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        var second = 0
        if skip(anyOf: ":") {
            guard let read = number(digits: 2), read <= 60 else { return nil }
            second = read
        }
        return hour * 3600 + minute * 60 + second
    }

    /// Nanoseconds; digits beyond the ninth are passed over.
    mutating func fraction() -> Int? {
        var count = 0
        var nanoseconds = 0
        while let digit = number(digits: 1) {
            if count < 9 { nanoseconds = nanoseconds * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { nanoseconds *= 10 }
        return nanoseconds
    }

    /// Seconds east of UTC; none where the text ends here.
    mutating func offset() -> Int? {
        if isAtEnd || skip(anyOf: "Zz") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip(anyOf: "+-"), let hours = number(digits: 2), hours < 24 else { return nil }
        let hasColon = skip(anyOf: ":")
        guard hasColon || !isAtEnd else { return (isWest ? -1 : 1) * hours * 3600 }
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
