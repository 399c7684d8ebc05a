extension Sequence<UInt8> {
    /// A hash that is the same in every run and every process, against no one who means ill
    /// (FNV-1a, 64 bits).
    package var stableHash: UInt64 {
        reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
