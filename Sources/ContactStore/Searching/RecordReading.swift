import ContactModel
import JSONText

/// A record of which only what is asked for is decoded.
struct RecordReading {
    let number: Int32
    let record: Snapshot.Record?
    /// Whether many records that differ from the file stand as this one.
    let isShared: Bool
    private let base: Base
    private let bytes: [UInt8]
    private let span: Range<Int>

    init(_ snapshot: Snapshot, _ number: Int32, from pieces: inout RecordPieces) {
        self.number = number
        record = snapshot.record(number)
        base = snapshot.base
        let standing = snapshot.shared[number]
        isShared = standing != nil
        if let record {
            (bytes, span) = (record.bytes, 0..<record.bytes.count)
        } else if let standing {
            let (piece, place) = pieces.record(Int(number))
            bytes = standing.bytes(Array(piece[place]))
            span = 0..<bytes.count
        } else {
            (bytes, span) = pieces.record(Int(number))
        }
    }

    /// A single record.
    init(_ snapshot: Snapshot, _ number: Int32) {
        var pieces = RecordPieces(snapshot.base)
        self.init(snapshot, number, from: &pieces)
    }

    /// What a column of the file holds, where the record's value stands as in the file.
    func number(_ column: NumberColumn) -> Int32? {
        guard record == nil, !isShared || column != .updated else { return nil }
        return base.columns.numbers(column)?[Int(number)]
    }

    /// The value that counts for a field; nil where there is none.
    func value(_ field: Field) -> JSONValue? {
        place(of: field).flatMap(value)
    }

    /// The value at the end of a path into the metadata.
    func metadata(_ path: MetadataPath) -> JSONValue? {
        guard path.keys.allSatisfy({ RecordFacts.canFind($0) }) else {
            return value(.metadata)?.object.flatMap(path.value)
        }
        var place = place(of: .metadata)
        var rest = path.keys[...]
        while let object = place, bytes[object.lowerBound] == UInt8(ascii: "{"),
            let key = rest.popFirst()
        {
            if !rest.isEmpty {
                let whole = ([key] + rest).joined(separator: ".")
                guard RecordFacts.canFind(whole) else {
                    return value(.metadata)?.object.flatMap(path.value)
                }
                if let found = RecordFacts.value(whole, bytes, object) { return value(found) }
            }
            place = RecordFacts.value(key, bytes, object)
        }
        return rest.isEmpty ? place.flatMap(value) : nil
    }

    private func place(of field: Field) -> Range<Int>? {
        RecordFacts.value(field, bytes, span)
    }

    private func value(_ place: Range<Int>) -> JSONValue? {
        try? JSONValue(parsing: bytes, in: place, loneSurrogates: .replace)
    }
}
