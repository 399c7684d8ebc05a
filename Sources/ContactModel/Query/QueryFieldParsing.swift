extension QueryParser {
    /// A sign between a field and its value.
    private enum Sign: String, CaseIterable {
        // The longer ones first: they begin by the shorter ones.
        case exactly = ":="
        case greaterOrEqual = ">="
        case lessOrEqual = "<="
        case holds = ":"
        case greater = ">"
        case less = "<"
        case equal = "="
    }

    /// What stands on the right of a sign.
    private struct Value {
        let text: String
        let isQuoted: Bool
        /// Whether a `*` closes it, which is then not in `text`.
        let isPrefix: Bool
        let range: Range<Int>
    }

    /// A term that begins by a field's name; nil, with nothing passed over, where none does.
    mutating func fieldTerm() throws(QueryFlaw) -> Query.Condition? {
        let start = scanner.position
        let length = scanner.identifierLength
        guard length > 0, let sign = scanner.peek(length) else { return nil }
        let name = scanner.text(start..<start + length)
        if sign == ".", name.lowercased() == QueryVocabulary.metadata {
            return try metadataTerm()
        }
        guard [":", "<", ">", "="].contains(sign) else { return nil }
        guard let meaning = QueryVocabulary.meaning(of: name) else {
            guard isField(length, sign) else { return nil }
            let nearest = QueryVocabulary.nearestField(to: name)
            throw flaw(.unknownField(name, nearest: nearest), at: start, length: length)
        }
        scanner.skip(length)
        switch meaning {
        case .tag: return try tagTerm(name)
        case .text(let field): return try textTerm(field, name)
        case .date(let field): return try dateTerm(field, name)
        case .state: return try stateTerm(name)
        }
    }

    /// Whether an unknown name before a sign was meant as a field: not in `https://…`, `C:\`,
    /// `Re: …` or `a=b`.
    private func isField(_ length: Int, _ sign: Unicode.Scalar) -> Bool {
        guard sign != "=", length > 1, let next = scanner.peek(length + 1),
            !next.properties.isWhitespace, next != ")"
        else { return false }
        return !(next == "/" && scanner.peek(length + 2) == "/")
    }

    private func nextSign() -> Sign? {
        Sign.allCases.first { sign in
            sign.rawValue.unicodeScalars.enumerated().allSatisfy { scanner.peek($0) == $1 }
        }
    }

    /// The sign that stands here, which must be one of those allowed.
    private mutating func sign(
        _ field: String, allowed: [Sign]
    ) throws(QueryFlaw) -> Sign {
        let sign = nextSign() ?? .holds
        let length = sign.rawValue.unicodeScalars.count
        guard allowed.contains(sign) else {
            let problem = QueryFlaw.Problem.wrongSign(
                sign.rawValue, field: field, allowed: allowed.map(\.rawValue))
            throw flaw(problem, at: scanner.position, length: length)
        }
        scanner.skip(length)
        return sign
    }

    private mutating func value(of field: String) throws(QueryFlaw) -> Value {
        let start = scanner.position
        let text = scanner.bareWord()
        if scanner.next == "\"" {
            // A shell completes a word with quotes around its end alone.
            let whole = text + (try quotedText())
            let range = start..<scanner.position
            return Value(text: whole, isQuoted: true, isPrefix: scanner.take("*"), range: range)
        }
        let range = start..<scanner.position
        guard !text.isEmpty else {
            throw flaw(.missingValue(field: field), at: start, length: 0)
        }
        let isPrefix = text.unicodeScalars.last == "*"
        let stem = isPrefix ? String(text.unicodeScalars.dropLast()) : text
        return Value(text: stem, isQuoted: false, isPrefix: isPrefix, range: range)
    }

    private mutating func tagTerm(_ name: String) throws(QueryFlaw) -> Query.Condition {
        _ = try sign(name, allowed: [.holds])
        let value = try value(of: name)
        let tag = SearchText.caseless(value.text.trimmingWhitespace())
        if tag.isEmpty {
            return value.isPrefix ? .term(.tag(.any)) : .not(.term(.tag(.any)))
        }
        return .term(.tag(value.isPrefix ? .begins(SearchText.caseless(value.text)) : .has(tag)))
    }

    private mutating func textTerm(
        _ field: Field, _ name: String
    ) throws(QueryFlaw) -> Query.Condition {
        let sign = try sign(name, allowed: [.holds, .exactly])
        let value = try value(of: name)
        let text = value.isPrefix ? value.text + "*" : value.text
        if text.isEmpty { return .term(.text(field, .empty)) }
        if sign == .exactly { return .term(.text(field, .exactly(text))) }
        return Query.Word(text).map { .term(.text(field, .contains($0))) } ?? .all([])
    }

    private mutating func stateTerm(_ name: String) throws(QueryFlaw) -> Query.Condition {
        _ = try sign(name, allowed: [.holds])
        let value = try value(of: name)
        let word = value.text.lowercased()
        guard let state = Query.State(rawValue: word), !value.isPrefix else {
            let nearest = QueryVocabulary.nearest(
                to: word, among: Query.State.allCases.map(\.rawValue))
            throw flaw(
                .unknownState(scanner.text(value.range), nearest: nearest),
                at: value.range.lowerBound, length: value.range.count)
        }
        return .term(.state(state))
    }
}

