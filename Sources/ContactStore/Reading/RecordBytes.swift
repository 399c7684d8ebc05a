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
    /// Hands all records to `body`, a megabyte of the file after the other, until it answers
    /// false; a piece that cannot be read is nil.
    func forEachPiece(
        of wanted: RecordBits? = nil,
        _ body: (_ bytes: [UInt8]?, _ offset: Int, _ records: Range<Int>) -> Bool
    ) {
        var first = 0
        while first < columns.count {
            let records = first..<endOfPiece(from: first)
            first = records.upperBound
            if let wanted, !wanted.containsAny(of: records) { continue }
            let offset = columns.span(of: records.lowerBound).lowerBound
            let end = columns.span(of: records.upperBound - 1).upperBound
            guard body(try? text.bytes(offset..<end), offset, records) else { return }
        }
    }

    /// The record that no piece of one megabyte holds any more that begins with another.
    private func endOfPiece(from first: Int) -> Int {
        let limit = columns.span(of: first).lowerBound + 1 << 20
        var end = first + 1
        while end < columns.count, columns.span(of: end).upperBound <= limit { end += 1 }
        return end
    }

    /// Which candidates have a value within their metadata that is asked for; nil where C cannot
    /// tell. What is found is a part where the search was ended.
    func answers(
        _ path: MetadataPath, _ test: Query.MetadataTest, among candidates: RecordBits
    ) -> ColumnAnswers? {
        guard let path = PathBytes(path) else { return nil }
        let question = MetadataQuestion(test)
        return ColumnAnswers(limit: columns.count) { found, others in
            path.withPath { path in
                question.withTest { test in
                    forEachPiece(of: candidates) { bytes, offset, records in
                        if let bytes {
                            records_ask(
                                columns.records, bytes, offset, records.lowerBound, records.count,
                                path, test, candidates.words, found, others)
                        } else {
                            for record in records where candidates.contains(record) {
                                others[record >> 6] |= 1 << UInt64(record & 63)
                            }
                        }
                        return LongWork.goesOn(done: records.upperBound, of: columns.count)
                    }
                }
            }
        }
    }
}

/// A test of a value within metadata as C takes it.
private struct MetadataQuestion {
    private let question: records_question
    private var wanted: Int32 = 0
    private var number: [UInt8] = []

    init(_ test: Query.MetadataTest) {
        switch test {
        case .present: question = RECORDS_IS_THERE
        case .empty: question = RECORDS_IS_BLANK
        case .exactly, .contains: question = RECORDS_HAS_TEXT
        case .compares(let comparison, let operand):
            question = operand.number == nil ? RECORDS_HAS_TEXT : RECORDS_COMPARES
            number = Array((operand.number ?? "").utf8)
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

    func withTest(_ body: (UnsafePointer<records_test>) -> Void) {
        number.withUnsafeBufferPointer { number in
            let test = records_test(
                question: question, wanted: UInt32(wanted), number: number.baseAddress,
                number_length: number.count)
            withUnsafePointer(to: test, body)
        }
    }
}
