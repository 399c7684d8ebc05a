/// What the text before the cursor of a query could go on with.
package struct QueryCompletion: Hashable, Sendable {
    /// One way to go on.
    package struct Candidate: Hashable, Sendable {
        /// The text that takes the place of what is typed, quoted where it must be.
        package let text: String
        /// How a menu shows it.
        package let label: String
        /// How many contacts have it; nil where that is not known.
        package let count: Int?
    }

    /// What can be completed to.
    package struct Vocabulary: Hashable, Sendable {
        /// The tags in use.
        package var tags: [TagCount]
        /// The metadata keys in use, paths into nested objects with dots.
        package var metadataKeys: [String]
        /// The names of the saved queries.
        package var savedNames: [String]

        /// Words of a place and a person.
        package init(
            tags: [TagCount] = [], metadataKeys: [String] = [], savedNames: [String] = []
        ) {
            self.tags = tags
            self.metadataKeys = metadataKeys
            self.savedNames = savedNames
        }
    }

    /// The ways to go on, the likeliest first.
    package let candidates: [Candidate]
    /// How many grapheme clusters before the cursor a candidate takes the place of.
    package let replacing: Int

    /// Looks at the term that the cursor, at the end of `text`, stands in.
    ///
    /// - Parameter growing: whether tags go on with what is typed of them, as shells want it:
    ///   quotes begin where they must.
    package init(before text: String, vocabulary: Vocabulary, growing: Bool = false) {
        let fragment = QueryFragment(endOf: text, isGrowing: growing)
        candidates = fragment.candidates(from: vocabulary)
        replacing = fragment.typed.count
    }
}

/// The beginning of a word that stands before the cursor.
private struct QueryFragment {
    private enum Kind {
        case term, tag, state, metadata, saved, other
    }

    private var kind = Kind.term
    /// What a candidate takes the place of.
    private(set) var typed = ""
    /// The same without its quote.
    private var word = ""
    private let isGrowing: Bool

    init(endOf text: String, isGrowing: Bool) {
        self.isGrowing = isGrowing
        let term = QueryFragment.lastTerm(of: text)
        var scanner = QueryScanner(term)
        let length = scanner.identifierLength
        let name = scanner.text(0..<length).lowercased()
        switch scanner.peek(length) {
        case ":" where QueryVocabulary.meaning(of: name) == .tag: kind = .tag
        case ":" where QueryVocabulary.meaning(of: name) == .state: kind = .state
        case "." where name == QueryVocabulary.metadata: kind = .metadata
        case "@" where length == 0: kind = .saved
        case nil: break
        default: kind = .other
        }
        if kind == .other || term.utf8.count > 1000 {
            kind = .other
            return
        }
        if kind != .term { scanner.skip(length + 1) }
        typed = scanner.text(scanner.position..<scanner.count)
        word = typed
        if scanner.next == "\"" {
            // An open quote is no flaw while it is being typed.
            var closed = QueryScanner(typed + "\"")
            word = closed.quoted() ?? ""
        }
    }

    /// What follows the last space, opening bracket or `-` outside of quotes.
    private static func lastTerm(of text: String) -> String {
        var scanner = QueryScanner(text)
        var start = 0
        while let next = scanner.next {
            if next == "\"" {
                _ = scanner.quoted()
            } else {
                let isAtStart = scanner.position == start
                scanner.skip()
                let opens = isAtStart && (next == "-" || next == "(")
                if opens || next.properties.isWhitespace { start = scanner.position }
            }
        }
        return scanner.text(start..<scanner.count)
    }

    func candidates(
        from vocabulary: QueryCompletion.Vocabulary
    ) -> [QueryCompletion.Candidate] {
        switch kind {
        case .other: []
        case .term: fields + (word.isEmpty ? [] : tags(vocabulary.tags, after: "tag:"))
        case .tag: tags(vocabulary.tags, after: "")
        case .state: plain(Query.State.allCases.map(\.rawValue))
        case .metadata: metadata(vocabulary.metadataKeys)
        case .saved: plain(vocabulary.savedNames.map(QueryQuoting.written))
        }
    }

    private var fields: [QueryCompletion.Candidate] {
        QueryVocabulary.names.filter { $0.name.hasPrefix(word.lowercased()) }
            .map { name, meaning in
                if case .date = meaning { (name + ">", name) } else { (name + ":", name + ":") }
            }
            .map { QueryCompletion.Candidate(text: $0, label: $1, count: nil) }
            + (QueryVocabulary.metadata.hasPrefix(word.lowercased())
                ? [QueryCompletion.Candidate(text: "meta.", label: "meta.", count: nil)] : [])
    }

    private func plain(_ words: [String]) -> [QueryCompletion.Candidate] {
        words.filter { $0.lowercased().hasPrefix(typed.lowercased()) }
            .map { QueryCompletion.Candidate(text: $0, label: $0, count: nil) }
    }

    private func tags(
        _ known: [TagCount], after name: String
    ) -> [QueryCompletion.Candidate] {
        let start = SearchText.folded(word)
        return known.filter { SearchText.folded($0.tag.text).hasPrefix(start) }
            .sorted { left, right in
                let (more, fewer) = (left.count ?? 0, right.count ?? 0)
                return more == fewer ? left.tag.text < right.tag.text : more > fewer
            }
            .map {
                let text = $0.tag.text
                let isLate = isGrowing && !typed.hasPrefix("\"")
                let written =
                    isLate ? QueryQuoting.writtenLate(text) : QueryQuoting.written(text)
                return QueryCompletion.Candidate(
                    text: name + written, label: name + text, count: $0.count)
            }
    }

    private func metadata(_ keys: [String]) -> [QueryCompletion.Candidate] {
        let start = SearchText.folded(word)
        return keys.filter { SearchText.folded($0).hasPrefix(start) }
            .map { key in
                let path = key.split(separator: ".", omittingEmptySubsequences: false)
                let written = path.map { QueryQuoting.key(String($0)) }.joined(separator: ".")
                return QueryCompletion.Candidate(text: written, label: key, count: nil)
            }
    }
}

/// How text is written into a query so that it is read back as it was.
package enum QueryQuoting {
    /// A value as it stands after a field's sign, quoted where it must be.
    package static func written(_ text: String) -> String {
        isPlain(text, except: special) ? text : quoted(text)
    }

    /// The same with the quotes around the end that must have them.
    static func writtenLate(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let plain = scalars.prefix { isPlain($0, except: special) }
        guard !plain.isEmpty, plain.endIndex < scalars.endIndex else { return written(text) }
        return String(plain) + quoted(String(scalars[plain.endIndex...]))
    }

    private static let special: Set<Unicode.Scalar> = ["\"", "(", ")", "*", "\\"]

    /// A metadata key as it stands after `meta.`.
    static func key(_ text: String) -> String {
        isPlain(text, except: ["\"", "(", ")", ".", ":", "<", ">", "="]) ? text : quoted(text)
    }

    private static func isPlain(_ text: String, except signs: Set<Unicode.Scalar>) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { isPlain($0, except: signs) }
    }

    private static func isPlain(_ scalar: Unicode.Scalar, except signs: Set<Unicode.Scalar>) -> Bool
    {
        !scalar.properties.isWhitespace && !signs.contains(scalar)
    }

    private static func quoted(_ text: String) -> String {
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.append(scalar)
        }
        result.append("\"")
        return String(result)
    }
}
