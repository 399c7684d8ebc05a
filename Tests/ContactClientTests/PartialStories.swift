import ContactClient
import ContactModel
import JSONText
import Synchronization
import TestGround
import Testing

/// A server that lists no whole workspaces, or tells of them what cannot be believed.
@Suite(.serialized) struct PartialStories {
    private static let missing = [FaultyPeer.Act.answer(404, "<html>", type: "text/html")]
    private static let me = FaultyPeer.Act.answer(
        200, #"{"id":"u","tenant":{"id":"t","name":"The t"}}"#)

    private static func found(_ name: String, phone: String = "+15550000001") -> FaultyPeer.Act {
        .answer(200, #"[{"id":"\#(name)","phone":"\#(phone)","name":"\#(name)","tags":[]}]"#)
    }

    private func until(_ isSo: () async throws -> Bool) async throws {
        while try await !isSo() { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test(.timeLimit(.minutes(1)))
    func typingAsksTheServerOnceItRests() async throws {
        let premises = try Premises("[]")
        let rest = Rest()
        premises.pacing.sleep = { _ in try await rest.wait() }
        let peer = try await FaultyPeer(
            [[PartialStories.me], PartialStories.missing, PartialStories.missing]
                + [
                    [PartialStories.found("ann")],
                    [PartialStories.found("zoe", phone: "+15550000002")],
                ])
        try await premises.visit(port: peer.port) { shop async throws in
            shop.attend { _ in }
            try await until { try await shop.signedNames() == ["ann"] }
            let asked = peer.requests.count
            for text in ["z", "zo", "zoe"] {
                #expect(try await shop.signedNames(text) == [], "answered from what is known")
            }
            rest.end()
            try await until { try await shop.signedNames("zoe") == ["zoe"] }
            #expect(peer.requests.count == asked + 1)
            #expect(peer.requests.last?.contains(#""query":"zoe""#) == true)
            for _ in 0..<3 { #expect(try await shop.signedNames("zoe") == ["zoe"]) }
            #expect(peer.requests.count == asked + 1, "what was answered is not asked again")
        }
        try await peer.stop()
    }

    @Test(.timeLimit(.minutes(1)))
    func whatTheServerFailsToAnswerIsNotAskedAtEveryLook() async throws {
        let premises = try Premises("[]")
        premises.pacing.sleep = { _ in await Task.yield() }
        premises.pacing.random = { 1 }
        let down = FaultyPeer.Act.answer(503, #"{"error":"down"}"#)
        let peer = try await FaultyPeer(
            [[PartialStories.me], PartialStories.missing, PartialStories.missing]
                + [[PartialStories.found("ann")], [down]])
        try await premises.visit(port: peer.port) { shop async throws in
            shop.attend { _ in }
            try await until { try await shop.signedNames() == ["ann"] }
            let asked = peer.requests.count
            _ = try await shop.signedNames("zoe")
            try await until { shop.status.trouble != nil }
            for _ in 0..<50 { #expect(try await shop.signedNames("zoe") == []) }
            #expect(peer.requests.count <= asked + 3)
        }
        try await peer.stop()
    }

    @Test func metadataThatSearchesDoNotTellIsUnknown() async throws {
        let premises = try Premises("[]")
        let peer = try await FaultyPeer(
            [PartialStories.missing, PartialStories.missing, [PartialStories.found("ann")]])
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            let listing = try await shop.list(
                try Query("meta.city:x", clock: .still), order: .byName)
            #expect(listing.count == 0)
            #expect(listing.unknown == 1)
        }
        try await peer.stop()
    }

    @Test("who may have a key is not among those without it")
    func metadataThatIsNotKnownExcludesNobody() async throws {
        let premises = try Premises("[]")
        let peer = try await FaultyPeer(
            [[PartialStories.me], PartialStories.missing, PartialStories.missing]
                + [[PartialStories.found("ann")]])
        try await premises.visit(port: peer.port) { shop async throws in
            shop.attend { _ in }
            try await until { try await shop.signedNames() == ["ann"] }
            for text in ["-meta.city:x", "meta.city:x", "-meta.city -tag:vip"] {
                let query = try Query(text, clock: .still)
                let listing = try await shop.list(query, order: .byName)
                #expect(listing.count == 0 && listing.unknown == 1, "\(text)")
            }
            #expect(try await shop.signedNames("-meta.city:x OR -tag:vip") == ["ann"])
        }
        try await peer.stop()
    }

    @Test("whoever has no list is told apart from whoever fails to give one")
    func whyThereIsNoList() async throws {
        let odd =
            #"{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"data":[7],"#
            + #""meta":{"current_page":1,"last_page":1,"total":1}},"resultType":"complete"}}"#
        let cases: [([[FaultyPeer.Act]], ClientError)] = [
            (
                [PartialStories.missing, PartialStories.missing],
                .rejected(status: 404, message: "")
            ),
            (
                [[.answer(502, "<html>", type: "text/html")]],
                .serverFailed(status: 502, message: "")
            ),
            ([[.answer(200, odd)]], .badAnswer(.shape("a contact"))),
        ]
        for (answers, reason) in cases {
            let premises = try Premises("[]")
            let peer = try await FaultyPeer([[PartialStories.me]] + answers)
            try await premises.visit(port: peer.port) { shop async throws in
                #expect(await shop.sync() == nil)
                #expect(shop.unread == reason)
            }
            try await peer.stop()
        }
    }

    private static let page = FaultyPeer.Act.answer(
        200,
        #"{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"data":[{"id":"a","#
            + #""phone":"+15550000001","name":"Ada"}],"meta":{"current_page":1,"last_page":1,"#
            + #""total":1}},"resultType":"complete"}}"#)

    @Test("where all are known a list that fails is no search for some of them")
    func wholeAndFailing() async throws {
        let premises = try Premises("[]")
        let peer = try await FaultyPeer(
            [
                [PartialStories.me], [PartialStories.page],
                [.answer(502, "<html>", type: "text/html")],
            ])
        try await premises.visit(port: peer.port) { shop async throws in
            #expect(await shop.sync() == nil)
        }
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            let query = try Query("", clock: .still)
            await #expect(throws: ClientError.serverFailed(status: 502, message: "")) {
                _ = try await shop.list(query, order: .byName)
            }
            let known = try #require(shop.recalled(query, order: .byName))
            #expect(known.count == 1 && !known.isPartial)
            #expect(!peer.requests.contains { $0.contains("search-contacts") })
        }
        try await peer.stop()
    }

    @Test("of several words another is asked for where one finds too many")
    func severalWords() async throws {
        let premises = try Premises("[]")
        let crowd = (0..<50).map {
            #"{"id":"\#($0)","phone":"+1555000\#(1000 + $0)","name":"Person \#($0)","tags":[]}"#
        }
        let peer = try await FaultyPeer([
            PartialStories.missing, PartialStories.missing,
            [.answer(200, "[\(crowd.joined(separator: ","))]")],
            [PartialStories.found("Person 0171")],
        ])
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            #expect(try await shop.signedNames("Person 0171") == ["Person 0171"])
            #expect(peer.requests.last?.contains(#""query":"0171""#) == true)
        }
        try await peer.stop()
    }

    @Test("an answer that tells of a field as it was before is not taken for a yes")
    func denied() async throws {
        let premises = try Premises("[]")
        let ada = #"{"id":"a","phone":"+15550000001","name":"Ada","tags":[],"metadata":{}}"#
        let peer = try await FaultyPeer([[.answer(200, ada)]])
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            let words = "it answers as if that were done, and name stands as before"
            await #expect(throws: ClientError.rejected(status: 200, message: words)) {
                try await shop.update(
                    .id("a"), ContactPatch(name: .set("X")), removingMetadata: [])
            }
            #expect(shop.status.counts.all == 0)
            #expect(peer.requests.count == 3, "it was read once more")
        }
        try await peer.stop()
    }

    @Test func anotherContactUnderAKnownNumberIsNotBelieved() async throws {
        let premises = try Premises("[]")
        let mallory =
            #"{"id":"mallory","phone":"+15550000001","name":"Ada","tags":[],"metadata":{}}"#
        let peer = try await FaultyPeer([
            [PartialStories.me], [PartialStories.page], [.answer(200, mallory)],
        ])
        try await premises.visit(port: peer.port) { shop async throws in
            #expect(await shop.sync() == nil)
            let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550000001"))
            let lie = ClientError.badAnswer(.otherContact(asked: .id("a"), answered: "mallory"))
            await #expect(throws: lie) { try await shop.contact(.key(phone)) }
            _ = try await shop.update(phone, ContactPatch(name: .set("X")), removingMetadata: [])
            await shop.sync()
            #expect(shop.refused.map(\.state) == [.failed(lie)])
            #expect(!peer.requests.contains { $0.contains("update-contact") })
        }
        try await peer.stop()
    }

    @Test("what is queued is laid over what the server answers, also for a command")
    func commandsSeeWhatIsQueued() async throws {
        let premises = try Premises(
            """
            [{"id":"a","phone":"+15550000001","name":"Ada","metadata":{}},
             {"id":"b","phone":"+15550000002","name":"Bo","metadata":{}}]
            """)
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            let patch = ContactPatch(name: .set("Zed"))
            _ = try await shop.update(.id("b"), patch, removingMetadata: [])
            let number = try PhoneNumber(parsing: "+15550000003")
            _ = try await shop.create(
                number, ContactPatch(name: .set("New")), source: "api", onlyNew: true)
        }
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                #expect(try await shop.signedNames() == ["Ada", "~New", "~Zed"])
                #expect(try await shop.signedNames("is:pending") == ["~New", "~Zed"])
                #expect(try await shop.signedNames("name:zed") == ["~Zed"])
            }
        }
    }
}

/// Holds up whoever waits until it ends.
final class Rest: Sendable {
    private let isOver = Mutex(false)

    func end() { isOver.withLock { $0 = true } }

    func wait() async throws {
        while !isOver.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    }
}
