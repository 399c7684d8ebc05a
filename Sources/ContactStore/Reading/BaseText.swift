import Glibc
import Synchronization

/// The bytes of a file as it was read.
///
/// Those of a small file are kept. A large one stays on the disk and its records are read when
/// they are asked for: at 1,000,000 contacts 440 MB. Whoever writes into that very file leaves
/// another time or size on it, which is looked at after each reading; one that was put in its
/// place, as by folding, leaves this one as it is, be it without a name.
enum BaseText: Sendable {
    case memory([UInt8])
    case file(OpenFile, TextGuard)

    var size: Int {
        switch self {
        case .memory(let bytes): bytes.count
        case .file(_, let guarded): guarded.size
        }
    }

    /// Some of the bytes.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        switch self {
        case .memory(let bytes): return Array(bytes[range])
        case .file(let file, let guarded):
            let bytes = try file.bytes(range)
            guard bytes.count == range.count, try guarded.isUnwritten(file) else {
                throw overwritten
            }
            return bytes
        }
    }

    /// Makes sure that the file holds what it held when it was read.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func check() throws(StoreError) {
        guard case .file(let file, let guarded) = self else { return }
        guard try guarded.isUnwritten(file) else { throw overwritten }
    }

    /// Reads some of the bytes of a file to where others were read to before.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func read(_ range: Range<Int>, into piece: inout [UInt8]) throws(StoreError) {
        try fill(&piece, with: range)
        try check()
    }

    /// The same without looking whether another program has written into the file: `check` tells
    /// that, and nothing that was read before counts until it has.
    func fill(_ piece: inout [UInt8], with range: Range<Int>) throws(StoreError) {
        guard case .file(let file, _) = self else {
            piece = try bytes(range)
            return
        }
        if piece.count < range.count {
            piece = [UInt8](repeating: 0, count: max(range.count, 256 << 10))
        }
        let count = piece.withUnsafeMutableBufferPointer { piece in
            let place = UnsafeMutableBufferPointer(rebasing: piece[..<range.count])
            return file.read(into: place, from: range.lowerBound)
        }
        guard count == range.count else { throw overwritten }
    }

    /// That another program has written into the file.
    var overwritten: StoreError {
        if case .file(let file, _) = self { return .overwritten(path: file.path) }
        return .overwritten(path: "")
    }

    /// All of the bytes.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    func all() throws(StoreError) -> [UInt8] {
        if case .memory(let bytes) = self { return bytes }
        return try bytes(0..<size)
    }
}

extension OpenFile {
    /// Some of the bytes; fewer where the file ends before.
    func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = read(into: buffer, from: range.lowerBound) ?? 0
            failed = count == 0 && !range.isEmpty
        }
        if failed { throw failure("read") }
        return bytes
    }

    /// Fills as much of a buffer as the file has bytes; nil where it cannot be read.
    fileprivate func read(into buffer: UnsafeMutableBufferPointer<UInt8>, from offset: Int) -> Int?
    {
        var count = 0
        while count < buffer.count {
            let place = buffer.baseAddress.map { $0 + count }
            let got = pread(
                descriptor, place, min(buffer.count - count, 4 << 20), off_t(offset + count))
            if got < 0 && errno == EINTR { continue }
            if got < 0 { return nil }
            if got == 0 { break }
            count += got
        }
        return count
    }
}

/// Tells whether a file still holds what was read of it.
///
/// Writing changes the size or the times. The time of modification can be set back, that of the
/// last change of any kind cannot; but a new name or another mode changes that as well. So where
/// it has changed alone, the whole file is read once more, and its checksum decides.
final class TextGuard: Sendable {
    private let stamp: FileStamp
    private let state: Mutex<(changed: [Int], mark: ContentMark?)>

    init(_ stamp: FileStamp) {
        self.stamp = stamp
        state = Mutex((stamp.changed, nil))
    }

    var size: Int { stamp.size }

    /// Notes what the file held when it was read.
    func settle(_ mark: ContentMark) {
        state.withLock { $0.mark = mark }
    }

