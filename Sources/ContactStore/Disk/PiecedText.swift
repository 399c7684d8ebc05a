import Glibc

/// Text that goes to a file in one write, put together of pieces.
///
/// What is long stays where it stands, and is not copied first: the journal's entry for tagging
/// 100,000 contacts is 4 MB, and a copy took 2 ms, most of it for memory never used before.
struct PiecedText {
    /// What is shorter is copied sooner than written from where it stands.
    private static let leastPiece = 512
    /// Up to so many bytes all of it is copied into one piece sooner.
    private static let shortText = 1 << 13

    private var closed: [ArraySlice<UInt8>] = []
    /// What follows the pieces that are closed.
    var tail: [UInt8] = []

    init(_ bytes: [UInt8] = []) {
        tail = bytes
    }

    var count: Int { closed.reduce(tail.count) { $0 + $1.count } }

    /// All pieces that hold anything, in their order.
    var pieces: [ArraySlice<UInt8>] {
        let all = tail.isEmpty ? closed : closed + [tail[...]]
        return all.count > 1 && count <= PiecedText.shortText ? [Array(all.joined())[...]] : all
    }

    mutating func append(_ text: ArraySlice<UInt8>) {
        guard text.count >= PiecedText.leastPiece else {
            tail += text
            return
        }
        if !tail.isEmpty { closed.append(tail[...]) }
        closed.append(text)
        tail = []
    }
}

extension OpenFile {
    /// A call may be given 1024 pieces; each takes a part of the stack here.
    private static let mostPieces = 256

    /// Writes all bytes with as few calls as the system allows: one, unless it takes only a part.
    ///
    /// - Parameter limit: how many bytes a call is given at most.
    func write(_ text: PiecedText, each limit: Int = .max) throws(StoreError) {
        var rest = text.pieces[...]
        while !rest.isEmpty {
            var count = rest.prefix(OpenFile.mostPieces).withVectors(of: limit) { vectors in
                vectors.count > 1
                    ? writev(descriptor, vectors, Int32(vectors.count))
                    : Glibc.write(descriptor, vectors[0].iov_base, vectors[0].iov_len)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write") }
            while let piece = rest.first, count >= piece.count {
                count -= piece.count
                rest.removeFirst()
            }
            if count > 0 { rest[rest.startIndex].removeFirst(count) }
        }
    }
}

extension ArraySlice<ArraySlice<UInt8>> {
    /// Where the first `limit` bytes of them stand, for as long as `body` runs.
    fileprivate func withVectors<Result>(of limit: Int, _ body: ([iovec]) -> Result) -> Result {
        var vectors: [iovec] = []
        vectors.reserveCapacity(count)
        return withVectors(of: limit, after: &vectors, body)
    }

    private func withVectors<Result>(
        of limit: Int, after vectors: inout [iovec], _ body: ([iovec]) -> Result
    ) -> Result {
        guard limit > 0, let piece = first else { return body(vectors) }
        return piece.withUnsafeBytes { bytes in
            let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            vectors.append(iovec(iov_base: base, iov_len: Swift.min(bytes.count, limit)))
            return dropFirst().withVectors(of: limit - bytes.count, after: &vectors, body)
        }
    }
}
