/// Collects the header line of a CSV text and finds out what separates its cells.
struct CSVHead: Sendable {
    private var bytes: [UInt8] = []
    private var scanned = 0
    private var lineStart = 0
    private var isQuoted = false
    /// What the line `sep=;` of Excel says.
    private var said: UInt8?
    private var start = 0

    /// Takes bytes.
    ///
    /// - Returns: whether the header line is whole.
    mutating func take(_ chunk: [UInt8]) throws(FormatError) -> Bool {
        bytes += chunk
        while scanned < bytes.count {
            let byte = bytes[scanned]
            scanned += 1
            if byte == 0x22 { isQuoted.toggle() }
            if (byte == 0x0A || byte == 0x0D) && !isQuoted && endsHeader() { return true }
        }
        guard bytes.count <= ReadingOptions.recordLimit else {
            throw .tooLong(line: line, limit: ReadingOptions.recordLimit)
        }
        return false
    }

    /// Everything taken, but for the line that says the separator.
    var body: [UInt8] { Array(bytes[start...]) }

    /// The line at which `body` begins.
    var line: Int { start > 0 ? 2 : 1 }

    /// What was said to stand between cells, or stands most often in the header line.
    var delimiter: UInt8 {
        if let said { return said }
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes[lineStart..<scanned] {
            if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        var best: UInt8 = 0x2C
        for candidate in ";\t|".utf8 where counts[candidate, default: 0] > counts[best, default: 0]
        {
            best = candidate
        }
        return best
    }

    private mutating func endsHeader() -> Bool {
        let line = bytes[lineStart..<scanned]
        if line.allSatisfy({ $0 <= 0x20 }) {
            // The LF of a CR LF after the separator's line belongs to that.
            if lineStart == start && start > 0 && line.count == 1 && line.first == 0x0A {
                start = scanned
            }
        } else if lineStart == 0, said == nil, line.starts(with: Array("sep=".utf8)),
            line.dropFirst(5).allSatisfy({ $0 <= 0x20 }), line.count >= 6
        {
            said = line[lineStart + 4]
            start = scanned
        } else {
            return true
        }
        lineStart = scanned
        return false
    }
}
