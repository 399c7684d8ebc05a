import CPlatform
import Glibc
import JSONText

/// The text of a large file on its way to the disk, and what is known of its contacts.
///
/// What it is made of is put together on one thread and written on another, so that each byte of
/// the old file is read once and none of the new one. At 1,000,000 contacts of which 100,000 have
/// changed this takes 0.3 s to 0.4 s; reading the new file meanwhile, to make sure of it, took
/// 0.4 s to 0.45 s.
struct FoldedFile: FoldedSink {
    private let old: BaseText
    private let writer: PieceWriter
    private var carried: CarriedColumns?
    /// What comes next.
    private var piece = FoldedPiece()

    private static let pieceSize = 1 << 20

    /// - Parameter carried: what is known of the contacts, as far as it can be carried along.
    init(_ old: BaseText, to file: OpenFile, carrying carried: CarriedColumns?) {
        self.old = old
        self.carried = carried
        writer = PieceWriter(file, from: old, proof: carried?.proof)
    }

    mutating func keep(_ range: Range<Int>) throws(StoreError) {
        carried?.keep(range)
        var rest = range
        while !rest.isEmpty {
            if !piece.place.contains(rest.lowerBound) { try read(rest.prefix(1)) }
            let part = rest.clamped(to: piece.place)
            piece.keep(part)
            rest = part.upperBound..<rest.upperBound
        }
    }

    mutating func put(_ text: ArraySlice<UInt8>) throws(StoreError) {
        carried?.put(text)
        piece.put(text)
        if piece.isLarge(FoldedFile.pieceSize) { try flush() }
    }

    mutating func standing(
        _ range: Range<Int>
    ) throws(StoreError) -> (bytes: [UInt8], span: Range<Int>) {
        if case .memory(let bytes) = old { return (bytes, range) }
        if range.clamped(to: piece.place) != range { try read(range) }
        let start = range.lowerBound - piece.place.lowerBound
        return (piece.window, start..<start + range.count)
    }

    /// Writes what has not been written yet.
    ///
    /// - Returns: what the file holds, and what is known of its contacts; nil where only reading
    ///   it tells that.
    mutating func finish() throws(StoreError) -> (ContentMark, RecordColumns?) {
        try flush()
        let (mark, proven) = try writer.finish()
        let columns = carried?.columns()
        return (mark, columns?.count == proven ? columns : nil)
    }

    /// Reads a part of the old file, so much at least.
    private mutating func read(_ range: Range<Int>) throws(StoreError) {
        try flush()
        let end = max(range.upperBound, range.lowerBound + FoldedFile.pieceSize)
        let place = range.lowerBound..<min(old.size, end)
        piece.place = 0..<0
        try old.read(place, into: &piece.window)
        piece.place = place
    }

    private mutating func flush() throws(StoreError) {
        guard !piece.parts.isEmpty else { return }
        piece.records = carried?.count ?? 0
        try writer.give(&piece)
    }
}
