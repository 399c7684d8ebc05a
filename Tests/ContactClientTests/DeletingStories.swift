import ContactClient
import ContactModel
import Testing

/// Contacts that are taken away at a server: at once or not at all.
@Suite struct DeletingStories {
    private func deletion(_ id: String) -> ContactChange {
        ContactChange(key: .id(id), change: .delete)
    }

    private func known() async throws -> Premises {
        let people = """
            [{"id":"a","phone":"+15550000001","name":"Ada","tags":["vip"],"metadata":{"n":1.0}},
             {"id":"b","phone":"+15550000002","name":"Bo","tags":[],"metadata":{}},
             {"id":"c","phone":"+15550000003","name":"Cy","tags":[],"metadata":{}}]
            """
        let premises = try Premises(people)
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        return premises
    }

    private let rename = ContactPatch(name: .set("Mine"))

    @Test("is done at once, takes along what was queued, and stays so after a restart")
    func atOnce() async throws {
        let premises = try await known()
        try await premises.visit { shop async throws in
            _ = try await shop.update(.id("a"), rename, removingMetadata: [])
            _ = try await shop.update(.id("b"), rename, removingMetadata: [])
            #expect(shop.status.counts.waiting == 2)
            try await premises.serve {
                let report = try await shop.apply([deletion("a")])
                #expect(report.changed == 1 && report.isComplete)
            }
            #expect(try await shop.signedNames() == ["Cy", "~Mine"])
        }
        await #expect(throws: ClientError.notFound(.key(.id("a")))) {
            try await premises.book.contact(.key(.id("a")))
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Cy", "~Mine"])
            #expect(shop.unsent.map(\.change.key) == [.id("b")])
            #expect(try await shop.log(limit: 1).first?.what.deleted == 1)
            let receipt = try await shop.undo()
            #expect(receipt.gone == [.id("a")] && receipt.restored.isEmpty)
            #expect(try await shop.undo().restored == [.id("b")])
        }
    }

    @Test("of whom only tags are known takes away a contact that has them still")
    func knownByTags() async throws {
        let premises = try Premises()
        try await premises.serve {
            for id in ["a", "b"] {
                for change in [(add: "q", remove: ""), (add: "", remove: "q")] {
                    try await premises.visit(.unattended) { shop async throws in
                        _ = try await shop.retag(
                            .id(id), adding: TagList(csv: change.add),
                            removing: TagList(csv: change.remove))
                    }
                }
            }
            let tags = try TagList(csv: "theirs")
            _ = try await premises.book.retag(.id("b"), adding: tags, removing: TagList())
            try await premises.visit(.unattended) { shop async throws in
                let report = try await shop.apply([deletion("a"), deletion("b")])
                #expect(report.changed == 1)
                #expect(report.failures.map(\.change.key) == [.id("b")])
            }
        }
    }

    @Test("is not done, nor queued, where the server is away")
    func away() async throws {
        let premises = try await known()
        for manner in [WorkspaceClient.Manner.attended, .unattended] {
            try await premises.visit(manner) { shop async throws in
                await #expect { _ = try await shop.apply([deletion("a")]) } throws: { error in
                    if case .notSent = error as? ClientError { true } else { false }
                }
                #expect(shop.status.counts.all == 0)
            }
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Ada", "Bo", "Cy"])
        }
    }

    @Test("leaves alone whom somebody else changed since, and shows how that stands")
    func changed() async throws {
        let premises = try await known()
        let theirs = ContactPatch(email: .set(try #require(EmailAddress("new@example.com"))))
        _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
        try await premises.visit { shop async throws in
            try await premises.serve {
                let first = try await shop.apply([deletion("a"), deletion("b")])
                #expect(first.changed == 1)
                guard case .conflict(let present) = first.failures.first?.error else {
                    Issue.record("\(first)")
                    return
                }
                #expect(present.email == "new@example.com")
                #expect(try await shop.signedNames("new@example.com") == ["Ada"])
                // Whoever sees that may delete it.
                #expect(try await shop.apply([deletion("a")]).changed == 1)
            }
            #expect(try await shop.signedNames() == ["Cy"])
        }
    }

    @Test("whom nobody has any more goes from the list as well")
    func gone() async throws {
        let premises = try await known()
        _ = try await premises.book.apply([deletion("a")])
        try await premises.visit { shop async throws in
            try await premises.serve {
                let report = try await shop.apply([deletion("a")])
                #expect(report.changed == 0 && report.unchanged == 1)
            }
            #expect(try await shop.signedNames() == ["Bo", "Cy"])
        }
    }

    @Test("goes in its turn among other changes, and nothing goes after what did not come through")
    func inTurn() async throws {
        let premises = try await known()
        let update = { ContactChange(key: .id($0), change: .update(rename)) }
        try await premises.visit(.unattended) { shop async throws in
            try await premises.serve {
                let report = try await shop.apply([update("a"), deletion("a"), update("b")])
                #expect(report.changed == 3 && report.isComplete)
            }
        }
        #expect(try await premises.book.contact(.key(.id("b"))).name == "Mine")
        try await premises.visit(.unattended) { shop async throws in
            await #expect { _ = try await shop.apply([update("c"), deletion("b")]) } throws: {
                if case .queued = $0 as? ClientError { true } else { false }
            }
        }
        #expect(try await premises.book.contact(.key(.id("b"))).name == "Mine")
    }

    @Test("is refused where the server has no tool for it")
    func noTool() async throws {
        let me = #"{"id":1,"tenant":{"id":1,"name":"W"}}"#
        let missing = FaultyPeer.Act.answer(404, #"{"error":"no such path"}"#)
        let peer = try await FaultyPeer([[.answer(200, me)], [missing], [missing]])
        let premises = try await known()
        try await premises.visit(port: peer.port) { shop async throws in
            await #expect(throws: ClientError.unsupported(.deleting(.id("a")))) {
                try await shop.apply([deletion("a")])
            }
        }
        try await peer.stop()
    }

    @Test("whoever may be gone without an answer is named")
    func lostAnswer() async throws {
        let me = #"{"id":1,"tenant":{"id":"t","name":"T"}}"#
        let ada = #"{"id":"a","phone":"+15550000001","name":"Ada","tags":[],"metadata":{}}"#
        let tools = #"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"delete_contact"}]}}"#
        let down = FaultyPeer.Act.answer(500, #"{"error":"odd"}"#)
        let missing = FaultyPeer.Act.answer(404, #"{"error":"Contact not found"}"#)
        for (after, isGone) in [(missing, true), (FaultyPeer.Act.close, false)] {
            let premises = try Premises("[]")
            let peer = try await FaultyPeer([
                [.answer(200, me)], [.answer(200, tools)], [.answer(200, ada)], [down], [after],
            ])
            try await premises.visit(.unattended, port: peer.port) { shop async throws in
                let report = try await shop.apply([deletion("a"), deletion("b")])
                #expect(report.changed == (isGone ? 1 : 0))
                if !isGone {
                    #expect(report.failures.map(\.change.key) == [.id("a")])
                    #expect(report.notReached.map(\.key) == [.id("b")])
                }
            }
            try await peer.stop()
        }
    }
}
