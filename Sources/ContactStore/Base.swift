import ContactModel
import JSONText
import Synchronization

/// The file as it was read: its bytes, where each contact stands in them, and what is searched.
///
/// Never changed after it is made, so any number of snapshots share it.
final class Base: Sendable {
    let bytes: [UInt8]
    /// The bytes of each contact's object, in the order of the file.
    let spans: [Range<Int>]
    /// Where the list's `]` stands.
    let closing: Int
    let mark: ContentMark
    let keys: KeyIndex
    let search: SearchColumn
    let tags: TagColumn
    /// Another number for every reading of a file in this process, never 0.
    let reading: Int
    private static let readings = Atomic(0)

    /// Reads a file's bytes.
    ///
    /// - Parameter reading: the number of the reading whose contacts these are, each in its
    ///   place; nil for a new one.
    /// - Throws: `.syntax` or `.shape` with the place; the depth of nesting is limited.
    init(_ bytes: [UInt8], path: String, reading: Int? = nil) throws(StoreError) {
        var reader = BaseReader(bytes, path: path)
        try reader.read()
        self.bytes = bytes
        spans = reader.spans
        closing = reader.closing
        keys = reader.keys
        search = reader.search
        tags = reader.tags
        mark = ContentMark(of: bytes)
        self.reading = reading ?? Base.readings.add(1, ordering: .relaxed).newValue
    }

    /// An empty list, as a new file begins.
    static let emptyText = Array("[\n]\n".utf8)
}

/// Walks once through a file and notes what a base holds.
private struct BaseReader {
    private(set) var spans: [Range<Int>] = []
    private(set) var closing = 0
    private(set) var keys = KeyIndex()
    private(set) var search = SearchColumn()
    private(set) var tags = TagColumn()
    private let bytes: [UInt8]
    private let path: String
    private var tokens: JSONTokenizer

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        tokens = JSONTokenizer(bytes, in: (hasMark ? 3 : 0)..<bytes.count)
    }

    mutating func read() throws(StoreError) {
        let flaw: StoreError.ShapeFlaw?
        do throws(JSONSyntaxError) {
            flaw = try readAll()
        } catch {
            throw .syntax(path: path, error)
        }
        if let flaw { throw .shape(path: path, flaw) }
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
        while let span = try tokens.nextElement() {
            guard bytes[span.lowerBound] == UInt8(ascii: "{") else {
                return flaw(kind(at: span.lowerBound), spans.count + 1, span.lowerBound)
            }
            let facts = RecordFacts(bytes, span)
            keys.add(facts, at: Int32(spans.count))
            search.append(facts)
            tags.append(bytes, facts.tags)
            spans.append(span)
        }
        closing = tokens.position - 1
        tags.finish()
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

/// What of a record is indexed: read from its bytes without building a value.
struct RecordFacts {
    var id: String?
    var phone: String?
    var name = ""
    var email = ""
    /// Where the tags stand.
    var tags: Range<Int>?

    /// Reads the object that fills `span`, which is known to be JSON.
    init(_ bytes: [UInt8], _ span: Range<Int>) {
        self.init(bytes, (try? JSONOutline.members(of: bytes, in: span) ?? []) ?? [])
    }

    /// Reads an object whose members are known.
    init(_ bytes: [UInt8], _ members: [JSONOutline.Member]) {
        for member in members {
            switch JSONOutline.text(of: bytes, in: member.name) {
            case "id": id = RecordFacts.text(bytes, member.value)
            case "phone": phone = RecordFacts.text(bytes, member.value)
            case "name": name = RecordFacts.text(bytes, member.value) ?? ""
            case "email": email = RecordFacts.text(bytes, member.value) ?? ""
            case "tags": tags = member.value
            default: break
            }
        }
    }

    /// The text of a value; numbers too, so that what is shown can be found.
    private static func text(_ bytes: [UInt8], _ value: Range<Int>) -> String? {
        switch bytes[value.lowerBound] {
        case UInt8(ascii: "\""):
            let text = JSONOutline.text(of: bytes, in: value)
            return text.isEmpty ? nil : text
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return String(decoding: bytes[value], as: UTF8.self)
        default: return nil
        }
    }
}
