import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// How a workspace comes to this machine, and to whom it belongs there.
@Suite(.serialized) struct MirrorStories {
    private func me(_ id: String) -> FaultyPeer.Act {
        .answer(200, #"{"id":1,"tenant":{"id":"\#(id)","name":"The \#(id)"}}"#)
    }

    /// Lists some pages, and is down for the others.
    private func listing(upTo end: Int, of last: Int) async throws -> FaultyPeer {
        let (me, down) = (me("t"), down)
        let pages = (1...end).map { body(of: page($0, of: last)) }
        return try await FaultyPeer { _, request in
            guard let asked = request.askedPage else { return [me] }
            guard asked.page <= end else { return [down] }
            let told = #""id":\#(asked.page),"result""#
            return [
                .answer(
                    200,
                    pages[asked.page - 1].replacing(told, with: #""id":\#(asked.id),"result""#))
            ]
        }
    }

    private func page(_ number: Int, of last: Int) -> FaultyPeer.Act {
        let rows = (0..<2).map { index -> String in
            let id = number * 2 + index
            return ##"{"id":"\##(id)","phone":"+1555\##(1_000_000 + id)","metadata":{}}"##
        }
        let meta = #""current_page":\#(number),"last_page":\#(last),"total":\#(2 * last)"#
        let page = #"{"data":[\#(rows.joined(separator: ","))],"meta":{\#(meta)}}"#
        return .answer(
            200,
            #"{"jsonrpc":"2.0","id":\#(number),"result":"#
                + #"{"structuredContent":\#(page),"resultType":"complete"}}"#)
    }

    private let down = FaultyPeer.Act.answer(503, #"{"error":"down"}"#)

    @Test func aFirstReadingThatBrokeOffIsOfUseAndGoesOnWhereItStopped() async throws {
        let premises = try Premises("[]")
        let first = try await listing(upTo: 3, of: 5)
        try await premises.visit(port: first.port) { shop async throws in
            #expect(await shop.sync() == .serverFailed(status: 503, message: "down"))
            let listing = try await shop.list(.all, order: .byName)
            #expect(listing.count == 4, "published at one and two pages")
            #expect(listing.isPartial)
        }
        try await first.stop()
        let second = try await listing(upTo: 5, of: 5)
        try await premises.visit(port: second.port) { shop async throws in
            #expect(try await shop.list(.all, order: .byName).count == 4)
            #expect(await shop.sync() == nil)
            let listing = try await shop.list(.all, order: .byName)
            #expect(listing.count == 10)
            #expect(!listing.isPartial)
        }
        #expect(second.requests.count == 3)
        try await second.stop()
    }

    private func body(of act: FaultyPeer.Act) -> String {
        guard case .bytes(let bytes) = act else { return "" }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }

    @Test("a listing that ends far too early takes nobody away")
    func tooEarly() async throws {
        let premises = try Premises("[]")
        let whole = try await FaultyPeer([[me("t")], [page(1, of: 1)]])
        try await premises.visit(port: whole.port) { shop async throws in
            #expect(await shop.sync() == nil)
        }
        try await whole.stop()
        for end in [#"[],"meta""#, #"[{"id":"2","phone":"+15551000002"}],"meta""#] {
            let told = body(of: page(1, of: 1))
            let data = try #require(told.firstRange(of: #"[{"#)).lowerBound
            let meta = try #require(told.firstRange(of: #","meta""#)).upperBound
            let early = String(told[..<data]) + end + String(told[meta...])
            let peer = try await FaultyPeer([[me("t")], [.answer(200, early)]])
            try await premises.visit(port: peer.port) { shop async throws in
                let trouble = await shop.sync() ?? shop.unread
                #expect(trouble == .badAnswer(.shape("data")), "\(end)")
                #expect(try await shop.list(.all, order: .byName).count == 2)
            }
            try await peer.stop()
        }
    }

    @Test func nothingIsSentToAnotherWorkspace() async throws {
        let premises = try Premises("[]")
        let ours = try await FaultyPeer([[me("ours")], [page(1, of: 1)]])
        try await premises.visit(port: ours.port) { shop async throws in
            #expect(await shop.sync() == nil)
        }
        try await ours.stop()
        let theirs = try await FaultyPeer([[me("theirs")], [page(1, of: 1)]])
        try await premises.visit(port: theirs.port) { shop async throws in
            let patch = ContactPatch(name: .set("X"))
            _ = try await shop.update(.id("2"), patch, removingMetadata: [])
            let refusal = ClientError.otherWorkspace(bound: "The ours", found: "The theirs")
            #expect(await shop.sync() == refusal)
            #expect(theirs.requests.count == 1, "who one is, and nothing else")
            #expect(try await shop.signedNames() == ["~X", "–"])
        }
        try await premises.visit(.unattended, port: theirs.port) { shop async throws in
            shop.drop(shop.unsent.map(\.id))
        }
        try await premises.visit(port: theirs.port) { shop async throws in
            await shop.sync()
            #expect(try await shop.list(.all, order: .byName).count <= 2)
        }
        try await theirs.stop()
    }

    @Test("a command whose token belongs elsewhere by now ends there; the next one is meant so")
    func moved() async throws {
        let premises = try Premises("[]")
        let patch = ContactPatch(name: .set("X"))
        func at(
            _ name: String, _ acts: [[FaultyPeer.Act]],
            _ story: (WorkspaceClient, FaultyPeer) async throws -> Void
        ) async throws {
            let peer = try await FaultyPeer([[me(name)]] + acts)
            try await premises.visit(.unattended, port: peer.port) { shop async throws in
                try await story(shop, peer)
            }
            try await peer.stop()
        }
        let ours = try await FaultyPeer([[me("ours")], [page(1, of: 1)]])
        try await premises.visit(port: ours.port) { shop async throws in
            #expect(await shop.sync() == nil)
        }
        try await ours.stop()
        try await at("theirs", []) { shop, peer async throws in
            let moved = ClientError.moved(from: "The ours", to: "The theirs")
            await #expect(throws: moved) { try await shop.list(.all, order: .byName) }
            #expect(peer.requests.count == 1, "who one is, and nothing else")
        }
        try await at("others", [[me("others")]]) { shop, peer async throws in
            let moved = ClientError.moved(from: "The theirs", to: "The others")
            await #expect(throws: moved) {
                try await shop.update(.id("2"), patch, removingMetadata: [])
            }
            #expect(peer.requests.count == 2 && shop.status.counts.all == 0)
        }
    }

    @Test("the token is in no file, and the search would find it")
    func canary() async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit { shop async throws in
                await shop.sync()
                let patch = ContactPatch(name: .set("X"))
                _ = try await shop.update(.id("a"), patch, removingMetadata: [])
                let refused = ContactChange(key: .id("nobody"), change: .update(patch))
                _ = try await shop.apply([refused])
                await shop.sync()
            }
        }
        func holders(of secret: String) throws -> [String] {
            let mirrors = premises.scratch.path + "/mirrors"
            return try Scratch.names(in: mirrors).flatMap { folder in
                try Scratch.names(in: mirrors + "/" + folder).filter { name in
                    try Scratch.text(at: "\(mirrors)/\(folder)/\(name)").contains(secret)
                }
            }
        }
        #expect(try holders(of: Premises.token) == [])
        #expect(try holders(of: "+15550000001").sorted() == ["contacts.json", "outbox"])
    }
}
