/// One grapheme cluster made fit for a terminal.
package struct Glyph: Hashable, Sendable {
    /// What is drawn: no control characters, at most four marks on a letter, no joiners. Empty
    /// where nothing of the cluster is visible.
    package var text: String
    /// The columns the terminal will give it.
    package var columns: Int
    /// The cluster as the text has it.
    package var source: Character

    /// A glyph as a shaper makes it.
    package init(text: String, columns: Int, source: Character) {
        self.text = text
        self.columns = columns
        self.source = source
    }
}

/// Turns any text, however hostile, into clusters that a terminal draws in the columns foretold.
///
/// Clusters stay whole. Controls become their pictures (U+2400…), what the terminal could not
/// print becomes U+FFFD, and what shows nothing but moves or reorders its neighbours (joiners,
/// bidirectional controls, variation selectors, skin tones, tags) is left out.
package struct TextShaper: Sendable {
    /// Columns of single scalars.
    package let width: CellWidth
    /// Whether nothing but ASCII may be drawn.
    package let isASCII: Bool

    /// A shaper for a terminal with these widths; one in ASCII spells everything else out.
    package init(width: CellWidth, isASCII: Bool = false) {
        self.width = width
        self.isASCII = isASCII
    }

    /// What stands for text that is cut off.
    package var ellipsis: Glyph {
        isASCII
            ? Glyph(text: ">", columns: 1, source: "…")
            : Glyph(text: "…", columns: max(1, width("…")), source: "…")
    }

    /// Every cluster of the text in order, those that show nothing included.
    package func glyphs(_ text: String) -> [Glyph] {
        text.map(glyph)
    }

    /// The columns of the whole text.
    package func columns(_ text: String) -> Int {
        if isPrintableASCII(text.utf8) { return text.utf8.count }
        return text.reduce(0) { $0 + glyph($1).columns }
    }

    /// The whole text made safe, for output outside the editor; newlines and tabs become pictures.
    package func neutral(_ text: String) -> String {
        if isPrintableASCII(text.utf8) { return text }
        var safe = ""
        safe.reserveCapacity(text.utf8.count)
        for cluster in text {
            safe += glyph(cluster).text
        }
        return safe
    }

    /// The text made safe and cut with `…` where it is wider than `columns`.
    ///
    /// Reads no more of the text than the columns ask for.
    package func clip(_ text: String, to columns: Int) -> String {
        let bytes = text.utf8
        if bytes.count <= columns, isPrintableASCII(bytes) { return text }
        return fitted(text, to: columns).reduce(into: "") { $0 += $1.text }
    }

    /// The text cut with `…` where it is wider than `columns`, but not made safe yet: for text
    /// that is drawn later.
    package func cut(_ text: String, to columns: Int) -> String {
        fitted(text, to: columns).reduce(into: "") { $0.append($1.source) }
    }

    /// The glyphs that `clip` would draw, the `…` among them.
    package func fitted(_ text: String, to columns: Int) -> [Glyph] {
        guard columns > 0 else { return [] }
        let start = beginning(of: text, for: columns)
        var isWhole = start.utf8.count == text.utf8.count
        var fitting: [Glyph] = []
        var used = 0
        for cluster in start {
            let next = glyph(cluster)
            guard used + next.columns <= columns else {
                isWhole = false
                break
            }
            used += next.columns
            fitting.append(next)
        }
        if !isWhole { cut(&fitting, to: columns) }
        return fitting
    }

    /// One cluster reduced to what is drawn.
    package func glyph(_ cluster: Character) -> Glyph {
        if cluster.utf8.count == 1, let byte = cluster.utf8.first, (0x20..<0x7F).contains(byte) {
            return Glyph(text: String(cluster), columns: 1, source: cluster)
        }
        if isASCII { return ASCIISpelling.glyph(cluster) }
        var reduction = ClusterReduction(width: width)
        reduction.read(cluster.unicodeScalars)
        return Glyph(text: reduction.text, columns: reduction.columns, source: cluster)
    }

    /// Makes room for `…` at the end and puts it there.
    private func cut(_ glyphs: inout [Glyph], to columns: Int) {
        let ellipsis = ellipsis
        var used = glyphs.reduce(0) { $0 + $1.columns }
        while let last = glyphs.last, used + ellipsis.columns > columns {
            used -= last.columns
            glyphs.removeLast()
        }
        if used + ellipsis.columns <= columns { glyphs.append(ellipsis) }
    }

    /// As much of the text as can matter for so many columns: even a single cluster may be a
    /// megabyte of marks, and finding its end would read all of it. A copy, because a substring
    /// looks for the end of its last cluster beyond its own.
    private func beginning(of text: String, for columns: Int) -> String {
        let (limit, isHuge) = columns.multipliedReportingOverflow(by: 64)
        let bytes = text.utf8
        guard !isHuge, bytes.count > limit else { return text }
        let cut = bytes.index(bytes.startIndex, offsetBy: limit)
        return String(text.unicodeScalars[..<text.unicodeScalars.boundary(before: cut)])
    }
}

extension String.UnicodeScalarView {
    /// The start of the scalar in which `index` lies.
    fileprivate func boundary(before index: Index) -> Index {
        index == endIndex ? index : self.index(before: self.index(after: index))
    }
}

/// Whether each byte is a printable ASCII character, so that bytes, clusters and columns agree.
@inline(__always)
func isPrintableASCII(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.allSatisfy { $0 &- 0x20 < 0x5F }
}
