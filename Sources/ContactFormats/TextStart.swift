/// Looks at the first bytes of a text: takes a byte order mark away, turns marked UTF-16 into
/// UTF-8, and refuses what is neither at first sight.
struct TextStart: Sendable {
    private var first: [UInt8] = []
    private var isPast = false
    private var wide: WideText?
    /// Whether a byte order mark stood there.
    private(set) var isMarked = false

    /// The bytes that belong to the text so far; none while too few are there to tell.
    mutating func take(_ chunk: [UInt8], isLast: Bool = false) throws(FormatError) -> [UInt8] {
        if isPast { return wide?.take(chunk, isLast: isLast) ?? chunk }
        first += chunk
        guard first.count >= 4 || isLast else { return [] }
        isPast = true
        defer { first = [] }
        try check()
        if first.starts(with: [0xEF, 0xBB, 0xBF]) {
            isMarked = true
            return Array(first.dropFirst(3))
        }
        let isLittle = first.starts(with: [0xFF, 0xFE])
        guard isLittle || first.starts(with: [0xFE, 0xFF]) else { return first }
        isMarked = true
        wide = WideText(isLittleEndian: isLittle)
        return wide?.take(Array(first.dropFirst(2)), isLast: isLast) ?? []
    }

    /// UTF-32, or a zero byte in each of the first two pairs.
    private func check() throws(FormatError) {
        let isPaired = first.count >= 4 && first[..<2].contains(0) && first[2..<4].contains(0)
        let marks: [[UInt8]] = [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]]
        if isPaired || marks.contains(where: first.starts) { throw .wideCharacters }
    }
}

/// Turns UTF-16 into UTF-8, piece by piece, as spreadsheets save "Unicode text".
///
/// What is not UTF-16 becomes what is not UTF-8, so that it is told with its line.
struct WideText: Sendable {
    private let isLittleEndian: Bool
    /// The first byte of a pair.
    private var odd: UInt8?
    /// The first half of a character.
    private var high: UInt32?

    private static let wrong: UInt8 = 0xFF

    init(isLittleEndian: Bool) {
        self.isLittleEndian = isLittleEndian
    }

    mutating func take(_ chunk: [UInt8], isLast: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(chunk.count)
        for byte in chunk {
            guard let first = odd else {
                odd = byte
                continue
            }
            odd = nil
            let (upper, lower) = isLittleEndian ? (byte, first) : (first, byte)
            take(UInt32(upper) << 8 | UInt32(lower), &text)
        }
        if isLast && (odd != nil || high != nil) { text.append(WideText.wrong) }
        return text
    }

    private mutating func take(_ unit: UInt32, _ text: inout [UInt8]) {
        if let first = high {
            high = nil
            if (0xDC00...0xDFFF).contains(unit) {
                return append(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00), &text)
            }
            text.append(WideText.wrong)
        }
        if (0xD800...0xDBFF).contains(unit) { high = unit } else { append(unit, &text) }
    }

    private func append(_ code: UInt32, _ text: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(code) else { return text.append(WideText.wrong) }
        text += UTF8.encode(scalar).map(Array.init) ?? []
    }
}
