/// Gathers pasted bytes up to the mark that ends them; more than 4 MiB are read and dropped.
struct PasteCollector {
    static let limit = 4 << 20
    static let endMark = Array("\u{1B}[201~".utf8)

    private var bytes: [UInt8] = []
    private(set) var isComplete = false

    /// Takes what belongs to the paste, the mark included, and says how many bytes that were.
    /// A beginning of the mark at the end of the bytes is left for the next time.
    mutating func take(_ input: ArraySlice<UInt8>) -> Int {
        var position = input.startIndex
        while let escape = input[position...].firstIndex(of: 0x1B) {
            append(input[position..<escape])
            position = escape
            let rest = input[escape...]
            if rest.starts(with: Self.endMark) {
                isComplete = true
                return escape + Self.endMark.count - input.startIndex
            }
            if Self.endMark.starts(with: rest) { return escape - input.startIndex }
            append(rest.prefix(1))
            position += 1
        }
        append(input[position...])
        return input.count
    }

    /// The text; terminals send the line ends of a paste as carriage returns.
    var text: String {
        let unix = UTF8Text.decode(bytes[...]).map { $0 == "\r" || $0 == "\r\n" ? "\n" : $0 }
        return String(unix)
    }

    private mutating func append(_ part: ArraySlice<UInt8>) {
        bytes.append(contentsOf: part.prefix(max(0, Self.limit - bytes.count)))
    }
}
