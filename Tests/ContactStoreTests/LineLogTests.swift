import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

/// Lines that several processes append to one file, and what a crash may do to them.
@Suite struct LineLogTests {
    private func line(_ number: Int) -> JSONObject {
        ["n": .number(JSONNumber(number)), "text": .string("ü\n")]
    }

    private func write(_ lines: [JSONObject], to path: String) throws {
        try LineLog(opening: path).append { _ in lines }
    }

    @Test func whatOneAppendsTheOtherReads() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        let (one, other) = (try LineLog(opening: path), try LineLog(opening: path))
        #expect(try one.readNew().lines == [])
        try one.append { _ in [line(1), line(2)] }
        try other.append { news in
            #expect(news.lines == [line(1), line(2)])
            return [line(3)]
        }
        #expect(try one.readNew().lines == [line(3)])
        #expect(try other.readNew().lines == [])
        try one.replace { _ in [line(9)] }
        let news = try other.readNew()
        #expect(news.isAnew && news.lines == [line(9)])
        #expect(one.takeOver(.sending))
        #expect(!other.takeOver(.sending))
        #expect(other.takeOver(.reading))
        one.giveBack(.sending)
        #expect(other.takeOver(.sending))
    }

    @Test func severalMayAskForRest() throws {
        let scratch = try Scratch()
        let logs = try (0..<3).map { _ in try LineLog(opening: scratch.path + "/log") }
        #expect(!logs[0].isAskedForRest)
        logs[1].askForRest(true)
        logs[2].askForRest(true)
        #expect(logs.map(\.isAskedForRest) == [true, true, true])
        logs[1].askForRest(false)
        #expect(logs.map(\.isAskedForRest) == [true, true, false])
        logs[2].askForRest(false)
        #expect(!logs[0].isAskedForRest)
    }

    @Test func aTornTailOfAnyLengthIsLeftOutAndCutOff() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try write([line(1)], to: path)
        let first = try Scratch.text(at: path)
        try write([line(2)], to: path)
        let whole = try Scratch.text(at: path)
        for length in first.utf8.count..<whole.utf8.count {
            let torn = String(decoding: Array(whole.utf8)[..<length], as: UTF8.self)
            let copy = try scratch.file("torn-\(length)", torn)
            #expect(try LineLog(opening: copy).readNew().lines == [line(1)])
            try write([line(2)], to: copy)
            #expect(try Scratch.text(at: copy) == whole)
        }
    }

    @Test func aBitThatFlipsAnywhereIsFound() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try write([line(1), line(2)], to: path)
        let whole = Array(try Scratch.text(at: path).utf8)
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 1
            let copy = "\(scratch.path)/flipped-\(place)"
            let file = open(copy, O_WRONLY | O_CREAT, 0o600)
            #expect(Glibc.write(file, bytes, bytes.count) == bytes.count)
            close(file)
            #expect(throws: StoreError.self, "byte \(place)") {
                _ = try LineLog(opening: copy).readNew()
            }
        }
    }
}
