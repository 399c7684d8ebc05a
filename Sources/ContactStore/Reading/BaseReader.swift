import ContactModel
import JSONText

/// Reads a file: what stands around the list token by token, the list itself in one pass.
///
/// Where the pass meets something that is no record, the tokens go on from there and tell what
/// and where it is.
struct BaseReader {
    /// A file as it was read.
    struct Reading {
        let columns: RecordColumns
        /// Where the list's `]` stands.
        let closing: Int
        var mark: ContentMark
    }

    private let bytes: [UInt8]
    private let path: String
    private var tokens: JSONTokenizer
    private var scan: BaseScan
    private var columns: RecordColumns?
    private var closing = 0

    /// Reads a file.
    ///
    /// - Throws: `.syntax` or `.shape` with the place; the depth of nesting is limited.
    static func read(_ text: BaseText, path: String) throws(StoreError) -> Reading {
        guard text.size <= Int(UInt32.max) else {
            throw .tooLarge(path: path, limit: Int(UInt32.max))
        }
        if case .file = text, let reading = try bareList(BaseScan(text)) { return reading }
        var reader = BaseReader(try text.all(), path: path)
        return try reader.read()
    }

    /// Reads a file that is nothing but a list; nil where it is anything else, or something in it
    /// is wrong.
    static func bareList(_ scan: BaseScan) throws(StoreError) -> Reading? {
        try BareList.read(scan)
    }

    /// Reads the whole records at the beginning of a list, of which only so much is there; nil
    /// where it is no list.
    static func readBeginning(_ bytes: [UInt8]) throws(StoreError) -> Reading? {
        var scan = BaseScan(.memory(bytes))
        guard let opening = BareList.opening(of: bytes[...]),
            let list = try ListReading(&scan, from: opening + 1, depth: 1)
        else { return nil }
        return Reading(
            columns: list.columns, closing: bytes.count, mark: ContentMark(size: 0, checksum: 0))
    }

    private init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        scan = BaseScan(.memory(bytes))
        let hasMark = bytes.starts(with: BareList.orderMark)
        tokens = JSONTokenizer(bytes, in: (hasMark ? 3 : 0)..<bytes.count)
    }

    private mutating func read() throws(StoreError) -> Reading {
        let flaw: StoreError.ShapeFlaw?
        do throws(JSONSyntaxError) {
            flaw = try readAll()
        } catch {
            throw .syntax(path: path, error)
        }
        if let flaw { throw .shape(path: path, flaw) }
        guard let columns else { throw .tooLarge(path: path, limit: bytes.count) }
        return Reading(columns: columns, closing: closing, mark: ContentMark(of: bytes))
    }

    private mutating func readAll() throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        tokens.skipWhitespace()
        let start = tokens.position
        switch try tokens.next() {
        case .beginArray:
            if let flaw = try readList() { return flaw }
        case .beginObject:
            if let flaw = try readEnvelope(at: start) { return flaw }
        case let token?: return flaw(BaseReader.kind(of: token), nil, start)
        case nil: break
        }
        try tokens.finish()
        return nil
    }

    /// Reads `{"data": [...]}`; whatever stands beside it is kept. Where several lists have the
    /// name the last one counts, as for most readers of JSON.
    private mutating func readEnvelope(
        at start: Int
    ) throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        var found = false
        while case .name(let name) = try tokens.next() {
            guard JSONOutline.text(of: bytes, in: name) == "data" else {
                _ = try tokens.skipValue()
                continue
            }
            tokens.skipWhitespace()
            let place = tokens.position
            guard !found || bytes[place] == UInt8(ascii: "[") else {
                _ = try tokens.skipValue()
                continue
            }
            guard try tokens.next() == .beginArray else {
                return flaw(kind(at: place), nil, place)
            }
            if let flaw = try readList() { return flaw }
            found = true
        }
        return found ? nil : flaw("object without a list", nil, start)
    }

    private mutating func readList() throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        // Bytes in memory can always be read.
        let reading = try? ListReading(&scan, from: tokens.position, depth: tokens.depth)
        switch reading?.outcome {
        case nil, .full: return nil
        case .wrong(let offset, let place):
            tokens.resume(at: offset, place)
            return try flaw(after: reading?.columns.count ?? 0)
        case .ended(let offset):
            tokens.resume(at: offset, .separator)
            closing = offset
            columns = reading?.columns
            _ = try tokens.next()
            return nil
        }
    }

    /// What is wrong behind so many records.
    private mutating func flaw(after count: Int) throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        var count = count
        while let span = try tokens.nextElement() {
            count += 1
            guard bytes[span.lowerBound] == UInt8(ascii: "{") else {
                return flaw(kind(at: span.lowerBound), count, span.lowerBound)
            }
        }
        return nil
    }

    private func flaw(_ found: String, _ element: Int?, _ offset: Int) -> StoreError.ShapeFlaw {
        let place = JSONSyntaxError(.unexpectedEnd, at: offset, in: bytes)
        return StoreError.ShapeFlaw(
            found: found, element: element, offset: offset, line: place.line,
            column: place.column)
    }

    private func kind(at offset: Int) -> String {
        switch bytes[offset] {
        case UInt8(ascii: "["): "list"
        case UInt8(ascii: "{"): "object"
        case UInt8(ascii: "\""): "text"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): "true/false"
        case UInt8(ascii: "n"): "null"
        default: "number"
        }
    }

    private static func kind(of token: JSONToken) -> String {
        switch token {
        case .string: "text"
        case .number: "number"
        case .bool: "true/false"
        case .null: "null"
        default: "something else"
        }
    }
}

/// A file that is nothing but a list, as nearly all are: read in pieces, never held as a whole.
private enum BareList {
    static let orderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Nil where it is anything else, or something in it is wrong.
    static func read(_ source: BaseScan) throws(StoreError) -> BaseReader.Reading? {
        var scan = source
        var head = [UInt8](repeating: 0, count: 4096)
        let length = try scan.fill(&head, from: 0)
        guard let opening = opening(of: head[..<length]),
            let list = try ListReading(&scan, from: opening + 1, depth: 1),
            case .ended(let closing) = list.outcome,
            let mark = try scan.mark(from: closing + 1, rest: { $0.allSatisfy(isSpace) })
        else { return nil }
        return BaseReader.Reading(columns: list.columns, closing: closing, mark: mark)
    }

    /// Where the list begins.
    static func opening(of head: ArraySlice<UInt8>) -> Int? {
        let text = head.dropFirst(head.starts(with: orderMark) ? 3 : 0)
        guard let opening = text.firstIndex(where: { !isSpace($0) }) else { return nil }
        return text[opening] == UInt8(ascii: "[") ? opening : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
