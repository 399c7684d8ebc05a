/// Reads the scalars of one cluster and keeps what a terminal draws predictably.
struct ClusterReduction {
    /// Marks kept on one letter: curses cells hold a letter and four more scalars.
    private static let markLimit = 4
    /// Columns kept of one cluster: the longest conjuncts of real names stay below.
    private static let columnLimit = 8

    let width: CellWidth
    private(set) var text = ""
    private(set) var columns = 0
    private var marks = 0

    init(width: CellWidth) {
        self.width = width
    }

    mutating func read(_ scalars: some Sequence<Unicode.Scalar>) {
        var afterJoiner = false
        for scalar in scalars {
            if scalar == "\u{200D}" {
                afterJoiner = true
                continue
            }
            // Joined letters are a conjunct and belong to the name; joined emoji are one picture
            // that terminals draw in widths of their own, so its first part stands for it.
            if afterJoiner, !text.isEmpty, !scalar.properties.isAlphabetic { return }
            afterJoiner = false
            guard add(scalar) else { return }
        }
    }

    /// Keeps, replaces or leaves out one scalar; false when the cluster is full.
    private mutating func add(_ scalar: Unicode.Scalar) -> Bool {
        if let picture = picture(of: scalar) { return addBase(picture, columns: 1) }
        if isInvisible(scalar) { return true }
        let columns = width(scalar)
        if columns < 0 { return addBase("\u{FFFD}", columns: 1) }
        return columns == 0 ? addMark(scalar) : addBase(scalar, columns: columns)
    }

    private mutating func addBase(_ scalar: Unicode.Scalar, columns added: Int) -> Bool {
        guard columns + added <= Self.columnLimit else { return false }
        text.unicodeScalars.append(scalar)
        columns += added
        marks = 0
        return true
    }

    private mutating func addMark(_ scalar: Unicode.Scalar) -> Bool {
        if text.isEmpty {
            let base: Unicode.Scalar = joins("\u{25CC}", scalar) ? "\u{25CC}" : "\u{FFFD}"
            guard addBase(base, columns: 1) else { return false }
        }
        guard let last = text.unicodeScalars.last, joins(last, scalar) else { return true }
        guard marks < Self.markLimit else { return true }
        text.unicodeScalars.append(scalar)
        marks += 1
        return true
    }

    /// What stands for a control character.
    private func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x2028, 0x2029: "\u{FFFD}"
        default: nil
        }
    }

    /// Variation selectors, tags, bidirectional controls, zero-width spaces, soft hyphens and
    /// fillers; a skin tone only where there is something to tint.
    private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if (0x1F3FB...0x1F3FF).contains(scalar.value) { return !text.isEmpty }
        return scalar.properties.isDefaultIgnorableCodePoint
    }

    /// Whether the mark stays in one cluster with what has been kept before it; Hangul vowels,
    /// for instance, join nothing but Hangul.
    private func joins(_ last: Unicode.Scalar, _ mark: Unicode.Scalar) -> Bool {
        if mark.properties.generalCategory == .nonspacingMark { return true }
        var pair = String(last)
        pair.unicodeScalars.append(mark)
        return pair.count == 1
    }
}
