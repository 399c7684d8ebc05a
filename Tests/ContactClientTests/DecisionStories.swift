import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// What waits until somebody has decided.
@Suite(.serialized) struct DecisionStories {
    private func number() throws -> PhoneNumber { try PhoneNumber(parsing: "+15550000009") }

    private func patch(name: String) -> ContactPatch { ContactPatch(name: .set(name)) }

    /// A contact was made offline and changed twice, while a colleague made one of that number.
    private func disputed() async throws -> Premises {
        let premises = try Premises("[]")
        let number = try number()
        try await premises.visit { shop async throws in
            _ = try await shop.create(number, patch(name: "Mine"), source: "manual")
            let email = ContactPatch(email: EmailAddress("mine@example.com").map(FieldEdit.set))
            _ = try await shop.update(.phone(number), email, removingMetadata: [])
            _ = try await shop.retag(
                .phone(number), adding: try TagList(csv: "mine"), removing: TagList())
        }
        _ = try await premises.book.create(number, patch(name: "Theirs"), source: "manual")
        return premises
    }

    @Test("what was queued for a new contact is not written to another of the same number")
    func heldBack() async throws {
        let premises = try await disputed()
        let number = try number()
        let before = try await premises.book.contact(.key(.phone(number)))
        try await premises.visit { shop async throws in
            try await premises.serve { () async throws in
                guard case .behind(.exists(let theirs)) = await shop.sync() else {
                    Issue.record("nobody is asked")
                    return
                }
                #expect(theirs.name == "Theirs")
                #expect(shop.status.counts.conflicts == 1)
                #expect(shop.status.counts.waiting == 2)
                #expect(try await premises.book.contact(.key(.phone(number))) == before)
                shop.drop(shop.refused.map(\.id))
                #expect(shop.status.counts.conflicts == 2, "nor by giving the new contact up")
                #expect(await shop.sync() == nil)
                #expect(try await premises.book.contact(.key(.phone(number))) == before)
                shop.retry(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
            }
        }
        let after = try await premises.book.contact(.key(.phone(number)))
        #expect(after.name == "Theirs")
        #expect(after.email == "mine@example.com")
        #expect(after.tags.texts == ["mine"])
    }

    @Test("giving up a conflict gives up what is in question, and nothing else")
    func onlyInQuestion() async throws {
        let premises = try Premises(
            #"[{"id":"a","phone":"+15550000001","name":"Ada","email":null,"metadata":{"n":1}}]"#)
        let address = try #require(EmailAddress("mine@example.com"))
        let mine = ContactPatch(
            name: .set("Mine"), email: .set(address),
            metadata: ["n": .string("mine"), "k": .string("mine")])
        let theirs = ContactPatch(name: .set("Theirs"), metadata: ["n": .string("theirs")])
        try await premises.serve {
            try await premises.visit { shop async throws in
                #expect(await shop.sync() == nil)
                _ = try await shop.update(.id("a"), mine, removingMetadata: [])
                _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
                await shop.sync()
                #expect(shop.status.counts.conflicts == 1)
                shop.giveUp(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
                #expect(shop.status.counts.all == 0)
            }
        }
        let ada = try await premises.book.contact(.key(.id("a")))
        #expect(ada.name == "Theirs" && ada.email == "mine@example.com")
        #expect(ada.metadata == ["n": .string("theirs"), "k": .string("mine")])
    }

    @Test("where theirs is kept, a later change of the same field is a question again")
    func laterChange() async throws {
        let premises = try Premises(
            #"[{"id":"a","phone":"+15550000001","name":"Ada","email":null,"metadata":{"n":1}}]"#)
        try await premises.serve {
            try await premises.visit { shop async throws in
                #expect(await shop.sync() == nil)
                for name in ["Mine", "Later"] {
                    let patch = ContactPatch(
                        name: .set(name), metadata: ["n": .string(name), "k": .string(name)])
                    _ = try await shop.update(.id("a"), patch, removingMetadata: [])
                }
                let theirs = ContactPatch(name: .set("Theirs"), metadata: ["n": .string("t")])
                _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
                await shop.sync()
                #expect(shop.status.counts.conflicts == 1)
                shop.giveUp(shop.refused.map(\.id))
                await shop.sync()
                #expect(shop.status.counts.conflicts == 1)
                let ada = try await premises.book.contact(.key(.id("a")))
                #expect(ada.name == "Theirs")
                #expect(ada.metadata == ["n": .string("t"), "k": .string("Mine")])
                shop.giveUp(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
            }
        }
        let ada = try await premises.book.contact(.key(.id("a")))
        #expect(ada.name == "Theirs")
        #expect(ada.metadata == ["n": .string("t"), "k": .string("Later")])
    }

    @Test("once it is written over theirs, the rest follows in order")
    func writtenOver() async throws {
        let premises = try await disputed()
        try await premises.visit { shop async throws in
            try await premises.serve {
                _ = await shop.sync()
                shop.retry(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
            }
            #expect(shop.status.counts.all == 0)
        }
        let after = try await premises.book.contact(.key(.phone(try number())))
        #expect(after.name == "Mine")
        #expect(after.email == "mine@example.com")
        #expect(after.tags.texts == ["mine"])
    }

    @Test("two changes of one field go over a colleague's one after the other")
    func twice() async throws {
        try await twoNames("Theirs") { shop, premises async throws in
            try await premises.serve { () async throws in
                _ = await shop.sync()
                #expect(shop.status.counts.conflicts == 1 && shop.status.counts.waiting == 1)
                shop.retry(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
            }
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("a"))).name == "Second")
        }
    }

    /// Two changes of one name were made offline, and a colleague changed it meanwhile.
    private func twoNames(
        _ theirs: String?, _ story: (WorkspaceClient, Premises) async throws -> Void
    ) async throws {
        let premises = try Premises(#"[{"id":"a","phone":"+15550000001","name":"Ada"}]"#)
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            for name in ["First", "Second"] {
                _ = try await shop.update(.id("a"), patch(name: name), removingMetadata: [])
            }
            if let theirs {
                _ = try await premises.book.update(
                    .id("a"), patch(name: theirs), removingMetadata: [])
            }
            try await story(shop, premises)
        }
    }

    @Test("an older change that is edited stays before the newer one, and is edited over theirs")
    func editedInItsPlace() async throws {
        try await twoNames("Theirs") { shop, premises async throws in
            try await premises.serve { () async throws in
                _ = await shop.sync()
                let id = try #require(shop.refused.first?.id)
                let shown = try await shop.contact(.id("a"), without: id)
                #expect(shown.name == "Theirs", "not what was queued later")
                _ = try await shop.replace(
                    id, with: .id("a"), patch(name: "Better"), unlessChangedFrom: shown)
                #expect(shop.unsent.map(\.id) == shop.unsent.map(\.id).sorted())
                shop.retry(shop.refused.map(\.id))
                #expect(await shop.sync() == nil)
            }
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("a"))).name == "Second")
        }
    }

    @Test("what is given up is no change of somebody else to what was made upon it")
    func givenUp() async throws {
        try await twoNames(nil) { shop, premises async throws in
            shop.drop([try #require(shop.unsent.first?.id)])
            try await premises.serve { () async throws in #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
            #expect(try await premises.book.contact(.key(.id("a"))).name == "Second")
        }
    }
}

/// All of a contact's changes go in order, by whatever name they were made.
@Suite(.serialized) struct OrderStories {
    private let text = #"[{"id":"a","phone":"+15550000001","name":"Ada","tags":["old"]}]"#

    private func retag(
        _ key: ContactKey, add: String = "", remove: String = "", in shop: WorkspaceClient
    ) async throws {
        _ = try await shop.retag(
            key, adding: try TagList(csv: add), removing: try TagList(csv: remove))
    }

    @Test("an id and a number of one contact are one name in the queue")
    func oneName() async throws {
        let premises = try Premises(text)
        let number = ContactKey.phone(try PhoneNumber(parsing: "+15550000001"))
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            try await retag(number, add: "q", in: shop)
            try await retag(.id("a"), remove: "q", in: shop)
            _ = try await shop.update(
                number, ContactPatch(name: .set("Known")), removingMetadata: [])
            #expect(Set(shop.unsent.map(\.change.key)) == [.id("a")])
        }
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        #expect(try await premises.book.contact(.key(number)).tags.texts == ["old"])
        try await premises.visit { shop async throws in
            try await retag(.id("a"), add: "q", in: shop)
            try await retag(number, remove: "q", in: shop)
            #expect(Set(shop.unsent.map(\.change.key)) == [.id("a")])
        }
    }

    @Test("whoever was made offline keeps the number as name until all of it is sent")
    func madeOffline() async throws {
        let premises = try Premises("[]")
        let number = ContactKey.phone(try PhoneNumber(parsing: "+15550000009"))
        try await premises.visit { shop async throws in
            guard case .phone(let phone) = number else { return }
            _ = try await shop.create(
                phone, ContactPatch(name: .set("New")), source: "manual")
            try await retag(number, add: "q", in: shop)
            try await retag(number, remove: "q", in: shop)
            #expect(shop.unsent.map(\.change.key) == [number, number, number])
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        #expect(try await premises.book.contact(.key(number)).tags.isEmpty)
    }
}
