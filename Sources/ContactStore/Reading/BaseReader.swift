import ContactModel
import JSONText

/// Reads a file: what stands around the list token by token, the list itself in one pass.
///
/// Where the pass meets something that is no record, the tokens go on from there and tell what
/// and where it is.
struct BaseReader {
    private(set) var closing = 0
    private var columns: RecordColumns?
    private let bytes: [UInt8]
    private let path: String
    private var tokens: JSONTokenizer

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        tokens = JSONTokenizer(bytes, in: (hasMark ? 3 : 0)..<bytes.count)
    }

    mutating func read() throws(StoreError) -> RecordColumns {
        guard bytes.count <= Int(UInt32.max) else {
            throw .tooLarge(path: path, limit: Int(UInt32.max))
        }
        let flaw: StoreError.ShapeFlaw?
        do throws(JSONSyntaxError) {
            flaw = try readAll()
        } catch {
            throw .syntax(path: path, error)
        }
        if let flaw { throw .shape(path: path, flaw) }
        guard let columns else { throw .tooLarge(path: path, limit: bytes.count) }
        return columns
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

    /// Reads `{"data": [...]}`; whatever stands beside it is kept.
    private mutating func readEnvelope(
        at start: Int
    ) throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        var found = false
        while case .name(let name) = try tokens.next() {
            guard !found, JSONOutline.text(of: bytes, in: name) == "data" else {
                _ = try tokens.skipValue()
                continue
            }
            tokens.skipWhitespace()
            let place = tokens.position
            guard try tokens.next() == .beginArray else {
                return flaw(kind(at: place), nil, place)
            }
            if let flaw = try readList() { return flaw }
            found = true
        }
        return found ? nil : flaw("object without a list", nil, start)
    }

    private mutating func readList() throws(JSONSyntaxError) -> StoreError.ShapeFlaw? {
        let reading = ListReading(bytes, from: tokens.position, depth: tokens.depth)
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
