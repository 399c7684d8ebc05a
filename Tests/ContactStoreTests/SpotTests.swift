import ContactModel
import ContactStore
import TestGround
import Testing

@Suite("A contact that comes back to a file written without it stands where it stood")
struct SpotTests {
    /// Eight contacts, set off from each other in as many ways.
    private static func text(_ random: inout SplitMix64) -> String {
        let gaps = [",", ",\n", " , ", ",\n\n\t", "\n,\n", ",   "]
        let contacts = (0..<8).map { "{\"id\":\"c\($0)\", \"n\" : \($0).0}" }
        return contacts.dropFirst().reduce("[ " + contacts[0]) { text, contact in
            text + (gaps.randomElement(using: &random) ?? ",") + contact
        } + "\n]\n"
    }

    @Test(
        "undo gives every byte back, whatever is deleted and folded in whatever order",
        arguments: 0..<120)
    func everyByte(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let scratch = try Scratch()
        let text = SpotTests.text(&random)
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        var left = (0..<8).map { "c\($0)" }.shuffled(using: &random)
        var steps = 0
        while left.count > 1 {
            let count = Int.random(in: 1...min(3, left.count - 1), using: &random)
            let changes = left.suffix(count).map { ContactChange(key: .id($0), change: .delete) }
            left.removeLast(count)
            _ = try store.commit(changes)
            steps += 1
            if Bool.random(using: &random) { try store.fold() }
            if left.count < 5, Bool.random(using: &random) { break }
        }
        for _ in 0..<steps {
            _ = try store.undo()
            if Int.random(in: 0..<4, using: &random) == 0 { try store.fold() }
        }
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test(
        "all who are taken away come back as they were laid out",
        arguments: ["\n  ", "\n", "\r\n\t", "\n\n "])
    func everybody(lead: String) throws {
        let scratch = try Scratch()
        let texts = ["a", "b", "c"].map { "\(lead){\"id\":\"\($0)\"}" }
        let text = "[\(texts.joined(separator: ","))\n]\n"
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        _ = try store.commit(
            ["a", "b", "c"].map { ContactChange(key: .id($0), change: .delete) })
        try store.fold()
        #expect(try Scratch.text(at: path) == "[\(lead)\n]\n")
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test("where both neighbours are gone it comes back at the end")
    func neighboursGone() throws {
        let scratch = try Scratch()
        let texts = ["a", "b", "c", "d"].map { "{\"id\":\"\($0)\"}" }
        let path = try scratch.file("contacts.json", "[\(texts.joined(separator: ","))]")
        let store = try Store(opening: path)
        _ = try store.commit([ContactChange(key: .id("b"), change: .delete)])
        try store.fold()
        _ = try scratch.file("contacts.json", "[\(texts[3]),{\"id\":\"e\"}]")
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == "[\(texts[3]),{\"id\":\"e\"},\(texts[1])]")
    }

    @Test("very many that were deleted as one step come back in their order")
    func many() throws {
        let scratch = try Scratch()
        let texts = (0..<5000).map { "{\"id\":\"c\($0)\"}" }
        let text = "[\(texts.joined(separator: ",\n"))]\n"
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let some = (0..<5000).filter { $0 % 1000 != 500 }
        _ = try store.apply(some.map { ContactChange(key: .id("c\($0)"), change: .delete) })
        try store.fold()
        #expect(store.snapshot.count == 5)
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }

    @Test(
        "all who were taken away come back to the layout they stood in",
        arguments: [
            "[\r\n{\"id\":\"c0\"},\r\n{\"id\":\"c1\"}\r\n]\r\n",
            "[{\"id\":\"c0\"}, {\"id\":\"c1\"},{\"id\":\"c2\"}]",
            "[\n  {\"id\":\"c0\"},\n  {\"id\":\"c1\"}\n]\n",
            "[\r\n\t{\"id\":\"c0\"},\r\n\t{\"id\":\"c1\"}\r\n]",
        ])
    func everybody(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path)
        let ids = (0..<store.snapshot.count).map { ContactKey.id("c\($0)") }
        _ = try store.commit(ids.map { ContactChange(key: $0, change: .delete) })
        try store.fold()
        #expect(try Store(opening: path).snapshot.count == 0)
        _ = try store.undo()
        try store.fold()
        #expect(try Scratch.text(at: path) == text)
    }
}
