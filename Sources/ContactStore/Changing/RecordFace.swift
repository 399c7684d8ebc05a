import CRecords
import ContactModel

/// What a record of the file shows to those who change it along with many others.
struct RecordFace {
    private let face: records_face
    private let bytes: [UInt8]
    private let start: Int

    /// Nil where nothing shows how the record is laid out, or a member stands there twice.
    init?(_ bytes: [UInt8], _ span: Range<Int>) {
        self.init(bytes, span, records_face)
    }

    /// What the beginning of a record shows: its id, the colon and the comma.
    ///
    /// Nil where it does not begin with an id in plain text.
    init?(head bytes: [UInt8], _ span: Range<Int>) {
        self.init(bytes, span, records_head)
    }

    private init?(
        _ bytes: [UInt8], _ span: Range<Int>,
        _ read: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<records_face>) -> Int32
    ) {
        var face = records_face()
        let isPlain = bytes.withUnsafeBufferPointer { bytes in
            guard let object = bytes.baseAddress, !span.isEmpty else { return false }
            return read(object + span.lowerBound, span.count, &face) == 1
        }
        guard isPlain else { return nil }
        self.face = face
        self.bytes = bytes
        start = span.lowerBound
    }

    private func place(_ offset: Int, _ length: Int) -> Range<Int> {
        start + offset..<start + offset + length
    }

    var tags: Range<Int> { place(face.tags, face.tags_length) }
    var updated: Range<Int> { place(face.updated, face.updated_length) }
    var colon: Range<Int> { place(face.colon, face.colon_length) }
    var comma: Range<Int> { place(face.comma, face.comma_length) }

    /// The text of a key; empty where there is none, or not in plain writing.
    func name(_ kind: ContactNames.Kind) -> Range<Int> {
        kind == .ids
            ? place(face.id, face.id_length) : place(face.phone, face.phone_length)
    }

    /// Whether the record is laid out as one whose tags are written so.
    func isLaidOut(like writing: TagWriting) -> Bool {
        bytes[colon].elementsEqual(writing.colon) && bytes[comma].elementsEqual(writing.comma)
    }

    /// The bytes of a key.
    func withName<Result>(
        _ kind: ContactNames.Kind, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[name(kind)])) }
    }

    /// The same with the quotes around it; the key is there.
    func withQuotedName<Result>(
        _ kind: ContactNames.Kind, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let name = name(kind)
        let quoted = name.lowerBound - 1..<name.upperBound + 1
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[quoted])) }
    }

    /// How the tags are written.
    var writing: TagWriting {
        TagWriting(tags: Array(bytes[tags]), colon: Array(bytes[colon]), comma: Array(bytes[comma]))
    }

    /// Appends the record as it stands.
    func write(_ standing: SharedLayer.Standing, _ span: Range<Int>, to text: inout [UInt8]) {
        guard !tags.isEmpty, !standing.writing.tags.isEmpty else {
            text += standing.bytes(Array(bytes[span]))
            return
        }
        var rest = span.lowerBound
        func replace(_ place: Range<Int>, _ value: [UInt8]) {
            text += bytes[rest..<place.lowerBound]
            text += value
            rest = place.upperBound
        }
        let stamp = updated.isEmpty ? nil : standing.stamp.map { Array("\"\($0)\"".utf8) }
        if let stamp, updated.lowerBound < tags.lowerBound { replace(updated, stamp) }
        replace(tags, standing.writing.tags)
        if let stamp, updated.lowerBound > tags.lowerBound { replace(updated, stamp) }
        text += bytes[rest..<span.upperBound]
    }
}

extension SharedLayer.Standing {
    /// A record of the file as it stands.
    func bytes(_ bytes: [UInt8]) -> [UInt8] {
        var text = RecordText(bytes)
        text.setTags(String(decoding: writing.tags, as: UTF8.self))
        if let stamp { text.stamp(stamp) }
        return text.bytes
    }
}