    func isUnwritten(_ file: OpenFile) throws(StoreError) -> Bool {
        let now = FileStamp(try file.status)
        guard now.size == stamp.size, now.modified == stamp.modified else { return false }
        let result = state.withLock { state in
            Result { () throws(StoreError) in
                guard state.changed != now.changed, let mark = state.mark else { return true }
                var scan = BaseScan(.file(file, self))
                guard try scan.mark(from: 0) == mark else { return false }
                state.changed = now.changed
                return true
            }
        }
        return try result.get()
    }
}

/// Reads a file from its beginning to its end, some of it twice, and makes its checksum.
struct BaseScan {
    private let text: BaseText
    private var checksum: UInt32 = 0
    private var summed = 0

    init(_ text: BaseText) {
        self.text = text
    }

    /// Whether nothing comes after so many bytes.
    func ends(at position: Int) -> Bool { text.size <= position }

    /// Fills the beginning of `piece`, but for `spare` bytes, with the bytes from `position` on;
    /// what was read before may be read again, but nothing be left out.
    ///
    /// - Returns: how many bytes there are; they are followed by zeros.
    mutating func fill(
        _ piece: inout [UInt8], from position: Int, spare: Int = 0
    ) throws(StoreError) -> Int {
        let room = piece.count - spare
        let wanted = min(room, text.size - position)
        var count = wanted
        switch text {
        case .memory(let all):
            piece.withUnsafeMutableBufferPointer { piece in
                _ = piece[..<wanted].update(fromContentsOf: all[position..<position + wanted])
            }
        case .file(let file, _):
            let got = piece.withUnsafeMutableBufferPointer { piece in
                file.read(
                    into: UnsafeMutableBufferPointer(rebasing: piece[..<wanted]), from: position)
            }
            guard let got else { throw file.failure("read") }
            count = got
        }
        for index in count..<min(piece.count, count + spare) { piece[index] = 0 }
        let new = piece[min(count, max(0, summed - position))..<count]
        checksum = Checksum.of(new, after: checksum)
        summed += new.count
        return count
    }

    /// What the whole file held; the rest of it is read.
    ///
    /// - Parameter rest: told what is read from `start` on; false ends it there.
    mutating func mark(
        from start: Int, rest isFine: (ArraySlice<UInt8>) -> Bool = { _ in true }
    ) throws(StoreError) -> ContentMark? {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        var position = start
        while !ends(at: position) {
            let count = try fill(&piece, from: position)
            guard count > 0 else { throw text.overwritten }
            guard isFine(piece[..<count]) else { return nil }
            position += count
        }
        return ContentMark(size: summed, checksum: checksum)
    }
}

/// Reads records one after the other, many at once where a good part of them is wanted.
struct RecordPieces {
    private let base: Base
    private let size: Int
    private var start = 0
    private var piece: [UInt8] = []

    /// - Parameter wanted: how many records will be asked for, in their order.
    init(_ base: Base, wanted: Int = 1) {
        self.base = base
        size = wanted > base.columns.count / 16 ? 1 << 20 : 0
    }

    /// Records of which these bytes, which stand in the file from `offset` on, hold some.
    init(_ base: Base, holding bytes: [UInt8], from offset: Int) {
        self.base = base
        size = 0
        start = offset
        piece = bytes
    }

    /// The bytes that hold a record, and where it stands in them; an empty object where another
    /// program has written into the file.
    mutating func record(_ record: Int) -> (bytes: [UInt8], span: Range<Int>) {
        (try? standingRecord(record)) ?? (Array("{}".utf8), 0..<2)
    }

    /// The same.
    ///
    /// - Throws: `.overwritten` where another program has written into the file.
    mutating func standingRecord(
        _ record: Int
    ) throws(StoreError) -> (bytes: [UInt8], span: Range<Int>) {
        let span = base.columns.span(of: record)
        if case .memory(let bytes) = base.text { return (bytes, span) }
        if span.lowerBound < start || span.upperBound > start + piece.count {
            start = span.lowerBound
            let end = min(base.text.size, max(span.upperBound, start + size))
            piece = []
            piece = try base.text.bytes(start..<end)
        }
        return (piece, span.lowerBound - start..<span.upperBound - start)
    }
}
