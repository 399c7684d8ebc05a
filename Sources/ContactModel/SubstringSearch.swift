extension SearchText {
    /// Whether folded text holds other folded text, byte by byte.
    ///
    /// The time grows with the sum of both lengths, whatever they hold (Knuth, Morris, Pratt).
    package static func line(_ line: String, holds needle: String) -> Bool {
        let needle = Array(needle.utf8)
        guard needle.count <= line.utf8.count else { return false }
        let fallback = fallbacks(of: needle)
        var matched = 0
        for byte in line.utf8 {
            if matched == needle.count { break }
            while matched > 0, needle[matched] != byte { matched = fallback[matched - 1] }
            if needle[matched] == byte { matched += 1 }
        }
        return matched == needle.count
    }

    /// For each beginning of the needle, the longest shorter beginning that it ends with.
    private static func fallbacks(of needle: [UInt8]) -> [Int] {
        var fallbacks = [Int](repeating: 0, count: needle.count)
        var matched = 0
        for index in needle.indices.dropFirst() {
            while matched > 0, needle[matched] != needle[index] { matched = fallbacks[matched - 1] }
            if needle[matched] == needle[index] { matched += 1 }
            fallbacks[index] = matched
        }
        return fallbacks
    }
}
