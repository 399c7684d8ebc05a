import TOMLText

/// What people are told of files of settings.
enum SettingsWording {
    /// A file that is not TOML.
    static func problem(_ error: TOMLSyntaxError, in file: String) -> ConfigurationProblem {
        ConfigurationProblem(
            file: file, line: error.position.line, column: error.position.column,
            phrase(error.reason))
    }

    /// A kind of value with its article, as in "not a number".
    static func article(_ value: TOMLValue) -> String {
        switch value.kind {
        case .text, .bool: value.kindName
        default: "a " + value.kindName
        }
    }

    private static func phrase(_ reason: TOMLSyntaxError.Reason) -> String {
        switch reason {
        case .invalidUTF8: "not UTF-8"
        case .unexpected(let scalar): "'\(scalar)' cannot stand here"
        case .unexpectedEnd: "the file ends in the middle of a setting"
        case .unexpectedLineEnd: "the line ends in the middle of a setting"
        case .openString: "the quote that begins here is never closed"
        case .badEscape: "no escape of TOML; write \\\\ for a backslash, or use '…'"
        case .controlCharacter(let scalar):
            "a control character (U+\(String(scalar.value, radix: 16, uppercase: true)))"
        case .badValue(let word): "'\(word)' is no value; text wants quotes: \"\(word)\""
        case .numberTooLarge: "the number is too large"
        case .repeated(let name): "'\(name)' stands twice"
        case .tooDeep(let limit): "nested more than \(limit) deep"
        }
    }
}

/// The name that was probably meant.
enum Nearest {
    /// `; did you mean 'x'?`, or nothing where no name is near.
    static func hint(for name: String, among known: [String]) -> String {
        let name = name.lowercased()
        let ranked = known.map { (name: $0, distance: distance(name, $0.lowercased())) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= max(1, name.count / 3)
        else { return "" }
        return "; did you mean '\(best.name)'?"
    }

    /// How many letters must be put in, left out, changed or exchanged with their neighbour
    /// (optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.prefix(64)), Array(right.prefix(64)))
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                let changed = row[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(changed, row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, before[j - 1] + 1)
                }
                next.append(best)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
