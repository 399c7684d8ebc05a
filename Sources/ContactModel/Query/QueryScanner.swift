/// The scalars of a query, read from left to right; every step is taken once.
struct QueryScanner {
    private let scalars: [Unicode.Scalar]
    /// The next scalar's place, from 0.
    private(set) var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }
    var count: Int { scalars.count }
    var isAtEnd: Bool { position == scalars.count }
    var next: Unicode.Scalar? { peek(0) }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        let place = position + distance
        return place < scalars.count ? scalars[place] : nil
    }

    func text(from start: Int) -> String { text(start..<position) }

    func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }

    mutating func skip(_ count: Int = 1) {
        position = min(position + count, scalars.count)
    }

    /// Passes over a scalar where it is the next one.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        skip()
        return true
    }

    mutating func skipSpace() {
        while let next, next.properties.isWhitespace { skip() }
    }

    /// Whether a bare word ends here.
    var isAtDelimiter: Bool { isDelimiter(0) }

    func isDelimiter(_ distance: Int) -> Bool {
        guard let scalar = peek(distance) else { return true }
        return scalar == "\"" || scalar == ")" || scalar.properties.isWhitespace
    }

    /// The length of the ASCII identifier that begins here; 0 where none does.
    var identifierLength: Int {
        var length = 0
        while let scalar = peek(length), QueryScanner.isOfIdentifiers(scalar, first: length == 0) {
            length += 1
        }
        return length
    }

    private static func isOfIdentifiers(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        case "0"..."9": !first
        default: false
        }
    }

    /// Everything up to white space, a quote, or a bracket that closes one from before; brackets
    /// that pair up within the word belong to it, as in `+1(555)0100`.
    mutating func bareWord() -> String {
        let start = position
        var open = 0
        while let next, next != "\"", !next.properties.isWhitespace {
            if next == "(" { open += 1 }
            if next == ")" {
                if open == 0 { break }
                open -= 1
            }
            skip()
        }
        return text(from: start)
    }

    /// The text between the quotes that begin here; `\"` is a quote and `\\` a backslash.
    ///
    /// - Returns: nil where the quote is never closed; everything is then passed over.
    mutating func quoted() -> String? {
        skip()
        var text = String.UnicodeScalarView()
        while let scalar = next {
            skip()
            if scalar == "\"" { return String(text) }
            if scalar == "\\", let escaped = next, escaped == "\"" || escaped == "\\" {
                text.append(escaped)
                skip()
            } else {
                text.append(scalar)
            }
        }
        return nil
    }
}
