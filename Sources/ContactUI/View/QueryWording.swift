package import ContactModel
import Screen

/// Where a query makes no sense, and what would.
package enum QueryWording {
    private static let shaper = TextShaper(width: .approximate)
    /// Scalars shown on either side of the place.
    private static let surroundings = 40

    /// What is wrong, with the place underlined.
    package static func complaint(_ flaw: QueryFlaw, in text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let place = min(flaw.offset, scalars.count)
        let end = min(place + flaw.length, scalars.count)
        let start = max(0, place - surroundings)
        let stop = min(scalars.count, place + surroundings)
        let before = (start > 0 ? "…" : "") + neutral(scalars[start..<place])
        let marked = neutral(scalars[place..<min(end, stop)])
        let after = neutral(scalars[min(end, stop)..<stop]) + (stop < scalars.count ? "…" : "")
        let indent = String(repeating: " ", count: shaper.columns(before))
        let line = "^" + String(repeating: "~", count: max(0, shaper.columns(marked) - 1))
        return "\(phrase(flaw.problem))\n  \(before)\(marked)\(after)\n  \(indent)\(line)"
    }

    private static func neutral(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        shaper.neutral(String(String.UnicodeScalarView(scalars)))
    }

    /// What is wrong, in words.
    package static func phrase(_ problem: QueryFlaw.Problem) -> String {
        switch problem {
        case .openQuote: "this quote is never closed"
        case .openGroup: "this bracket is never closed"
        case .strayClose: "this bracket closes nothing; quote it to search for it"
        case .emptyGroup: "nothing stands between these brackets"
        case .nothingBesideOr: "OR needs a term on both sides; \"OR\" in quotes is a word"
        case .nothingToExclude: "nothing follows '-'; \"-\" in quotes is a word"
        case .missingKey: "a metadata key must follow 'meta.', as in meta.plan"
        case .missingValue(let field): "\(quoted(field)) needs a value"
        case .wrongSign(let sign, let field, let allowed):
            "\(quoted(field)) takes \(list(allowed)), not '\(sign)'"
        case .notADate(let text):
            "\(quoted(text)) is no date: write 2026-01-31, 2026-01, 2026, 2026-01-31T08:30, "
                + "or an age with its sign such as -7d, -6w, -6m, -1y"
        case .tooLong(let limit): "the query is longer than \(limit) characters"
        case .tooDeep(let limit): "brackets stand within each other more than \(limit) deep"
        default: phrase(ofName: problem)
        }
    }

    private static func phrase(ofName problem: QueryFlaw.Problem) -> String {
        switch problem {
        case .unknownField(let name, let nearest):
            "no field is called \(quoted(name))"
                + (suggestion(nearest) ?? "; put the text in quotes to search for it")
        case .unknownState(let name, let nearest):
            "no state is called \(quoted(name))"
                + (suggestion(nearest)
                    ?? "; there are " + list(Query.State.allCases.map(\.rawValue)))
        case .unknownSaved(let name, let nearest):
            "no query is saved as \(quoted(name))"
                + (suggestion(nearest) ?? "; put the text in quotes to search for it")
        case .circle(let name): "the saved query \(quoted(name)) leads back to itself"
        case .inSaved(let name, let inner):
            "the saved query \(quoted(name)) makes no sense: \(phrase(inner))"
        default: "the query makes no sense"
        }
    }

    private static func suggestion(_ nearest: String?) -> String? {
        nearest.map { "; did you mean \(quoted($0))?" }
    }

    private static func list(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func quoted(_ text: String) -> String {
        "'\(shaper.neutral(String(String.UnicodeScalarView(text.unicodeScalars.prefix(60)))))'"
    }
}
