import ContactClient
import ContactModel
import Synchronization
import Testing

/// Two editors of one person on one workspace, one of which lets the sending rest.
@Suite(.serialized) struct PausingStories {
    /// Lets a workspace send until it was asked ten times whether to go on.
    private func sync(_ shop: WorkspaceClient) async {
        let asked = Atomic(0)
        _ = await shop.synchronize { _ in
            asked.add(1, ordering: .relaxed).newValue < 10
        }
    }

    private func visit(
        _ story: (_ one: WorkspaceClient, _ other: WorkspaceClient, Premises) async throws -> Void
    ) async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit { one async throws in
                #expect(await one.sync() == nil)
                try await premises.visit { other async throws in
                    one.pause(true)
                    let tag = Change.retag(add: try TagList(csv: "new"), remove: TagList())
                    _ = try await other.apply([ContactChange(key: .id("a"), change: tag)])
                    await sync(other)
                    #expect(try await isTagged(premises.book) == false)
                    #expect(other.status.isHeldElsewhere && other.status.counts.waiting == 1)
                    #expect(!one.status.isHeldElsewhere)
                    try await story(one, other, premises)
                    #expect(try await isTagged(premises.book))
                }
            }
        }
    }

    private func isTagged(_ book: LocalClient) async throws -> Bool {
        try await book.contact(.key(.id("a"))).tags.texts.contains("new")
    }

    @Test("what one lets rest the other does not send, until it goes on")
    func restsInBoth() async throws {
        try await visit { one, other, _ async throws in
            one.pause(false)
            #expect(await other.sync() == nil)
            #expect(!other.status.isHeldElsewhere)
        }
    }

    @Test("the other may go on by itself, until rest is asked for anew")
    func goesOnAlone() async throws {
        try await visit { one, other, premises async throws in
            let book = premises.book
            other.pause(false)
            #expect(!other.status.isHeldElsewhere)
            #expect(await other.sync() == nil)
            #expect(try await isTagged(book))
            one.pause(false)
            #expect(await other.sync() == nil)
            one.pause(true)
            _ = try await other.update(
                .id("a"), ContactPatch(name: .set("Mine")), removingMetadata: [])
            await sync(other)
            #expect(try await book.contact(.key(.id("a"))).name != "Mine")
        }
    }

    @Test("commands send what they are told to, be it paused in an editor")
    func commandsSend() async throws {
        try await visit { _, _, premises async throws in
            try await premises.visit(.unattended) { shop async throws in
                #expect(await shop.sync() == nil)
            }
        }
    }
}
