/// One record of a CSV text.
package struct CSVRow: Hashable, Sendable {
    /// The line it begins at, from 1.
    package let line: Int
    /// The cells; what is not UTF-8 is replaced.
    package let cells: [String]
    /// What is wrong with it.
    package let flaw: RecordFlaw?

    /// The row of a table that was written for a spreadsheet.
    var live: CSVRow {
        guard cells.contains(where: { $0.utf8.first == 0x27 }) else { return self }
        return CSVRow(line: line, cells: cells.map(CSVText.live), flaw: flaw)
    }
}

/// Splits CSV into cells (RFC 4180), piece by piece.
///
/// Lines end with CR LF, LF or CR. White space around a cell without quotes falls away, that
/// within quotes stays; a quote within a cell that has none around it stands for itself. Blank
/// lines are passed over.
package struct CSVParser: Sendable {
    private enum State {
        /// Before a cell, or in white space before it.
        case start
        case plain
        case quoted
        /// After a quote that closes the cell, or is the first of two.
        case quote
        /// In what follows a closed cell.
        case after
    }

    private let delimiter: UInt8
    private var state = State.start
    private var bytes: [UInt8] = []
    /// Where each finished cell ends in `bytes`.
    private var ends: [Int] = []
    private var isQuoted = false
    private var flaw: RecordFlaw?
    private var line: Int
    private var rowLine: Int
    private var quoteLine = 0
    private var followsReturn = false

    /// Begins at a line of a text.
    package init(delimiter: UInt8, line: Int = 1) {
        self.delimiter = delimiter
        self.line = line
        rowLine = line
    }

    /// Takes the next bytes.
    ///
    /// - Returns: the records that are whole now.
    /// - Throws: `.tooLong` where one grows beyond 16 MiB.
    package mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [CSVRow] {
        var rows: [CSVRow] = []
        var index = 0
        while index < chunk.count {
            let end = plainEnd(chunk, from: index)
            if end > index {
                bytes += chunk[index..<end]
                followsReturn = false
                index = end
            } else {
                takeSign(chunk[index], &rows)
                index += 1
            }
        }
        guard bytes.count <= ReadingOptions.recordLimit else {
            throw .tooLong(
                line: state == .quoted ? quoteLine : rowLine, limit: ReadingOptions.recordLimit)
        }
        return rows
    }

    /// Takes the end of the text, where the last line may lack its end.
    ///
    /// - Throws: `.openQuote` where a cell is not closed.
    package mutating func finish() throws(FormatError) -> [CSVRow] {
        if state == .quoted { throw .openQuote(line: quoteLine) }
        var rows: [CSVRow] = []
        endRow(&rows)
        return rows
    }

    /// Where the bytes from `start` on end that are only taken as they are.
    private func plainEnd(_ chunk: [UInt8], from start: Int) -> Int {
        guard state == .plain || state == .quoted else { return start }
        let (sign, zero): (UInt8, UInt8) = state == .quoted ? (0x22, 0x22) : (delimiter, 0)
        return chunk.withUnsafeBufferPointer { chunk in
            var end = start
            while end < chunk.count {
                let byte = chunk[end]
                if byte == sign || byte == zero || byte == 0x0A || byte == 0x0D { break }
                end += 1
            }
            return end
        }
    }

    private mutating func takeSign(_ byte: UInt8, _ rows: inout [CSVRow]) {
        let endsReturn = byte == 0x0A && followsReturn
        followsReturn = byte == 0x0D
        if endsReturn {
            if state == .quoted { bytes.append(byte) }
        } else {
            take(byte, &rows)
        }
    }

    private mutating func take(_ byte: UInt8, _ rows: inout [CSVRow]) {
        let isLineEnd = byte == 0x0A || byte == 0x0D
        if state == .quoted {
            if isLineEnd { line += 1 }
            if byte == 0x22 { state = .quote } else { bytes.append(byte) }
        } else if state == .quote && byte == 0x22 {
            bytes.append(byte)
            state = .quoted
        } else if byte == delimiter {
            endCell()
        } else if isLineEnd {
            endRow(&rows)
            line += 1
            rowLine = line
        } else {
            takePlain(byte)
        }
    }

    private mutating func takePlain(_ byte: UInt8) {
        let isSpace = byte == 0x20 || byte == 0x09
        switch state {
        case .start where byte == 0x22:
            bytes.removeSubrange((ends.last ?? 0)...)
            (isQuoted, quoteLine, state) = (true, line, .quoted)
        case .start:
            bytes.append(byte)
            if !isSpace { state = .plain }
        case .quote where isSpace, .after where isSpace: state = .after
        case .quote, .after:
            flaw = flaw ?? .textAfterQuote
            state = .after
        case .plain, .quoted: bytes.append(byte)
        }
        if byte == 0 { flaw = flaw ?? .zeroByte }
    }

    private mutating func endCell() {
        if !isQuoted { trimCell() }
        ends.append(bytes.count)
        isQuoted = false
        state = .start
    }

    private mutating func trimCell() {
        let begin = ends.last ?? 0
        while bytes.count > begin, let last = bytes.last, last == 0x20 || last == 0x09 {
            bytes.removeLast()
        }
        let spaces = bytes[begin...].prefix { $0 == 0x20 || $0 == 0x09 }.count
        if spaces > 0 { bytes.removeSubrange(begin..<begin + spaces) }
    }

    private mutating func endRow(_ rows: inout [CSVRow]) {
        let isBlank = ends.isEmpty && !isQuoted
        endCell()
        if !isBlank || !bytes.isEmpty { rows.append(row()) }
        bytes.removeAll(keepingCapacity: bytes.count < 1 << 16)
        ends.removeAll(keepingCapacity: true)
        flaw = nil
    }

    private func row() -> CSVRow {
        var flaw = flaw
        var begin = 0
        let cells = ends.enumerated().map { index, end in
            defer { begin = end }
            let cell = bytes[begin..<end]
            if let text = String(validating: cell, as: UTF8.self) { return text }
            flaw = flaw ?? .notUTF8(column: index + 1)
            return String(decoding: cell, as: UTF8.self)
        }
        return CSVRow(line: rowLine, cells: cells, flaw: flaw)
    }
}
