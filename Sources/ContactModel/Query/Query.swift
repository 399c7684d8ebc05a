/// What a list is filtered by, what is marked by query, and what a command is told to act on.
///
/// Dates are resolved to instants when the text is read, so a query always means the same.
package struct Query: Hashable, Sendable {
    /// Terms, and how they are put together.
    package indirect enum Condition: Hashable, Sendable {
        /// All must hold; an empty list always does.
        case all([Condition])
        /// At least one must hold.
        case any([Condition])
        /// Must not hold.
        case not(Condition)
        /// One thing asked of a contact.
        case term(Term)
    }

    /// One thing asked of a contact.
    package enum Term: Hashable, Sendable {
        /// Text in the name, the email or the phone.
        case word(Word)
        /// A tag.
        case tag(TagTest)
        /// The text of one field.
        case text(Field, TextTest)
        /// A value within metadata.
        case metadata(MetadataPath, MetadataTest)
        /// An instant.
        case date(Field, DateTest)
        /// What a contact is in.
        case state(State)
    }

    /// What must hold.
    package let condition: Condition

    /// The longest query, in Unicode scalars, with the saved ones it names.
    package static let maximumLength = 10_000
    /// How deep brackets and `-` may stand within each other.
    package static let maximumDepth = 100

    /// Matches every contact.
    package static let all = Query(condition: .all([]))

    /// Reads what a person typed.
    ///
    /// - Parameter clock: what dates are reckoned by.
    /// - Parameter saved: the queries that `@name` stands for.
    /// - Throws: `QueryFlaw`, with the place.
    package init(
        _ text: String, clock: QueryClock, saved: [String: String] = [:]
    ) throws(QueryFlaw) {
        condition = try QueryParser.condition(text, clock: clock, saved: saved)
    }

    /// Matches text that holds `phrase` as it stands, spaces and quotes included.
    package init(phrase: String) {
        condition = Word(phrase).map { .term(.word($0)) } ?? .all([])
    }

    /// Matches what the API asks for: text that holds each of `phrases` as it stands, all these
    /// tags to the letter, consent that was given and not taken back.
    package init(phrases: [String], tags: [String], optedInOnly: Bool = false) {
        var parts = phrases.compactMap { Word($0) }.map { Condition.term(.word($0)) }
        parts += tags.map { .term(.tag(.exactly($0))) }
        if optedInOnly { parts.append(.term(.state(.optedIn))) }
        condition = .all(parts)
    }

    init(condition: Condition) {
        self.condition = condition
    }

    /// Whether nothing is asked, so that every contact matches.
    package var isEmpty: Bool { condition == .all([]) }

    /// Whether it asks after metadata, which not every contact of a workspace is known with.
    package var asksMetadata: Bool {
        func asks(_ condition: Condition) -> Bool {
            switch condition {
            case .all(let parts), .any(let parts): parts.contains(where: asks)
            case .not(let part): asks(part)
            case .term(.metadata): true
            case .term: false
            }
        }
        return asks(condition)
    }

    /// The terms that must all hold whatever else does; those within alternatives are not among
    /// them.
    package var requiredTerms: [Term] {
        var terms: [Term] = []
        func collect(_ condition: Condition) {
            switch condition {
            case .all(let parts): parts.forEach(collect)
            case .term(let term): terms.append(term)
            case .any, .not: break
            }
        }
        collect(condition)
        return terms
    }
}
