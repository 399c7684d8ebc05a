/// An instant as the API writes it (RFC 3339): `2026-05-07T08:14:23+00:00`, also with `Z`, a
/// fraction or another offset.
package struct Timestamp: Hashable, Sendable {
    /// Seconds since 1970, fractions left out.
    package let seconds: Int

    /// Reads a whole timestamp; nil where the text is none.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A,
            bytes[16] == 0x3A, let year = Timestamp.number(bytes[0..<4]),
            let month = Timestamp.number(bytes[5..<7]), let day = Timestamp.number(bytes[8..<10]),
            let hour = Timestamp.number(bytes[11..<13]),
            let minute = Timestamp.number(bytes[14..<16]),
            let second = Timestamp.number(bytes[17..<19]), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        if rest.first == 0x2E { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
        guard let offset = Timestamp.offset(rest) else { return nil }
        let days = Timestamp.days(year, month, day)
        seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        if text.elementsEqual("Z".utf8) || text.elementsEqual("z".utf8) { return 0 }
        let start = text.startIndex
        guard text.count == 6, text[start] == 0x2B || text[start] == 0x2D, text[start + 3] == 0x3A,
            let hours = number(text[start + 1..<start + 3]),
            let minutes = number(text[start + 4..<start + 6])
        else { return nil }
        return (text[start] == 0x2D ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    /// Days since 1970 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible
    /// low-level date algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
