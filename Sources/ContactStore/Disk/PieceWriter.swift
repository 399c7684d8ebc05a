import CPlatform
import Glibc
import Synchronization

/// Bytes of a new file: some of the old one, and others.
struct FoldedPiece {
    enum Part {
        /// These of the old file.
        case old(Range<Int>)
        /// So many others.
        case new(Int)
    }

    /// A part of the old file, which may be followed by anything.
    var window: [UInt8] = []
    /// Where that stands in the old file.
    var place = 0..<0
    private(set) var new: [UInt8] = []
    private(set) var parts: [Part] = []
    /// How many contacts were taken by its end, from the beginning of the file.
    var records = 0

    mutating func keep(_ range: Range<Int>) {
        if case .old(let before) = parts.last, before.upperBound == range.lowerBound {
            parts[parts.count - 1] = .old(before.lowerBound..<range.upperBound)
        } else {
            parts.append(.old(range))
        }
    }

    mutating func put(_ text: ArraySlice<UInt8>) {
        new += text
        parts.append(.new(text.count))
    }

    func isLarge(_ size: Int) -> Bool { new.count >= size }

    /// Makes room for others.
    mutating func clear() {
        new.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        place = 0..<0
    }

    /// The bytes, one after the other.
    func write(to text: inout [UInt8]) {
        var taken = 0
        for part in parts {
            switch part {
            case .old(let range):
                let start = range.lowerBound - place.lowerBound
                text += window[start..<start + range.count]
            case .new(let count):
                text += new[taken..<taken + count]
                taken += count
            }
        }
    }

    /// Where in the old file all of it stands; nil where not all of it does.
    var copied: Range<Int>? {
        guard parts.count == 1, case .old(let range) = parts[0] else { return nil }
        return range
    }
}

/// Writes a file on a thread of its own while its pieces are made, and sets the disk to work on it.
final class PieceWriter {
    private let pieces = Handoff(used: FoldedPiece())
    private let output: PieceOutput
    private let work: SideWork?

    /// - Parameter proof: looks at what is written, where contacts are expected.
    init(_ file: OpenFile, from old: BaseText, proof: StandingProof?) {
        let output = PieceOutput(file, old, proof)
        self.output = output
        work = SideWork(jointly: { [pieces] () throws(StoreError) in
            defer { pieces.end() }
            var piece = FoldedPiece()
            while pieces.take(&piece) {
                try output.write(piece)
                piece.clear()
            }
        })
    }

    deinit {
        pieces.end()
    }

    /// Takes a piece and gives room for another.
    ///
    /// - Throws: where one of those before could not be written.
    func give(_ piece: inout FoldedPiece) throws(StoreError) {
        guard let work else {
            try output.write(piece)
            return piece.clear()
        }
        if !pieces.give(&piece) { try work.wait() }
    }

    /// Waits until all is written.
    ///
    /// - Returns: what that is, and how many contacts stand in it where they are expected; nil
    ///   where that is not known.
    func finish() throws(StoreError) -> (mark: ContentMark, proven: Int?) {
        pieces.end()
        try work?.wait()
        return output.result
    }
}

/// What is written of pieces, one after the other.
private final class PieceOutput: Sendable {
    private struct State {
        var text: [UInt8] = []
        var size = 0
        var handedOver = 0
        var checksum: UInt32 = 0
        var proof: StandingProof?
    }

    private let file: OpenFile
    private let old: BaseText
    private let state: Mutex<State>

    init(_ file: OpenFile, _ old: BaseText, _ proof: StandingProof?) {
        self.file = file
        self.old = old
        state = Mutex(State(proof: proof))
    }

    var result: (mark: ContentMark, proven: Int?) {
        state.withLock { state in
            (ContentMark(size: state.size, checksum: state.checksum), state.proof?.proven)
        }
    }

    func write(_ piece: FoldedPiece) throws(StoreError) {
        let result = state.withLock { state in
            Result { () throws(StoreError) in try write(piece, &state) }
        }
        try result.get()
    }

    private func write(_ piece: FoldedPiece, _ state: inout State) throws(StoreError) {
        state.text.removeAll(keepingCapacity: true)
        piece.write(to: &state.text)
        state.checksum = Checksum.of(state.text[...], after: state.checksum)
        state.proof?.take(state.text, upTo: piece.records)
        let isCopied = try piece.copied.map { range throws(StoreError) in try copy(range) }
        if isCopied != true { try file.write(state.text) }
        state.size += state.text.count
        guard state.size - state.handedOver >= 8 << 20 else { return }
        let (start, count) = (state.handedOver, state.size - state.handedOver)
        platform_write_out(file.descriptor, off_t(start), off_t(count))
        state.handedOver = state.size
    }

    /// Lets the system copy from the old file: it may share the place on the disk, or copy on the
    /// other side of a network.
    ///
    /// - Returns: false where it cannot.
    private func copy(_ range: Range<Int>) throws(StoreError) -> Bool {
        guard case .file(let source, _) = old else { return false }
        var rest = range
        while !rest.isEmpty {
            let count = platform_copy(
                source.descriptor, off_t(rest.lowerBound), file.descriptor, rest.count)
            let isUnable = [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF].contains(errno)
            if count <= 0, rest == range, count == 0 || isUnable { return false }
            guard count > 0 else { throw file.failure("copy_file_range") }
            rest = rest.lowerBound + count..<rest.upperBound
        }
        return true
    }
}
