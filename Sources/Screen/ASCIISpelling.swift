/// Clusters beyond ASCII as terminals can show them that know nothing else.
///
/// Lines and signs of our own have a likeness; letters are told by their numbers, `<e9>`, as other
/// editors do, and controls as `^[`.
enum ASCIISpelling {
    /// Scalars of one cluster that are told; a heap of marks must not fill the screen.
    private static let limit = 3

    /// How one cluster that is not plain ASCII is drawn.
    static func glyph(_ cluster: Character) -> Glyph {
        if let likeness = likenesses[cluster] { return glyph(likeness, cluster) }
        // A joined emoji is one picture, for which its first part stands.
        let first = cluster.unicodeScalars.prefix { $0 != "\u{200D}" }
        let scalars = first.isEmpty ? cluster.unicodeScalars.prefix(1) : first
        let told = scalars.prefix(limit).map(spelling).joined()
        return glyph(scalars.count > limit ? told + "+" : told, cluster)
    }

    private static func glyph(_ text: String, _ source: Character) -> Glyph {
        Glyph(text: text, columns: text.utf8.count, source: source)
    }

    private static func spelling(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0..<0x20: "^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40))
        case 0x20..<0x7F: String(scalar)
        case 0x7F: "^?"
        default: "<" + String(scalar.value, radix: 16) + ">"
        }
    }

    private static let likenesses: [Character: String] = [
        "│": "|", "─": "-", "┌": "+", "┐": "+", "└": "+", "┘": "+", "·": "-", "→": "->",
        "−": "-", "–": "-", "—": "-", "▲": "^", "▼": "v", "•": "*", "█": "#", "░": ".",
        "×": "x", "…": "...", "\u{A0}": " ",
    ]
}
