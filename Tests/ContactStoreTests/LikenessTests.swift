import ContactModel
import ContactStore
import TestGround
import Testing

/// Contacts that only their place names, when the file is written anew.
@Suite("Contacts without a key when their places change") struct LikenessTests {
    private static let list = #"""
        [{"name":"A"},{"id":"1","name":"B"},{"name":"twin"},{"id":"2"},{"name":"twin"},{"name":"C"}]
        """#

    @Test("are found again by their text, several with one text by their order")
    func byText() throws {
        let scratch = try Scratch()
        let store = try Store(opening: scratch.file("contacts.json", Self.list))
        let before = store.snapshot
        _ = try store.commit([ContactChange(key: .id("1"), change: .delete)])
        try store.fold()
        let now = store.snapshot
        #expect(now.reading != before.reading)
        for (old, new) in [(0, 0), (2, 1), (3, 2), (4, 3), (5, 4)] as [(Int32, Int32)] {
            #expect(now.likelyNumbers(of: RowSet([old]), in: before) == RowSet([new]))
        }
    }

    @Test("are not told where one of several with one text went, or a text changed")
    func ambiguous() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", Self.list)
        let before = try Store(opening: path).snapshot
        let other = #"[{"name":"twin"},{"name":"changed"},{"name":"A"}]"#
        let now = try Store(opening: scratch.file("other.json", other)).snapshot
        #expect(now.likelyNumbers(of: RowSet([0, 2, 4, 5]), in: before) == RowSet([2]))
    }

    @Test(
        "keep their places while somebody looks at them",
        arguments: [
            ("one without a key", list, false),
            ("all with ids", #"[{"id":"1"},{"id":"2"},{"id":"3","phone":"+15550001111"}]"#, true),
            ("a repeated id beside a number", #"[{"id":"1"},{"id":"2"},{"id":"2"}]"#, false),
        ])
    func places(what: String, list: String, folds: Bool) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", list)
        let store = try Store(opening: path)
        _ = try store.commit([
            ContactChange(key: .id("1"), change: .update(ContactPatch(name: FieldEdit("new"))))
        ])
        try store.foldIfDue(keepsPlaces: true)
        #expect(store.unfoldedSteps == 0)
        _ = try store.commit([ContactChange(key: .id("1"), change: .delete)])
        try store.foldIfDue(keepsPlaces: true)
        #expect((store.unfoldedSteps == 0) == folds)
        try store.close()
        #expect(try !Scratch.text(at: path).contains(#""1""#))
    }
}
