/// What a list is filtered by: every term must be found in the name, the email or the phone.
package struct Query: Hashable, Sendable {
    /// One word or quoted phrase.
    package struct Term: Hashable, Sendable {
        /// The text as it was written, which a server is asked for.
        package let written: String
        /// The text to find, folded as `SearchText` folds the contacts.
        package let folded: String
        /// The digits to find in the phone, where the word is written as a number.
        package let digits: String?
    }

    /// The terms; none matches every contact.
    package let terms: [Term]

    /// Matches every contact.
    package static let all = Query(terms: [])

    /// Reads what a person typed: words, and phrases in double quotes.
    ///
    /// - Throws: `QueryFlaw` where a quote is not closed.
    package init(_ text: String) throws(QueryFlaw) {
        var terms: [Term] = []
        var word = ""
        var quote: Int?
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            if scalar == "\"" {
                terms.append(contentsOf: Query.term(&word))
                quote = quote == nil ? offset : nil
            } else if quote == nil && scalar.properties.isWhitespace {
                terms.append(contentsOf: Query.term(&word))
            } else {
                word.unicodeScalars.append(scalar)
            }
        }
        if let quote { throw .openQuote(offset: quote) }
        self.terms = terms + Query.term(&word)
    }

    /// Matches text that holds `phrase` as it stands, spaces and quotes included.
    package init(phrase: String) {
        var word = phrase
        terms = Query.term(&word)
    }

    private init(terms: [Term]) {
        self.terms = terms
    }

    private static func term(_ word: inout String) -> [Term] {
        defer { word = "" }
        let folded = SearchText.folded(word)
        guard !folded.isEmpty else { return [] }
        return [Term(written: word, folded: folded, digits: digits(of: word))]
    }

    /// The digits of a word that is nothing but digits and the signs that group them.
    private static func digits(of word: String) -> String? {
        var digits = ""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "+", "-", ".", "(", ")", "/", " ": continue
            default: return nil
            }
        }
        return digits.isEmpty ? nil : digits
    }
}

/// Where a query stops making sense.
package enum QueryFlaw: Error, Hashable, Sendable {
    /// The quote at this offset (in Unicode scalars, from 0) is never closed.
    case openQuote(offset: Int)

    /// The place in the text, in Unicode scalars from 0.
    package var offset: Int {
        switch self {
        case .openQuote(let offset): offset
        }
    }
}
