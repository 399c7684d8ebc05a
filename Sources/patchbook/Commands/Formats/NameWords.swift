import ContactFormats
import ContactModel

/// The words of a name, without order and case: hashes of four of them, the same four of the same
/// words, and none where it names nobody.
struct NameWords {
    private var hashes = SIMD4<UInt16>()
    /// Whether it is the name of a company, which may be that of anybody there.
    private let isCompany: Bool

    init(_ name: String?, isCompany: Bool = false) {
        self.isCompany = isCompany
        let words = SearchText.folded(name ?? "").split(separator: " ").map { word in
            let hash = word.utf8.stableHash
            return max(1, UInt16(truncatingIfNeeded: hash ^ hash >> 16 ^ hash >> 32 ^ hash >> 48))
        }
        for (index, hash) in Set(words).sorted().prefix(4).enumerated() { hashes[index] = hash }
    }

    var isEmpty: Bool { hashes == SIMD4() }

    /// Whether it is no name of a person: that of whoever bears the number is as good.
    var isWeak: Bool { rank < 2 }

    private var rank: Int { isEmpty ? 0 : isCompany ? 1 : 2 }

    /// Whether both have just the same words; two that name nobody have not.
    func isSame(as other: NameWords) -> Bool { hashes == other.hashes && !isEmpty }

    /// Whether both may be names of one: nobody's name is anybody's, and one may leave words out.
    func mayBe(_ other: NameWords) -> Bool {
        isCompany != other.isCompany || isPart(of: other) || other.isPart(of: self)
    }

    /// Whether another one says more of who it is.
    func saysLess(than other: NameWords) -> Bool {
        rank == other.rank ? isPart(of: other) && !other.isPart(of: self) : rank < other.rank
    }

    /// A number for the words together with another number.
    func hash(with other: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(hashes)
        hasher.combine(other)
        return hasher.finalize()
    }

    private func isPart(of other: NameWords) -> Bool {
        (0..<4).allSatisfy { hashes[$0] == 0 || any(other.hashes .== hashes[$0]) }
    }
}

extension ImportRecord {
    /// The words of the name.
    var nameWords: NameWords { NameWords(fitName, isCompany: isCompanyName) }

    /// Its first number and the further ones.
    var numbers: [PhoneNumber] { [phone?.number].compactMap(\.self) + furtherNumbers }
}
