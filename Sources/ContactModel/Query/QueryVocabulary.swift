/// The words of the query language.
enum QueryVocabulary {
    /// What stands before the sign of a term.
    enum Name: Hashable {
        case tag
        case text(Field)
        case date(Field)
        case state
    }

    static let names: [(name: String, meaning: Name)] = [
        ("tag", .tag), ("name", .text(.name)), ("email", .text(.email)),
        ("phone", .text(.phone)), ("source", .text(.source)), ("locale", .text(.locale)),
        ("id", .text(.id)), ("created", .date(.createdAt)), ("updated", .date(.updatedAt)),
        ("messaged", .date(.lastMessageAt)), ("opted_in", .date(.optedInAt)),
        ("opted_out", .date(.optedOutAt)), ("is", .state),
    ]

    /// The word that leads to metadata, without its dot.
    static let metadata = "meta"

    /// What a field's name means; case is ignored.
    static func meaning(of name: String) -> Name? {
        let name = name.lowercased()
        return names.first { $0.name == name }?.meaning
    }

    /// The field that holds the dates which a word means.
    static func dateField(of word: String) -> Field? {
        if case .date(let field)? = meaning(of: word) { field } else { nil }
    }

    /// The field that a person may have meant.
    static func nearestField(to word: String) -> String? {
        nearest(to: word.lowercased(), among: names.map(\.name) + [metadata + "."])
    }

    /// The candidate that `word` begins or is begun by, else the one with the fewest letters
    /// amiss, at most two and less than half.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        guard (1...32).contains(word.unicodeScalars.count) else { return nil }
        if let longer = candidates.first(where: { $0.hasPrefix(word) || isPrefix($0, of: word) }) {
            return longer
        }
        let distances = candidates.map { (name: $0, distance: distance(word, $0)) }
        guard let best = distances.min(by: { $0.distance < $1.distance }),
            best.distance <= 2, best.distance * 2 < word.unicodeScalars.count + 1
        else { return nil }
        return best.name
    }

    /// Short names begin too many words to be meant by them.
    private static func isPrefix(_ name: String, of word: String) -> Bool {
        name.utf8.count > 2 && word.hasPrefix(name)
    }

    /// Letters to insert, delete, change or swap (optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var older: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(previous[column + 1], current[column]) + 1
                best = min(best, previous[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, older[column - 1] + 1)
                }
                current.append(best)
            }
            (older, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
