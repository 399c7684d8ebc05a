package import ArgumentParser

/// The line that a shell wants completed, and the words that it is given back.
///
/// What the shells' scripts do with words differs. That of bash expands them once, as if they
/// were typed, so there they are quoted, or a tag such as `$(…)` would be run by a Tab. bash also
/// breaks words at `:` and `=`, and completes the last piece alone. All of them quote what they
/// put on the line.
package struct ShellLine {
    /// The words before the cursor, those that bash broke put together, without quotes.
    package let words: [String]
    /// What stands before the cursor in the last of them.
    package let prefix: String
    private let shell: CompletionShell?
    /// How many characters of `prefix` the shell takes for an earlier word.
    private let passed: Int

    /// The line as the scripts of ArgumentParser tell it: all words, the one with the cursor, and
    /// what stands before the cursor in it.
    package init(_ words: [String], _ index: Int, _ prefix: String, shell: CompletionShell?) {
        self.shell = shell
        let typed = ShellLine.withoutQuotes(prefix)
        let before = words.prefix(index).map(ShellLine.withoutQuotes)
        self.words = shell == .bash ? ShellLine.glued(before + [typed]) : before + [typed]
        var last = self.words.last ?? ""
        if last.hasPrefix("-"), let equals = last.firstIndex(of: "=") {
            last = String(last[last.index(after: equals)...])
        }
        self.prefix = last
        passed = ShellLine.isBreak(typed) ? last.count : max(0, last.count - typed.count)
    }

    /// The value of an option of the line; nil where it is not given.
    package func value(of option: String) -> String? {
        for (index, word) in words.enumerated() {
            if word == option, index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// The words of `candidates` that go on with the line, as its shell takes them.
    package func reply(_ candidates: [String]) -> [String] {
        // Nobody types the quotes of a query before the shell has offered them.
        let fitting = candidates.filter {
            $0.hasPrefix(prefix) || ShellLine.withoutQuotes($0).hasPrefix(prefix)
        }
        switch shell {
        case .bash:
            // It would put these on the line as they are, and run them at Enter.
            return fitting.filter { !$0.utf8.contains { $0 == 0x24 || $0 == 0x60 } }
                .map { ShellLine.escaped(String($0.dropFirst(passed))) }
        case .zsh:
            // There a colon begins a description.
            return fitting.map { word in
                word.split(separator: ":", omittingEmptySubsequences: false)
                    .joined(separator: "\\:")
            }
        default: return fitting
        }
    }

    private static func escaped(_ word: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in word.unicodeScalars {
            if scalar.isASCII && !isPlain(scalar) { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    private static func isPlain(_ sign: Unicode.Scalar) -> Bool {
        sign.properties.isAlphabetic || ("0"..."9").contains(sign)
            || "_-.,:/@%+=".unicodeScalars.contains(sign)
    }

    private static func glued(_ pieces: [String]) -> [String] {
        var words: [String] = []
        var followsBreak = false
        for piece in pieces {
            let isGlued = !piece.isEmpty && (followsBreak || isBreak(piece))
            if isGlued, let last = words.popLast() {
                words.append(last + piece)
            } else {
                words.append(piece)
            }
            followsBreak = isBreak(piece)
        }
        return words
    }

    private static func isBreak(_ piece: String) -> Bool {
        !piece.isEmpty && piece.allSatisfy { $0 == ":" || $0 == "=" }
    }

    private static func withoutQuotes(_ word: String) -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in word.unicodeScalars {
            if !isEscaped && (scalar == "\\" || scalar == "\"" || scalar == "'") {
                isEscaped = scalar == "\\"
            } else {
                result.append(scalar)
                isEscaped = false
            }
        }
        return String(result)
    }
}
