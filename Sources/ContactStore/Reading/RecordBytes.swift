import CRecords
import ContactModel

/// A path into metadata as C takes it.
struct PathBytes {
    private let text: [UInt8]
    private let ends: [Int]

    /// Nil where a member on the way could not be found by its name however it is written.
    init?(_ path: MetadataPath) {
        let whole = path.keys.joined(separator: ".")
        guard RecordFacts.canFind(whole) else { return nil }
        text = Array(whole.utf8)
        var ends: [Int] = []
        for key in path.keys { ends.append((ends.last ?? -1) + 1 + key.utf8.count) }
        self.ends = ends
    }

    /// Hands out a path, or null for none.
    static func withPath<Result>(
        of path: PathBytes?, _ body: (UnsafePointer<records_path>?) -> Result
    ) -> Result {
        guard let path else { return body(nil) }
        return path.withPath { body($0) }
    }

    func withPath<Result>(_ body: (UnsafePointer<records_path>) -> Result) -> Result {
        text.withUnsafeBufferPointer { text in
            ends.withUnsafeBufferPointer { ends in
                var path = records_path()
                path.text = text.baseAddress
                path.ends = ends.baseAddress
                path.count = ends.count
                return withUnsafePointer(to: path, body)
            }
        }
    }
}

extension Base {
    /// Hands records to `body`, a piece of the file after the other, until it answers false; a
    /// piece that cannot be read is nil.
    ///
    /// A piece of 256 KB is still in the processor's cache when it is looked at, and all are read
    /// to the same place, which no page has to be asked for again.
    ///
    /// - Returns: whether it never answered that.
    @discardableResult
    func forEachPiece(
        of wanted: RecordBits? = nil, in range: Range<Int>? = nil,
        _ body: (_ bytes: [UInt8]?, _ offset: Int, _ records: Range<Int>) -> Bool
    ) -> Bool {
        let range = range ?? 0..<columns.count
        var first = range.lowerBound
        var piece: [UInt8] = []
        while first < range.upperBound {
            let records = first..<min(endOfPiece(from: first), range.upperBound)
            first = records.upperBound
            if let wanted, !wanted.containsAny(of: records) { continue }
            let start = columns.span(of: records.lowerBound).lowerBound
            let end = columns.span(of: records.upperBound - 1).upperBound
            if case .memory(let all) = text {
                guard body(all, 0, records) else { return false }
            } else {
                let isRead = (try? text.read(start..<end, into: &piece)) != nil
                guard body(isRead ? piece : nil, start, records) else { return false }
            }
        }
        return true
    }

    /// The record that no piece holds any more that begins with another.
    private func endOfPiece(from first: Int) -> Int {
        let limit = columns.span(of: first).lowerBound + 256 << 10
        var end = first + 1
        while end < columns.count, columns.span(of: end).upperBound <= limit { end += 1 }
        return end
    }

    /// Which candidates have a value within their metadata that is asked for; nil where C cannot
    /// tell. What is found is a part where the search was ended.
    ///
    /// - Parameter decide: tells of a record what only its decoded value does.
    func answers(
        _ path: MetadataPath, _ test: Query.MetadataTest, among candidates: RecordBits,
        decide: (Int, inout RecordPieces) -> Bool
    ) -> RecordBits? {
        guard let question = MetadataQuestion(path, test) else { return nil }
        var found = RecordBits(limit: columns.count)
        var others = found
        forEachPiece(of: candidates) { bytes, offset, records in
            if let bytes {
                question.ask(columns, bytes, offset, records, candidates, &found, &others)
            } else {
                others.insert(records, among: candidates)
            }
            var pieces = RecordPieces(self, holding: bytes ?? [], from: offset)
            others.forEach(in: records) { record in
                if decide(record, &pieces) { found.insert(record) }
            }
            return LongWork.goesOn(done: records.upperBound, of: columns.count)
        }
        return found
    }
}

/// A test of a value within metadata as C takes it.
private struct MetadataQuestion {
    private let path: PathBytes
    private let question: records_question
    private var wanted: Int32 = 0
    private var text: [UInt8] = []

    /// Nil where C cannot find the value.
    init?(_ path: MetadataPath, _ test: Query.MetadataTest) {
        guard let path = PathBytes(path) else { return nil }
        self.path = path
        switch test {
        case .present: question = RECORDS_IS_THERE
        case .empty: question = RECORDS_IS_BLANK
        case .exactly: question = RECORDS_HAS_TEXT
        case .contains(let word):
            question = RECORDS_HOLDS
            text = Array(word.folded.utf8)
        case .compares(let comparison, let operand):
            question = operand.number == nil ? RECORDS_COMPARES_TEXT : RECORDS_COMPARES
            text = Array((operand.number ?? operand.folded).utf8)
            wanted =
                switch comparison {
                case .less: RECORDS_LESS
                case .lessOrEqual: RECORDS_LESS | RECORDS_EQUAL
                case .greater: RECORDS_GREATER
                case .greaterOrEqual: RECORDS_GREATER | RECORDS_EQUAL
                case .equal: RECORDS_EQUAL
                }
        }
    }

    /// Asks some records; `others` gets those of whom only their decoded value tells.
    func ask(
        _ columns: RecordColumns, _ bytes: [UInt8], _ offset: Int, _ records: Range<Int>,
        _ candidates: RecordBits, _ found: inout RecordBits, _ others: inout RecordBits
    ) {
        text.withUnsafeBufferPointer { text in
            var test = records_test(
                question: question, wanted: UInt32(wanted), text: text.baseAddress,
                text_length: text.count)
            found.withWords { found in
                others.withWords { others in
                    path.withPath { path in
                        records_ask(
                            columns.records, bytes, offset, records.lowerBound, records.count,
                            path, &test, candidates.words, found, others)
                    }
                }
            }
        }
    }
}
