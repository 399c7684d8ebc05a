import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// Changes of one contact come to the server in the order in which they were made.
@Suite(.serialized) struct OvertakingStories {
    private static let crowd: String = {
        let people = (0..<10).map {
            #"{"id":"\#($0)","phone":"+1555\#(1_000_000 + $0)","name":"N\#($0)","tags":["base"]}"#
        }
        return "[\(people.joined(separator: ","))]"
    }()

    private func patch(name: String) -> ContactPatch { ContactPatch(name: .set(name)) }

    private func patch(tags: String) throws -> ContactPatch {
        ContactPatch(tags: try TagList(csv: tags))
    }

    private func tagging(_ tag: String) throws -> [ContactChange] {
        let change = Change.retag(add: try TagList(csv: tag), remove: TagList())
        return (0..<10).map { ContactChange(key: .id("\($0)"), change: change) }
    }

    /// Something is queued while there is no server, then all of it is sent.
    private func offline(
        _ story: (WorkspaceClient) async throws -> Void,
        then: (WorkspaceClient, Premises) async throws -> Void
    ) async throws {
        let premises = try Premises(OvertakingStories.crowd)
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            try await story(shop)
            try await premises.serve { try await then(shop, premises) }
        }
    }

    /// Names were refused while their contact was gone; it is there again.
    private func refused(
        _ names: [String], then: (WorkspaceClient, Premises) async throws -> Void
    ) async throws {
        try await offline { shop async throws in
            for name in names { try await update("2", patch(name: name), in: shop) }
        } then: { shop, premises async throws in
            _ = try await premises.book.apply([ContactChange(key: .id("2"), change: .delete)])
            _ = await shop.sync()
            #expect(shop.status.counts.failed == 1)
            #expect(shop.status.counts.waiting == names.count - 1)
            _ = try await premises.book.undo()
            try await then(shop, premises)
        }
    }

    private func apply(_ changes: [ContactChange], in shop: WorkspaceClient) async throws {
        do throws(ClientError) {
            _ = try await shop.apply(changes)
        } catch .queued {}
    }

    private func update(
        _ id: String, _ patch: ContactPatch, in shop: WorkspaceClient
    ) async throws {
        do throws(ClientError) {
            _ = try await shop.update(.id(id), patch, removingMetadata: [])
        } catch .queued {}
    }

    @Test("an edit comes after the run that was queued before it", arguments: ["base", "q"])
    func run(tags: String) async throws {
        try await offline { shop async throws in
            try await apply(tagging("z"), in: shop)
            try await update("2", patch(tags: tags), in: shop)
        } then: { shop, premises async throws in
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            for id in ["1", "2", "3"] {
                let after = try await premises.book.contact(.key(.id(id)))
                #expect(after.tags.texts == (id == "2" ? [tags] : ["base", "z"]))
            }
        }
    }

    @Test("an edit comes after the import that makes its contact")
    func madeByARun() async throws {
        let number = try PhoneNumber(parsing: "+15559990001")
        try await offline { shop async throws in
            var changes = try tagging("z")
            changes.append(
                ContactChange(
                    key: .phone(number),
                    change: .create(patch(name: "New"), source: "csv_import")))
            try await apply(changes, in: shop)
            do throws(ClientError) {
                _ = try await shop.update(
                    .phone(number), patch(name: "Newer"), removingMetadata: [])
            } catch .queued {}
        } then: { shop, premises async throws in
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.phone(number))).name == "Newer")
        }
    }

    @Test("what comes after a conflict waits for it; then it is sent upon what was chosen")
    func behindAConflict() async throws {
        for keepsMine in [true, false] {
            try await offline { shop async throws in
                try await update("2", patch(tags: "q"), in: shop)
                try await apply(tagging("z"), in: shop)
            } then: { shop, premises async throws in
                _ = try await premises.book.update(
                    .id("2"), patch(tags: "th"), removingMetadata: [])
                _ = await shop.sync()
                #expect(shop.status.counts.conflicts == 1 && shop.status.counts.waiting == 1)
                #expect(shop.queue().map(\.isHeld) == [false, true])
                #expect(
                    try await premises.book.contact(.key(.id("2"))).tags.texts == ["th"])
                let refused = shop.refused.map(\.id)
                if keepsMine { shop.retry(refused) } else { shop.drop(refused) }
                #expect(await shop.sync() == nil)
                #expect(shop.status.counts.all == 0)
                let after = try await premises.book.contact(.key(.id("2")))
                #expect(after.tags.texts == [keepsMine ? "q" : "th", "z"])
            }
        }
    }

    @Test("what writes again all that was refused takes its place, and meets no conflict with it")
    func corrected() async throws {
        try await refused(["Bad"]) { shop, premises async throws in
            try await update("2", patch(name: "Good"), in: shop)
            #expect(shop.status.counts.failed == 0 && shop.status.counts.waiting == 1)
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("2"))).name == "Good")
        }
    }

    @Test("what waits behind a refusal is sent upon what was refused once that is taken")
    func takenAfterAll() async throws {
        try await refused(["One", "Two", "Three"]) { shop, premises async throws in
            shop.retry(shop.refused.map(\.id))
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("2"))).name == "Three")
        }
    }

    @Test("a new contact that is corrected keeps its place before what was queued for it")
    func correctedCreation() async throws {
        let number = try PhoneNumber(parsing: "+15559990001")
        let email = EmailAddress("a@example.com").map(FieldEdit.set)
        try await offline { shop async throws in
            _ = try await shop.create(number, patch(name: "A"), source: "nobody knows")
            _ = try await shop.update(
                .phone(number), ContactPatch(email: email), removingMetadata: [])
        } then: { shop, premises async throws in
            _ = await shop.sync()
            #expect(shop.status.counts.failed == 1 && shop.status.counts.waiting == 1)
            let id = try #require(shop.refused.first?.id)
            let other = try PhoneNumber(parsing: "+15559990002")
            _ = try await shop.replace(
                id, withNew: other, patch(name: "B"), source: "manual")
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            let made = try await premises.book.contact(.key(.phone(other)))
            #expect(made.name == "B" && made.email == "a@example.com")
        }
    }

    @Test("what was queued for somebody who was deleted goes to the one made anew")
    func madeAnew() async throws {
        try await offline { shop async throws in
            try await update("2", patch(name: "One"), in: shop)
            try await update("2", patch(tags: "q"), in: shop)
            try await update("2", patch(name: "Two"), in: shop)
        } then: { shop, premises async throws in
            _ = try await premises.book.apply([ContactChange(key: .id("2"), change: .delete)])
            _ = await shop.sync()
            let id = try #require(shop.refused.first?.id)
            let number = try PhoneNumber(parsing: "+15551000002")
            let known = ContactPatch(name: .set("One"), tags: try TagList(csv: "base"))
            _ = try await shop.replace(id, withNew: number, known, source: "manual")
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            let made = try await premises.book.contact(.key(.phone(number)))
            #expect(made.name == "Two" && made.tags.texts == ["q"])
        }
    }

    @Test("what took a refusal's place is taken back to what the server had")
    func correctionTakenBack() async throws {
        try await refused(["Bad"]) { shop, premises async throws in
            try await update("2", patch(name: "Good"), in: shop)
            #expect(await shop.sync() == nil)
            #expect(try await shop.undo().skipped.isEmpty)
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("2"))).name == "N2")
        }
    }

    @Test("a new contact that was refused is made with what is written to it later")
    func refusedCreationCorrected() async throws {
        let number = try PhoneNumber(parsing: "+15559990001")
        let odd = ContactPatch(name: .set("A"), metadata: ["n": .bool(true)])
        try await offline { shop async throws in
            _ = try await shop.create(number, odd, source: "nobody knows")
        } then: { shop, premises async throws in
            _ = await shop.sync()
            #expect(shop.status.counts.failed == 1)
            try await premises.visit(.unattended) { command async throws in
                await #expect(throws: ClientError.self) {
                    try await command.update(
                        .phone(number), patch(name: "B"), removingMetadata: [])
                }
                #expect(command.status.counts.all == 1, "the source is as odd as it was")
                let receipt = try await command.create(
                    number, patch(tags: "q"), source: "manual")
                #expect(receipt.outcome == .created)
                #expect(command.status.counts.all == 0)
            }
            let made = try await premises.book.contact(.key(.phone(number)))
            #expect(made.name == "B" && made.tags.texts == ["q"])
            #expect(made.metadata == ["n": .bool(true)])
        }
    }

    @Test("whoever is made twice is changed the second time")
    func madeTwice() async throws {
        let number = try PhoneNumber(parsing: "+15559990001")
        try await offline { shop async throws in
            for name in ["A", "B"] {
                do throws(ClientError) {
                    _ = try await shop.create(number, patch(name: name), source: "manual")
                } catch .queued {}
            }
        } then: { shop, premises async throws in
            #expect(await shop.sync() == nil)
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.phone(number))).name == "B")
        }
    }
}
