import CPlatform
import Glibc

/// The text of a large file on its way to the disk.
///
/// What was not changed is copied by the system, in spans as long as they come, and the disk is set
/// to work while the rest is still being written.
struct FoldedFile: FoldedSink {
    private let old: BaseText
    private let file: OpenFile
    private let growth: FileGrowth
    /// Bytes of the old file that come next.
    private var kept = 0..<0
    /// Bytes that come next where none are kept.
    private var made: [UInt8] = []
    private var written = 0
    private var handedOver = 0
    /// A part of the old file that was read.
    private var window: [UInt8] = []
    private var windowStart = 0

    private static let pieceSize = 4 << 20
    /// From so many bytes on the system copies them; fewer are read along with what follows.
    private static let longSpan = 256 << 10

    /// - Parameter growth: told what was written.
    init(_ old: BaseText, to file: OpenFile, _ growth: FileGrowth) {
        self.old = old
        self.file = file
        self.growth = growth
        made.reserveCapacity(FoldedFile.pieceSize * 2)
    }

    mutating func keep(_ range: Range<Int>) throws(StoreError) {
        if kept.isEmpty {
            kept = range
        } else if kept.upperBound == range.lowerBound {
            kept = kept.lowerBound..<range.upperBound
        } else {
            try settle()
            kept = range
        }
    }

    mutating func put(_ text: ArraySlice<UInt8>) throws(StoreError) {
        try settle()
        made += text
        if made.count >= FoldedFile.pieceSize { try flush() }
    }

    /// Writes what has not been written yet.
    mutating func finish() throws(StoreError) {
        try settle()
        try flush()
    }

    private mutating func settle() throws(StoreError) {
        defer { kept = 0..<0 }
        guard kept.count < FoldedFile.longSpan, case .file = old else {
            try flush()
            return try copy(kept)
        }
        if kept.lowerBound < windowStart || kept.upperBound > windowStart + window.count {
            let end = min(old.size, kept.lowerBound + FoldedFile.pieceSize)
            window = try old.bytes(kept.lowerBound..<end)
            windowStart = kept.lowerBound
        }
        made += window[kept.lowerBound - windowStart..<kept.upperBound - windowStart]
    }

    private mutating func flush() throws(StoreError) {
        guard !made.isEmpty else { return }
        try file.write(made)
        written += made.count
        made.removeAll(keepingCapacity: true)
        handOver()
    }

    private mutating func copy(_ range: Range<Int>) throws(StoreError) {
        var rest = range
        while !rest.isEmpty {
            let size = min(rest.count, FoldedFile.pieceSize)
            let count = try copied(rest.lowerBound, size)
            rest = rest.lowerBound + count..<rest.upperBound
            written += count
            handOver()
        }
    }

    /// How many bytes were copied, some at least.
    private func copied(_ start: Int, _ size: Int) throws(StoreError) -> Int {
        if case .file(let source, _) = old {
            let count = platform_copy(source.descriptor, off_t(start), file.descriptor, size)
            if count > 0 { return count }
            let isUnable = [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF].contains(errno)
            guard count == 0 || isUnable else { throw file.failure("copy_file_range") }
        }
        try file.write(try old.bytes(start..<start + size))
        return size
    }

    /// Tells what was written, and lets the disk begin with it.
    private mutating func handOver() {
        growth.note(written)
        guard written - handedOver >= FoldedFile.pieceSize * 2 else { return }
        platform_write_out(file.descriptor, off_t(handedOver), off_t(written - handedOver))
        handedOver = written
    }
}
