import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

/// The first contacts of a file that is not read as a whole.
@Suite("The beginning of a large file")
struct BeginningTests {
    /// A file that is large enough to be worth it.
    private func file(
        _ scratch: Scratch, opening: String = "[\n", noteOf count: Int = 220
    ) throws -> String {
        let note = String(repeating: "x", count: count)
        let contacts = (0..<16_000).map { index in
            #"{"id":"c\#(index)","name":"Name \#(index)","phone":"+4930\#(1_000_000 + index)","#
                + #""n":"\#(note)"}"#
        }
        return try scratch.file(
            "contacts.json", opening + contacts.joined(separator: ",\n") + "\n]\n")
    }

    @Test("shows the contacts as the whole file does, in its order")
    func likeTheWhole() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let rows = FileBeginning.rows(of: path, limit: 200)
        let snapshot = try Store(opening: path).snapshot
        #expect(rows.count == 200)
        #expect(rows == (0..<200).map { snapshot.row($0) })
    }

    @Test("changes that are in the journal are in it, and who was deleted is not")
    func journal() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let store = try Store(opening: path)
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .update(ContactPatch(name: .set("Ada")))),
            ContactChange(key: .id("c0"), change: .delete),
            ContactChange(key: .id("c4999"), change: .update(ContactPatch(name: .set("Zoe")))),
        ])
        let rows = FileBeginning.rows(of: path, limit: 3)
        #expect(rows.map(\.contact.name) == ["Ada", "Name 2", "Name 3"])
        #expect(rows.map(\.contact) == [1, 2, 3].map { store.snapshot.contact($0) })
    }

    @Test("is no more than a screenful of large contacts, of which the first screen would be late")
    func large() throws {
        let scratch = try Scratch()
        let path = try file(scratch, noteOf: 1000)
        let rows = FileBeginning.rows(of: path, limit: 200)
        let snapshot = try Store(opening: path).snapshot
        #expect(rows == (0..<80).map { snapshot.row($0) })
    }

    @Test("is nothing where the journal belongs to another file, or the file is no list")
    func nothing() throws {
        let scratch = try Scratch()
        let path = try file(scratch)
        let store = try Store(opening: path)
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .update(ContactPatch(name: .set("Ada"))))
        ])
        _ = try file(scratch, opening: "[ \n")
        #expect(FileBeginning.rows(of: path, limit: 3).isEmpty)
        let other = try Scratch()
        #expect(FileBeginning.rows(of: try file(other, opening: "[[1],"), limit: 3).isEmpty)
        #expect(FileBeginning.rows(of: try file(other, opening: "{"), limit: 3).isEmpty)
        #expect(FileBeginning.rows(of: other.path + "/none.json", limit: 3).isEmpty)
        let small = try other.file("small.json", #"[{"id":"1"}]"#)
        #expect(FileBeginning.rows(of: small, limit: 3).isEmpty)
    }
}
