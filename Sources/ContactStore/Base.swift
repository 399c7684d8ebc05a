import ContactModel
import CRecords
import JSONText
import Synchronization

/// The file as it was read: its bytes, where each contact stands in them, and what is searched.
///
/// Never changed after it is made, so any number of snapshots share it.
final class Base: Sendable {
    let bytes: [UInt8]
    let columns: RecordColumns
    /// Where the list's `]` stands.
    let closing: Int
    let mark: ContentMark
    let keys: KeyIndex
    let tags: TagColumn
    let orders = OrderCache()
    private let lazyInstants = Lazily<Instants>()
    private let lazySuspects = Lazily<RecordBits>()
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
        let columns = try reader.read()
        self.bytes = bytes
        self.columns = columns
        closing = reader.closing
        keys = KeyIndex(bytes, columns)
        tags = TagColumn(columns)
        mark = ContentMark(of: bytes)
        self.reading = reading ?? Base.readings.add(1, ordering: .relaxed).newValue
    }

    /// The timestamps of all records.
    var instants: Instants { lazyInstants.value { Instants(bytes, columns) } }

    /// The records whose id or number may stand in another record as well.
    var suspects: RecordBits { lazySuspects.value { keys.suspects } }

    /// The bytes of each contact's object, in the order of the file.
    var spans: RecordSpans { RecordSpans(columns) }

    /// An empty list, as a new file begins.
    static let emptyText = Array("[\n]\n".utf8)
}

/// Where the records of a file stand.
struct RecordSpans: RandomAccessCollection {
    private let columns: RecordColumns

    init(_ columns: RecordColumns) {
        self.columns = columns
    }

    var startIndex: Int { 0 }
    var endIndex: Int { columns.count }

    subscript(record: Int) -> Range<Int> { columns.span(of: record) }
}

/// What of a record is indexed: read from its bytes without building a value.
struct RecordFacts {
    var id: String?
    var phone: String?
    var name = ""
    var email = ""
    /// Where the tags stand.
    var tags: Range<Int>?

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

    /// Where the value that counts for a field stands in the object that fills `span`, which is
    /// known to be JSON; nil where there is none.
    static func value(
        _ field: Field, _ bytes: [UInt8], _ span: Range<Int>
    ) -> Range<Int>? {
        value(field.name, bytes, span)
    }

    /// Whether a member of this name can be found by `value`, however it is written.
    static func canFind(_ name: String) -> Bool { name.utf8.count <= 80 }

    /// The same for the name of any member that can be found.
    static func value(_ name: String, _ bytes: [UInt8], _ span: Range<Int>) -> Range<Int>? {
        var name = name
        var start = 0
        let length = name.withUTF8 { name in
            bytes.withUnsafeBufferPointer { bytes in
                records_member(
                    bytes.baseAddress.map { $0 + span.lowerBound }, span.count,
                    name.baseAddress, name.count, &start)
            }
        }
        return length == 0 ? nil : span.lowerBound + start..<span.lowerBound + start + length
    }

    /// The text of a value; numbers too, so that what is shown can be found.
    static func text(_ bytes: [UInt8], _ value: Range<Int>?) -> String? {
        guard let value else { return nil }
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
