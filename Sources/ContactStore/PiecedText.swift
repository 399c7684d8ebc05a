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
