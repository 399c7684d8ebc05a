import ContactModel
import CRecords
import JSONText
import Synchronization

/// The file as it was read: where each contact stands in it, and what is searched.
///
/// Never changed after it is made, so any number of snapshots share it.
final class Base: Sendable {
    let text: BaseText
    let columns: RecordColumns
    /// Where the list's `]` stands.
    let closing: Int
    let mark: ContentMark
    let keys: KeyIndex
    let tags: TagColumn
    let orders = OrderCache()
    private let lazySuspects = Lazily<RecordBits>()
    /// Another number for every reading of a file in this process, never 0.
    let reading: Int
    /// Whose contacts are in it, where it holds only some of the file; then they stand in no file
    /// as they do here, but what it holds is said to be that of the whole file.
    let known: KeyHashes?
    private static let readings = Atomic(0)

    /// Reads bytes.
    ///
    /// - Parameter reading: the number of the reading whose contacts these are, each in its
    ///   place; nil for a new one.
    /// - Throws: `.syntax` or `.shape` with the place; the depth of nesting is limited.
    convenience init(_ bytes: [UInt8], path: String, reading: Int? = nil) throws(StoreError) {
        try self.init(.memory(bytes), path: path, reading: reading)
    }

    /// Reads a file.
    ///
    /// - Throws: `.syntax` or `.shape` with the place; `.tooLarge`, or `.io`.
    convenience init(
        _ file: OpenFile, _ options: StoreOptions, reading: Int? = nil
    ) throws(StoreError) {
        let limit = options.sizeLimit
        let stamp = FileStamp(try file.status)
        guard stamp.size <= limit else { throw .tooLarge(path: file.path, limit: limit) }
        let isSmall = stamp.size <= options.keptSize
        let text =
            isSmall ? BaseText.memory(try file.read(limit: limit)) : .file(file, TextGuard(stamp))
        try self.init(text, path: file.path, reading: reading)
    }

    private convenience init(
        _ text: BaseText, path: String, reading: Int? = nil
    ) throws(StoreError) {
        self.init(text, try BaseReader.read(text, path: path), reading: reading)
    }

    /// The records that the beginning of a list holds whole; nil where it is no list.
    ///
    /// - Throws: nothing that is not also told when all of it is read.
    convenience init?(beginning bytes: [UInt8], path: String) throws(StoreError) {
        guard let read = try BaseReader.readBeginning(bytes) else { return nil }
        self.init(.memory(bytes), read, reading: nil)
    }

    /// Takes what a file was read to be.
    init(
        _ text: BaseText, _ read: BaseReader.Reading, reading: Int?, known: KeyHashes? = nil
    ) {
        self.text = text
        columns = read.columns
        closing = read.closing
        mark = read.mark
        if case .file(_, let guarded) = text { guarded.settle(read.mark) }
        keys = KeyIndex(text, read.columns)
        tags = TagColumn(read.columns)
        self.reading = reading ?? Base.readings.add(1, ordering: .relaxed).newValue
        self.known = known
    }

    /// Takes some contacts of a file, which holds `mark`.
    ///
    /// - Parameter known: whose keys were looked for: of all others nothing is known.
    /// - Throws: as where a file of nothing but them is read.
    convenience init(
        excerpt contacts: [[UInt8]], known: KeyHashes, of mark: ContentMark, path: String
    ) throws(StoreError) {
        let list = Array("[".utf8) + contacts.joined(separator: [0x2C]) + Array("]".utf8)
        let text = BaseText.memory(list)
        var read = try BaseReader.read(text, path: path)
        read.mark = mark
        self.init(text, read, reading: nil, known: known)
    }

    /// The records whose id or number may stand in another record as well: found in 40 ms at
    /// 1,000,000 contacts when the first row is shown.
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

    /// What sets a record off from the one before it, which must be there.
    func gap(before record: Int) -> Range<Int> {
        self[record - 1].upperBound..<self[record].lowerBound
    }
}

/// What of a record is indexed: read from its bytes without building a value.
struct RecordFacts {
    var id: String?
    var phone: String?
    let name: String
    let email: String
    /// Where the tags stand.
    let tags: Range<Int>?

    /// Reads an object that is known to be JSON.
    init(_ bytes: [UInt8]) {
        let whole = 0..<bytes.count
        func text(_ field: Field) -> String? {
            RecordFacts.text(bytes, RecordFacts.value(field, bytes, whole))
        }
        id = text(.id)
        phone = text(.phone)
        name = text(.name) ?? ""
        email = text(.email) ?? ""
        tags = RecordFacts.value(.tags, bytes, whole)
    }

    /// Where the members of the object that fills `span` stand, which is known to be JSON; nil
    /// where it is another kind of value.
    static func outline(of bytes: [UInt8], in span: Range<Int>) -> [JSONOutline.Member]? {
        guard !span.isEmpty, bytes[span.lowerBound] == UInt8(ascii: "{") else { return nil }
        var count = 24
        while true {
            let members = bytes.withUnsafeBufferPointer { bytes in
                outline(bytes.baseAddress.map { $0 + span.lowerBound }, span, room: &count)
            }
            if let members { return members }
        }
    }

    /// Nil, with the room that is needed, where there are more members than room.
    private static func outline(
        _ object: UnsafePointer<UInt8>?, _ span: Range<Int>, room: inout Int
    ) -> [JSONOutline.Member]? {
        withUnsafeTemporaryAllocation(of: records_span.self, capacity: room) { places in
            let count = records_outline(object, span.count, places.baseAddress, room)
            guard count <= room else {
                room = count
                return nil
            }
            let start = span.lowerBound
            return places[..<count].map { place in
                JSONOutline.Member(
                    name: start + place.name_start..<start + place.name_end,
                    value: start + place.start..<start + place.end)
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
