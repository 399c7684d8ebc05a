extension Query {
    /// A word or a quoted phrase.
    package struct Word: Hashable, Sendable {
        /// The text as it was written, which a server is asked for.
        package let written: String
        /// The text to find, folded into one line as the contacts are.
        package let folded: String
        /// The digits to find in the phone, where the word is written as a number.
        package let digits: String?

        /// A word; nil where folding leaves nothing to find.
        init?(_ written: String) {
            let folded = SearchText.line(written)
            guard !folded.isEmpty else { return nil }
            self.written = written
            self.folded = folded
            let isNumber = folded.unicodeScalars.allSatisfy(Word.isOfNumbers)
            let digits = SearchText.digits(folded)
            self.digits = isNumber && !digits.isEmpty ? digits : nil
        }

        /// Digits and the signs that group them.
        private static func isOfNumbers(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "0"..."9", "+", ".", "(", ")", "[", "]", "/", "\u{2212}": true
            default:
                switch scalar.properties.generalCategory {
                case .spaceSeparator, .dashPunctuation: true
                default: false
                }
            }
        }
    }

    /// What is asked of a contact's tags.
    package enum TagTest: Hashable, Sendable {
        /// Bears this tag; caseless.
        case has(String)
        /// Bears the tag that is written so.
        case exactly(String)
        /// Bears a tag that begins so; caseless.
        case begins(String)
        /// Bears any.
        case any
    }

    /// What is asked of the text of a field.
    package enum TextTest: Hashable, Sendable {
        /// Holds the word; in a phone, spaces, dots, dashes and brackets are passed over.
        case contains(Word)
        /// Is exactly this text.
        case exactly(String)
        /// There is none.
        case empty
    }

    /// What is asked of a value within metadata.
    package enum MetadataTest: Hashable, Sendable {
        /// The key is there, be it with null.
        case present
        /// The text holds the word; of a list, one of its elements does.
        case contains(Word)
        /// The text is exactly this.
        case exactly(String)
        /// There is none, or nothing in it.
        case empty
        /// Compares with an operand.
        case compares(Comparison, Operand)
    }

    /// How two values stand to each other.
    package enum Comparison: String, Hashable, Sendable {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "="
    }

    /// What a value is compared with: a number where both are numbers, else folded text.
    package struct Operand: Hashable, Sendable {
        let quantity: Quantity?
        /// Folded into one line as the values are that it is compared with.
        package let folded: String
        /// The number as it was written; nil where the operand is other text.
        package let number: String?

        init(_ text: String) {
            quantity = Quantity(text)
            number = quantity == nil ? nil : text
            folded = SearchText.line(text)
        }
    }

    /// What is asked of an instant.
    package enum DateTest: Hashable, Sendable {
        /// There is none.
        case never
        /// It falls into these seconds since 1970.
        case within(Range<Int>)
    }

    /// The states that `is:` asks for.
    package enum State: String, CaseIterable, Hashable, Sendable {
        /// Consent was given and not taken back since.
        case optedIn = "optedin"
        /// Consent was taken back and not given since.
        case optedOut = "optedout"
        /// Has changes that wait to be sent.
        case pending
        /// Has a change that was refused.
        case failed
        /// Has a change that met another one.
        case conflict
        /// Is marked.
        case marked
        /// Has something a person should look at.
        case flagged
    }
}
