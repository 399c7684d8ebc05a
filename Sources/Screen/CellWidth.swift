/// How many columns a terminal gives a scalar: 0 for marks, 2 for wide ones, −1 for what must not
/// be printed at all.
package struct CellWidth: Sendable {
    private let columns: @Sendable (Unicode.Scalar) -> Int

    /// Widths as `columns` tells them, such as the C library's `wcwidth`.
    package init(_ columns: @escaping @Sendable (Unicode.Scalar) -> Int) {
        self.columns = columns
    }

    /// The columns of one scalar, or −1.
    package func callAsFunction(_ scalar: Unicode.Scalar) -> Int {
        columns(scalar)
    }

    /// Widths after Unicode's East Asian Width and emoji presentation, without a C library; what
    /// commands and tests use where no terminal has been opened.
    package static let approximate = CellWidth(approximateColumns)
}

private func approximateColumns(_ scalar: Unicode.Scalar) -> Int {
    if (0x20..<0x7F).contains(scalar.value) { return 1 }
    if isMedialOrFinalJamo(scalar) { return 0 }
    switch scalar.properties.generalCategory {
    case .control, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: return -1
    case .nonspacingMark, .enclosingMark: return 0
    case .format: return scalar.value == 0xAD ? 1 : 0
    default: return isWide(scalar) ? 2 : 1
    }
}

/// Hangul vowels and finals that join the syllable before them.
private func isMedialOrFinalJamo(_ scalar: Unicode.Scalar) -> Bool {
    (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value)
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x1100 else { return false }
    if (0x1F1E6...0x1F1FF).contains(scalar.value) { return false }
    return wideRanges.contains { $0.contains(scalar.value) }
        || scalar.properties.isEmojiPresentation
}

/// Blocks that are wide or full-width throughout (Unicode 16, EastAsianWidth.txt).
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
    0x20000...0x3FFFD,
]
