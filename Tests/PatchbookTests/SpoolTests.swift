import ContactFormats
import Glibc
import TestGround
import Testing
import patchbook

@Suite("What an import puts by until all is read")
struct SpoolTests {
    @Test("comes back whatever part of it is in a file, and little of it is held")
    func file() throws {
        let spool = SpoolFile(memoryLimit: 1000)
        var random = SplitMix64(seed: 7)
        var ranges: [(Range<Int>, [UInt8])] = []
        for _ in 0..<500 {
            let count = Int.random(in: 0..<90, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let start = spool.size
            try spool.append(bytes)
            ranges.append((start..<spool.size, bytes))
            #expect(spool.held < 2100)
        }
        #expect(spool.size > 15_000)
        for (range, bytes) in ranges + ranges.shuffled(using: &random) {
            #expect(try spool.bytes(range) == bytes)
            #expect(spool.held < 2100)
        }
    }

    @Test("what is larger than all that is held comes back too")
    func large() throws {
        let spool = SpoolFile(memoryLimit: 10)
        let bytes = [UInt8]((0..<200).map { UInt8($0) })
        try spool.append([1, 2, 3])
        try spool.append(bytes)
        #expect(try spool.bytes(3..<203) == bytes)
        #expect(try spool.bytes(0..<3) == [1, 2, 3])
    }
}
