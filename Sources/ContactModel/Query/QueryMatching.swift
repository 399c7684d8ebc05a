package import JSONText

extension Query {
    /// Whether a contact is what is asked for, judged plainly, one term after the other.
    ///
    /// Of what a row of a search leaves out nothing is known: neither a term about it nor the
    /// term's exclusion matches.
    package func matches(_ row: ContactRow, isMarked: Bool) -> Bool {
        Subject(row: row, isMarked: isMarked).meets(condition) ?? false
    }
}

/// One contact under question; an answer is nil where it is not known.
private struct Subject {
    let row: ContactRow
    let isMarked: Bool

    func meets(_ condition: Query.Condition) -> Bool? {
        switch condition {
        case .all(let parts): return parts.isEmpty ? true : each(parts, decides: false)
        case .any(let parts): return each(parts, decides: true)
        case .not(let part): return meets(part).map { !$0 }
        case .term(let term): return meets(term)
        }
    }

    /// The answer that decides where one part gives it, else its opposite where all are known.
    private func each(_ parts: [Query.Condition], decides answer: Bool) -> Bool? {
        var isKnown = true
        for part in parts {
            guard let met = meets(part) else {
                isKnown = false
                continue
            }
            if met == answer { return answer }
        }
        return isKnown ? !answer : nil
    }

    private func meets(_ term: Query.Term) -> Bool? {
        let contact = row.contact
        switch term {
        case .word(let word):
            return [Field.name, .email, .phone].contains { field in
                Query.TextTest.contains(word).matches(contact.record[field.name], in: field)
            }
        case .tag(let test): return known(.tags) { _ in test.matches(contact.tags.texts) }
        case .text(let field, let test): return known(field) { test.matches($0, in: field) }
        case .metadata(let path, let test):
            return contact.metadata.map { test.matches(path.value(in: $0)) }
        case .date(let field, let test): return known(field) { test.matches($0) }
        case .state(let state): return meets(state)
        }
    }

    private func meets(_ state: Query.State) -> Bool? {
        switch state {
        case .marked: return isMarked
        case .flagged: return !row.flaws.isEmpty
        case .pending: return row.unsent == .waiting
        case .failed: return row.unsent == .failed
        case .conflict: return row.unsent == .conflict
        case .optedIn, .optedOut:
            return known(.optedInAt) { given in
                known(.optedOutAt) { Query.State.consent(given: given, takenBack: $0) == state }
            } ?? nil
        }
    }

    /// The answer about a field's value; nil where the row does not tell the field.
    private func known<Answer>(
        _ field: Field, _ answer: (JSONValue?) -> Answer
    ) -> Answer? {
        let value = row.contact.record[field.name]
        return value == nil && !row.contact.isComplete ? nil : answer(value)
    }
}

extension Query.TagTest {
    /// Whether tags, as they are stored, are what is asked for.
    package func matches(_ tags: [String]) -> Bool {
        switch self {
        case .any: !tags.isEmpty
        case .has(let tag): tags.contains { SearchText.caseless($0) == tag }
        case .exactly(let tag): tags.contains { $0.hasSameUTF8(as: tag) }
        case .begins(let start): tags.contains { SearchText.caseless($0).hasPrefix(start) }
        }
    }
}

extension Query.TextTest {
    /// Whether the value of `field` is what is asked for.
    package func matches(_ value: JSONValue?, in field: Field) -> Bool {
        let text = SearchText.text(of: value)
        switch self {
        case .empty: return text.isEmpty
        case .exactly(let wanted): return text == wanted
        case .contains(let word):
            let line = SearchText.line(text)
            if SearchText.line(line, holds: word.folded) { return true }
            guard field == .phone, let digits = word.digits else { return false }
            return SearchText.line(SearchText.digits(line), holds: digits)
        }
    }
}

extension Query.MetadataTest {
    /// Whether a value within metadata is what is asked for; nil where there is none.
    package func matches(_ value: JSONValue?) -> Bool {
        switch self {
        case .present: return value != nil
        case .empty: return value?.isBlank ?? true
        case .exactly(let text): return value?.searchedTexts.contains(text) ?? false
        case .contains(let word):
            return value?.searchedTexts.contains {
                SearchText.line(SearchText.line($0), holds: word.folded)
            } ?? false
        case .compares(let comparison, let operand):
            let values = value?.array ?? [value].compactMap(\.self)
            return values.contains { operand.stands($0, comparison) }
        }
    }
}

extension JSONValue {
    /// The texts that are searched of a value: its own, or those of a list's elements.
    fileprivate var searchedTexts: [String] {
        switch self {
        case .null, .object: []
        case .bool(let value): [value ? "true" : "false"]
        case .array(let elements): elements.flatMap { $0.array == nil ? $0.searchedTexts : [] }
        case .string, .number: [SearchText.text(of: self)]
        }
    }

    fileprivate var isBlank: Bool {
        switch self {
        case .null: true
        case .bool, .number: false
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        }
    }
}

extension Query.Operand {
    /// How a value stands to the operand; null, and text beside a number, stand in no way.
    fileprivate func stands(_ value: JSONValue, _ comparison: Query.Comparison) -> Bool {
        let text: String
        switch value {
        case .bool(let value): text = value ? "true" : "false"
        case .string(let written): text = written
        case .number(let number): text = number.text
        default: return false
        }
        if let quantity {
            return Quantity(text).map { comparison.holds($0, quantity) } ?? false
        }
        if case .number = value { return false }
        return comparison.holds(Folded(SearchText.line(text)), Folded(folded))
    }

    /// Folded text in the order of its bytes.
    private struct Folded: Comparable {
        let text: String

        init(_ text: String) {
            self.text = text
        }

        static func == (left: Folded, right: Folded) -> Bool {
            left.text.hasSameUTF8(as: right.text)
        }

        static func < (left: Folded, right: Folded) -> Bool {
            left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
        }
    }
}

extension Query.Comparison {
    fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        }
    }
}

extension Query.DateTest {
    /// Whether a timestamp is what is asked for; text that is none matches nothing.
    package func matches(_ value: JSONValue?) -> Bool {
        switch self {
        case .never: value == nil || value == .null || value?.text == ""
        case .within(let seconds):
            value?.text.flatMap(Timestamp.init).map { seconds.contains($0.seconds) } ?? false
        }
    }
}

extension Query.State {
    /// What the two timestamps say of consent: the later one counts; nil where neither stands.
    package static func consent(given: JSONValue?, takenBack: JSONValue?) -> Query.State? {
        guard let given = given?.text, !given.isEmpty else {
            return takenBack?.text.map(\.isEmpty) == false ? .optedOut : nil
        }
        guard let takenBack = takenBack?.text, !takenBack.isEmpty else { return .optedIn }
        guard let out = Timestamp(takenBack), let back = Timestamp(given) else { return .optedOut }
        return back > out ? .optedIn : .optedOut
    }
}