extension QueryParser {
    private mutating func metadataTerm() throws(QueryFlaw) -> Query.Condition {
        let start = scanner.position
        scanner.skip(QueryVocabulary.metadata.unicodeScalars.count)
        var keys: [String] = []
        while scanner.take(".") {
            let key = scanner.next == "\"" ? try quotedText() : bareKey()
            guard !key.isEmpty else {
                throw flaw(.missingKey, at: scanner.position, length: 0)
            }
            keys.append(key)
        }
        let path = MetadataPath(keys: keys)
        guard nextSign() != nil else { return .term(.metadata(path, .present)) }
        let name = scanner.text(from: start)
        let sign = try sign(name, allowed: Sign.allCases)
        let value = try value(of: name)
        let text = value.isPrefix ? value.text + "*" : value.text
        return .term(.metadata(path, test(sign, text)))
    }

    /// A key that needs no quotes.
    private mutating func bareKey() -> String {
        let start = scanner.position
        while !scanner.isAtDelimiter, let next = scanner.next,
            ![".", ":", "<", ">", "=", "("].contains(next)
        {
            scanner.skip()
        }
        return scanner.text(from: start)
    }

    private func test(_ sign: Sign, _ text: String) -> Query.MetadataTest {
        switch sign {
        case .exactly: return text.isEmpty ? .empty : .exactly(text)
        case .holds:
            if text.isEmpty { return .empty }
            return Query.Word(text).map { .contains($0) } ?? .present
        default:
            let comparison = Query.Comparison(rawValue: sign.rawValue) ?? .equal
            return .compares(comparison, Query.Operand(text))
        }
    }
}

extension QueryParser {
    private mutating func dateTerm(
        _ field: Field, _ name: String
    ) throws(QueryFlaw) -> Query.Condition {
        let sign = try sign(
            name, allowed: [.holds, .greater, .greaterOrEqual, .less, .lessOrEqual])
        let value = try value(of: name)
        if sign == .holds, value.text.lowercased() == "never", !value.isPrefix {
            return .term(.date(field, .never))
        }
        guard !value.isPrefix, let period = QueryPeriod(value.text, at: context.moment) else {
            throw flaw(
                .notADate(scanner.text(value.range)), at: value.range.lowerBound,
                length: value.range.count)
        }
        let seconds =
            switch sign {
            case .greater: period.after..<Int.max
            case .greaterOrEqual: period.start..<Int.max
            case .less: Int.min..<period.start
            case .lessOrEqual: Int.min..<period.after
            default: period.day
            }
        return .term(.date(field, .within(seconds)))
    }
}

/// What a date in a query stands for: a day, a month, a year, or the instant so long ago.
private struct QueryPeriod {
    /// The first second.
    let start: Int
    /// The first second that comes later.
    let after: Int
    /// All of it; for an instant, the day it falls on.
    let day: Range<Int>

    init?(_ text: String, at moment: QueryMoment) {
        if text.hasPrefix("-") {
            guard let ago = QueryPeriod.ago(text.dropFirst(), moment) else { return nil }
            let date = moment.date(of: ago)
            start = ago
            after = ago + 1
            day = moment.days(from: date, through: date)
            return
        }
        if let instant = QueryPeriod.instant(text, moment) {
            start = instant.lowerBound
            after = instant.upperBound
            day = instant
            return
        }
        guard let (first, last) = QueryPeriod.days(text) else { return nil }
        day = moment.days(from: first, through: last)
        (start, after) = (day.lowerBound, day.upperBound)
    }

    /// The minute or the second that `2026-01-01T08:30` or `2026-01-01T08:30:00Z` names; without
    /// an offset in the person's own time.
    private static func instant(_ text: String, _ moment: QueryMoment) -> Range<Int>? {
        let parts = text.utf8.split(maxSplits: 1) { $0 | 0x20 == UInt8(ascii: "t") }
        guard parts.count == 2, let named = Timestamp(text)?.seconds else { return nil }
        let clock = parts[1].prefix { $0 == UInt8(ascii: ":") || (0x30...0x39).contains($0) }
        let length = clock.count { $0 == UInt8(ascii: ":") } > 1 ? 1 : 60
        let hasOffset = parts[1].contains { [UInt8(ascii: "Z"), 0x7A, 0x2B, 0x2D].contains($0) }
        let start = hasOffset ? named : moment.instant(local: named)
        return start..<start + length
    }

    /// `7d`, `6w`, `6m` or `1y` before now.
    private static func ago(_ text: Substring, _ moment: QueryMoment) -> Int? {
        guard let unit = text.last, let count = number(text.dropLast(), digits: 1...4) else {
            return nil
        }
        switch unit {
        case "d": return moment.ago(days: count, months: 0)
        case "w": return moment.ago(days: count * 7, months: 0)
        case "m": return moment.ago(days: 0, months: count)
        case "y": return moment.ago(days: 0, months: count * 12)
        default: return nil
        }
    }

    /// The first and the last day of `2026-01-01`, `2026-01` or `2026`.
    private static func days(_ text: String) -> (first: CivilDate, last: CivilDate)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 3, let year = number(parts[0], digits: 4...4) else { return nil }
        guard parts.count > 1 else { return month(year, 1, through: 12) }
        guard let month = number(parts[1], digits: 1...2) else { return nil }
        guard parts.count > 2 else { return self.month(year, month, through: month) }
        guard let number = number(parts[2], digits: 1...2),
            let day = CivilDate(year: year, month: month, day: number)
        else { return nil }
        return (day, day)
    }

    private static func month(
        _ year: Int, _ month: Int, through last: Int
    ) -> (first: CivilDate, last: CivilDate)? {
        guard let first = CivilDate(year: year, month: month, day: 1),
            let final = CivilDate(year: year, month: last, day: 1)
        else { return nil }
        return (first, CivilDate(dayNumber: final.adding(months: 1).dayNumber - 1))
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }
}
