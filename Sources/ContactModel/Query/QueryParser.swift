/// Reads the query language: alternatives of sequences of terms.
///
/// Every scalar is looked at a bounded number of times, and what stands within brackets or
/// behind `-` is read by recursion of a bounded depth.
struct QueryParser {
    var scanner: QueryScanner
    var context: Context

    /// What all the texts of one query share.
    struct Context {
        let moment: QueryMoment
        let saved: [String: String]
        /// The saved queries being read, the outermost first.
        var open: [String] = []
        /// Scalars read so far.
        var length = 0
        var depth = 0
    }

    /// The condition that a text states.
    static func condition(
        _ text: String, clock: QueryClock, saved: [String: String]
    ) throws(QueryFlaw) -> Query.Condition {
        let limit = Query.maximumLength
        let length = text.unicodeScalars.count
        guard length <= limit else {
            throw QueryFlaw(.tooLong(limit: limit), offset: limit, length: length - limit)
        }
        let context = Context(moment: QueryMoment(clock), saved: saved, length: length)
        var parser = QueryParser(scanner: QueryScanner(text), context: context)
        return try parser.whole()
    }

    /// Everything up to the end of the text.
    mutating func whole() throws(QueryFlaw) -> Query.Condition {
        let condition = try alternatives()
        guard scanner.isAtEnd else { throw flaw(.strayClose, at: scanner.position, length: 1) }
        return condition ?? .all([])
    }

    /// `a OR b`; nil where nothing is asked.
    private mutating func alternatives() throws(QueryFlaw) -> Query.Condition? {
        var alternatives: [Query.Condition] = []
        while true {
            let sequence = try sequence()
            let isOr = isAtOr
            guard let sequence else {
                guard isOr || !alternatives.isEmpty else { return nil }
                throw flaw(.nothingBesideOr, at: scanner.position, length: isOr ? 2 : 0)
            }
            alternatives.append(sequence)
            guard isOr else { break }
            scanner.skip(2)
        }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private var isAtOr: Bool {
        guard scanner.next == "O", scanner.peek(1) == "R" else { return false }
        return scanner.isDelimiter(2) || scanner.peek(2) == "("
    }

    /// Terms that must all hold; nil where there is none.
    private mutating func sequence() throws(QueryFlaw) -> Query.Condition? {
        var parts: [Query.Condition] = []
        while true {
            scanner.skipSpace()
            if scanner.isAtEnd || scanner.next == ")" || isAtOr { break }
            if let part = try unary() { parts.append(part) }
        }
        return parts.count > 1 ? .all(parts) : parts.first
    }

    /// A term, a group, or either excluded; nil for a quoted nothing.
    private mutating func unary() throws(QueryFlaw) -> Query.Condition? {
        let start = scanner.position
        guard scanner.next == "-" || scanner.next == "(" else { return try term() }
        guard context.depth < Query.maximumDepth else {
            throw flaw(.tooDeep(limit: Query.maximumDepth), at: start, length: 1)
        }
        context.depth += 1
        defer { context.depth -= 1 }
        if scanner.take("-") {
            guard let next = scanner.next, !next.properties.isWhitespace, next != ")",
                let part = try unary()
            else {
                throw flaw(.nothingToExclude, at: start, length: 1)
            }
            return .not(part)
        }
        return try group()
    }

    private mutating func group() throws(QueryFlaw) -> Query.Condition {
        let start = scanner.position
        scanner.skip()
        let condition = try alternatives()
        guard scanner.take(")") else { throw flaw(.openGroup, at: start, length: 1) }
        guard let condition else {
            throw flaw(.emptyGroup, at: start, length: scanner.position - start)
        }
        return condition
    }

    /// One thing asked; nil for a quoted nothing.
    private mutating func term() throws(QueryFlaw) -> Query.Condition? {
        if scanner.next == "\"" { return word(try quotedText()) }
        if scanner.next == "@", let condition = try savedQuery() { return condition }
        if let condition = try fieldTerm() { return condition }
        return word(scanner.bareWord())
    }

    private func word(_ text: String) -> Query.Condition? {
        Query.Word(text).map { .term(.word($0)) }
    }

    /// The text between quotes.
    mutating func quotedText() throws(QueryFlaw) -> String {
        let start = scanner.position
        guard let text = scanner.quoted() else {
            throw flaw(.openQuote, at: start, length: scanner.count - start)
        }
        return text
    }

    func flaw(_ problem: QueryFlaw.Problem, at offset: Int, length: Int) -> QueryFlaw {
        QueryFlaw(problem, offset: offset, length: length)
    }
}

extension QueryParser {
    /// What `@name` stands for; nil where the text is no such name, as `@example.com`.
    private mutating func savedQuery() throws(QueryFlaw) -> Query.Condition? {
        let start = scanner.position
        guard let name = try savedName() else { return nil }
        let length = scanner.position - start
        guard let text = context.saved[name] else {
            let nearest = QueryVocabulary.nearest(to: name, among: context.saved.keys.sorted())
            throw flaw(.unknownSaved(name, nearest: nearest), at: start, length: length)
        }
        guard !context.open.contains(name) else {
            throw flaw(.circle(name), at: start, length: length)
        }
        guard context.depth < Query.maximumDepth else {
            throw flaw(.tooDeep(limit: Query.maximumDepth), at: start, length: length)
        }
        var inner = self
        inner.scanner = QueryScanner(text)
        inner.context.open.append(name)
        inner.context.depth += 1
        inner.context.length += inner.scanner.count + 1
        guard inner.context.length <= Query.maximumLength else {
            throw flaw(.tooLong(limit: Query.maximumLength), at: start, length: length)
        }
        do throws(QueryFlaw) {
            let condition = try inner.whole()
            context.length = inner.context.length
            return condition
        } catch {
            switch error.problem {
            case .circle, .tooLong, .tooDeep: throw flaw(error.problem, at: start, length: length)
            default: throw flaw(.inSaved(name, error.problem), at: start, length: length)
            }
        }
    }

    /// The name after `@`; nil, with nothing passed over, where a domain or nothing stands there.
    private mutating func savedName() throws(QueryFlaw) -> String? {
        if scanner.peek(1) == "\"" {
            scanner.skip()
            return try quotedText()
        }
        var ahead = scanner
        ahead.skip()
        let name = ahead.bareWord()
        let isName =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                $0 == "_" || $0 == "-" || $0.properties.isAlphabetic
                    || $0.properties.numericType != nil
            }
        guard isName else { return nil }
        scanner = ahead
        return name
    }
}
