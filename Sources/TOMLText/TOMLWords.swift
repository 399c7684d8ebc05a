/// Values that are written without quotes: numbers, true and false, dates and times.
struct TOMLWord {
    let text: String

    /// The value; nil where the word is none.
    ///
    /// - Throws: the word, where it is a number that does not fit.
    func value() throws(TooLarge) -> TOMLValue.Kind? {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        if let digits = integerDigits {
            guard let number = Int(digits.text, radix: digits.radix) else { throw TooLarge() }
            return .integer(number)
        }
        if isFloat, let number = Double(text.filter { $0 != "_" }) { return .float(number) }
        return isDate ? .date(text) : nil
    }

    struct TooLarge: Error {}

    private var integerDigits: (text: String, radix: Int)? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            return TOMLWord.isRun(digits, radix: radix)
                ? (digits.filter { $0 != "_" }, radix) : nil
        }
        return TOMLWord.isDecimal(text[...]) ? (text.filter { $0 != "_" }, 10) : nil
    }

    private var isFloat: Bool {
        var whole = text[...]
        if let letter = whole.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            var exponent = whole[whole.index(after: letter)...]
            if let sign = exponent.first, sign == "+" || sign == "-" { exponent.removeFirst() }
            guard TOMLWord.isRun(exponent, radix: 10) else { return false }
            whole = whole[..<letter]
        }
        if let point = whole.firstIndex(of: ".") {
            guard TOMLWord.isRun(whole[whole.index(after: point)...], radix: 10) else {
                return false
            }
            whole = whole[..<point]
        }
        return TOMLWord.isDecimal(whole)
    }

    /// A sign, then digits without a leading zero.
    private static func isDecimal(_ text: Substring) -> Bool {
        var digits = text
        if let sign = digits.first, sign == "+" || sign == "-" { digits.removeFirst() }
        return isRun(digits, radix: 10) && (digits.first != "0" || digits.utf8.count == 1)
    }

    /// Digits, with single underscores between them.
    private static func isRun(_ text: Substring, radix: Int) -> Bool {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        return groups.allSatisfy { group in
            !group.isEmpty
                && group.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? 99) < radix }
        }
    }
}

/// Dates and times of RFC 3339, of which a part may be missing.
extension TOMLWord {
    private var isDate: Bool {
        var rest = text.utf8[...]
        guard TOMLWord.takeDate(&rest) else { return TOMLWord.isTime(rest) }
        guard let separator = rest.popFirst() else { return true }
        guard "Tt ".utf8.contains(separator) else { return false }
        return TOMLWord.isTime(rest, mayHaveOffset: true)
    }

    private static func takeDate(_ rest: inout Substring.UTF8View) -> Bool {
        var date = rest
        guard let year = number(&date, digits: 4), take("-", &date),
            let month = number(&date, digits: 2), (1...12).contains(month), take("-", &date),
            let day = number(&date, digits: 2)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...days[month - 1]).contains(day) else { return false }
        rest = date
        return true
    }

    private static func isTime(_ text: Substring.UTF8View, mayHaveOffset: Bool = false) -> Bool {
        var rest = text
        guard takeHours(&rest), take(":", &rest), let second = number(&rest, digits: 2),
            second <= 60
        else { return false }
        if take(".", &rest) {
            let fraction = rest.prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return false }
            rest = rest[fraction.endIndex...]
        }
        guard mayHaveOffset, !rest.isEmpty else { return rest.isEmpty }
        if take("Z", &rest) || take("z", &rest) { return rest.isEmpty }
        guard take("+", &rest) || take("-", &rest) else { return false }
        return takeHours(&rest) && rest.isEmpty
    }

    /// Takes `HH:MM`.
    private static func takeHours(_ rest: inout Substring.UTF8View) -> Bool {
        guard let hour = number(&rest, digits: 2), hour < 24, take(":", &rest),
            let minute = number(&rest, digits: 2), minute < 60
        else { return false }
        return true
    }

    private static func take(_ sign: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout Substring.UTF8View, digits: Int) -> Int? {
        let run = rest.prefix(digits)
        guard run.count == digits, run.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        rest = rest[run.endIndex...]
        return run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
