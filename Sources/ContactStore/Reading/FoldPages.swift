import CRecords
import ContactModel
import Synchronization

/// What every scalar is folded to, 256 of them a page, made from `SearchText` when first met.
///
/// Asking the character database takes 100 ns a scalar, a look into a page 1 ns. Pages of Han and
/// Hangul, of which a file of Chinese names meets eighty, are made without asking.
enum FoldPages {
    /// The bytes of one scalar in a page: a length, and as many bytes of folded text.
    static let entrySize = 8

    /// The page of the scalars from `number` × 256 on; never let go of.
    static func page(_ number: UInt32) -> UnsafePointer<UInt8>? {
        let address = made.withLock { made -> UInt in
            if let page = made[number] { return page }
            let page = UInt(bitPattern: make(number))
            made[number] = page
            return page
        }
        return UnsafePointer(bitPattern: address)
    }

    private static let made = Mutex<[UInt32: UInt]>([:])

    private static func make(_ number: UInt32) -> UnsafePointer<UInt8> {
        let page = UnsafeMutablePointer<UInt8>.allocate(capacity: 256 * entrySize)
        page.initialize(repeating: 0, count: 256 * entrySize)
        for index in 0..<256 {
            guard let scalar = Unicode.Scalar(number << 8 | UInt32(index)) else { continue }
            let entry = page + index * entrySize
            if SearchText.isKept(scalar) {
                write(scalar.utf8, to: entry)
            } else {
                write(SearchText.line(String(scalar)).utf8, to: entry)
            }
        }
        return UnsafePointer(page)
    }

    private static func write(
        _ folded: some Collection<UInt8>, to entry: UnsafeMutablePointer<UInt8>
    ) {
        entry[0] = UInt8(folded.count)
        for (place, byte) in folded.enumerated() { entry[1 + place] = byte }
    }
}
