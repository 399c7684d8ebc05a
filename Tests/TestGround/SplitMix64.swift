/// Random numbers that a seed repeats (Steele, Lea and Flood, 2014).
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A scalar from a part of Unicode that is likely to make trouble.
    package mutating func scalar() -> Unicode.Scalar {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7F, 0x80...0x9F, 0x20...0x7E, 0xA0...0x24F, 0x300...0x36F, 0x590...0x6FF,
            0x900...0xE7F, 0x1100...0x11FF, 0x2000...0x206F, 0x2600...0x27BF, 0x3040...0xD7A3,
            0xFE00...0xFFFF, 0x1F1E6...0x1F1FF, 0x1F300...0x1FAFF, 0xE0000...0xE01EF,
        ]
        let range = ranges.randomElement(using: &self) ?? 0...0x7F
        return Unicode.Scalar(UInt32.random(in: range, using: &self)) ?? "?"
    }
}
