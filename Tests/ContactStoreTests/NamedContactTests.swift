import ContactModel
import ContactStore
import Glibc
import TestGround
import Testing

/// Steps on very many contacts as they are read from the journal and taken back.
@Suite("Contacts named by a step on very many")
struct NamedContactTests {
    /// How often this thread has read anything so far.
    private static var reads: Int {
        get throws {
            let told = try Scratch.text(at: "/proc/thread-self/io").split(separator: "\n")
            let line = try #require(told.first { $0.hasPrefix("syscr: ") })
            return try #require(Int(line.dropFirst(7)))
        }
    }

    @Test("are read many at a time, in how many lists ever they are named")
    func reading() throws {
        let count = 60_000
        let records = (0..<count).map { #"{"id":"i\#($0)","tags":["a\#($0 % 701)"]}"# }
        let text = "[" + records.joined(separator: ",\n") + "]"
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", text)
        var options = StoreOptions()
        options.keptSize = 0
        let store = try Store(opening: path, options: options)
        let everybody = store.snapshot.select(.all, order: SortOrder())
        _ = try store.retag(
            everybody, of: store.snapshot, add: TagList(stored: "new"), remove: TagList())
        let before = try NamedContactTests.reads
        let anew = try Store(opening: path, options: options)
        let opened = try NamedContactTests.reads
        #expect(opened - before < 1000)
        let tagged = try Query("tag:new", clock: .still)
        #expect(anew.snapshot.select(tagged, order: SortOrder()) == everybody)
        let beginning = try NamedContactTests.reads
        _ = try anew.undo()
        #expect(try NamedContactTests.reads - beginning < 1000)
        try anew.fold()
        #expect(try Scratch.text(at: path) == text)
    }
}
