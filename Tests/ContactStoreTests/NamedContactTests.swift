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

    @Test("who was shown is found by id and by number, as is who was not")
    func shown() throws {
        let scratch = try Scratch()
        let records = (0..<3000).map { #"{"id":"i\#($0)","phone":"+1555\#(1_000_000 + $0)"}"# }
        let list = "[" + records.joined(separator: ",") + "]"
        let snapshot = try Store(opening: scratch.file("contacts.json", list)).snapshot
        for number: Int32 in 0..<2000 { #expect(snapshot.row(number).key == .id("i\(number)")) }
        for number: Int32 in 0..<3000 {
            #expect(try snapshot.number(of: .id("i\(number)")) == number)
            let phone = try PhoneNumber(parsing: "+1 (555) \(1_000_000 + number)")
            #expect(try snapshot.number(of: .phone(phone)) == number)
        }
        #expect(throws: StoreError.unknown(.id("i3000"))) {
            try snapshot.number(of: .id("i3000"))
        }
    }
}
