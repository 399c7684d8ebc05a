import ContactClient
import ContactModel
import TestGround
import Testing

@Suite("A server makes edits part of the file when nobody edits")
struct FoldingTests {
    private struct Over: Error {}

    @Test("an edit is folded in the first pause without another one")
    func pauses() async throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1","name":"a"}]"#)
        let client = try LocalClient(opening: path, title: "book")
        var seen: [Bool] = []
        await client.keepFolded(pause: {
            seen.append(try Scratch.text(at: path).contains("edit"))
            guard seen.count <= 4 else { throw Over() }
            if seen.count <= 2 {
                _ = try await client.update(
                    .id("c1"), ContactPatch(name: .set("edit \(seen.count)")),
                    removingMetadata: [])
            }
        })
        #expect(seen == [false, false, false, true, true])
        await client.close()
    }
}
