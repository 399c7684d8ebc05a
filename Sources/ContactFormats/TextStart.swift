/// Looks at the first bytes of a text: takes a byte order mark away, and refuses what is not
/// UTF-8 at first sight.
struct TextStart: Sendable {
    private var first: [UInt8] = []
    private var isPast = false
    /// Whether a byte order mark stood there.
    private(set) var isMarked = false

    /// The bytes that belong to the text so far; none while too few are there to tell.
    mutating func take(_ chunk: [UInt8], isLast: Bool = false) throws(FormatError) -> [UInt8] {
        if isPast { return chunk }
        first += chunk
        guard first.count >= 4 || isLast else { return [] }
        isPast = true
        defer { first = [] }
        try check()
        isMarked = first.starts(with: [0xEF, 0xBB, 0xBF])
        return isMarked ? Array(first.dropFirst(3)) : first
    }

    /// A mark of UTF-16, or a zero byte in each of the first two pairs.
    private func check() throws(FormatError) {
        guard first.count >= 2 else { return }
        let isMarked = first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF])
        let isPaired = first.count >= 4 && first[..<2].contains(0) && first[2..<4].contains(0)
        if isMarked || isPaired { throw .wideCharacters }
    }
}
