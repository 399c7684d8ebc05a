import ContactClient
import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

/// Runs that ask the same of many contacts: said once in the outbox, and no other to anybody.
@Suite(.serialized) struct SharedRunStories {
    private func premises(_ count: Int) async throws -> Premises {
        let crowd = (0..<count).map {
            #"{"id":"\#($0)","phone":"+1555\#(1_000_000 + $0)","name":"N\#($0)","#
                + #""tags":[\#($0 % 3 == 0 ? #""old""# : "")]}"#
        }
        let premises = try Premises("[\(crowd.joined(separator: ","))]")
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        return premises
    }

    private func tagging(_ ids: some Sequence<Int>, add: String, remove: String = "") throws
        -> [ContactChange]
    {
        let change = Change.retag(add: try TagList(csv: add), remove: try TagList(csv: remove))
        return ids.map { ContactChange(key: .id("\($0)"), change: change) }
    }

    private func outbox(of premises: Premises) throws -> [String] {
        let mirrors = premises.scratch.path + "/mirrors"
        let folder = try #require(Scratch.names(in: mirrors).first)
        return try Scratch.text(at: "\(mirrors)/\(folder)/outbox").split(separator: "\n")
            .map(String.init)
    }

    /// Every contact with its sign and its tags.
    private func standing(_ shop: any ContactBackend) async throws -> [String] {
        let listing = try await shop.list(.all, order: .byName)
        return listing.rows(0..<listing.count).map { row in
            "\(row.unsent?.sign ?? "")\(row.contact.name ?? "–") "
                + row.contact.tags.texts.sorted().joined(separator: " ")
        }
    }

    @Test func aRunIsALineOfTheOutboxAndItsFatesAreAFew() async throws {
        let premises = try await premises(300)
        try await premises.visit { shop async throws in
            _ = try await shop.apply(tagging(0..<300, add: "w"))
            #expect(try outbox(of: premises).count == 2)
            #expect(shop.queue().map(\.count) == [300])
            #expect(try await shop.signedNames("is:pending tag:w").count == 300)
        }
        try await premises.visit { shop async throws in
            #expect(shop.status.counts.waiting == 300)
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        let handed = try outbox(of: premises).filter { $0.contains(#""handed""#) }
        #expect(handed.count < 10)
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames("tag:w -is:pending").count == 300)
            #expect(try await shop.log(limit: 1).map(\.what.text) == ["+w 300"])
        }
    }

    @Test func whoIsGoneAtTheServerIsToldOfAlone() async throws {
        let premises = try await premises(30)
        _ = try await premises.book.apply([ContactChange(key: .id("7"), change: .delete)])
        try await premises.visit { shop async throws in
            _ = try await shop.apply(tagging(0..<30, add: "w"))
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames("is:failed") == ["!N7"])
            #expect(shop.refused.map(\.state) == [.failed(.notFound(.key(.id("7"))))])
            #expect(shop.refused.map { $0.original?.name } == ["N7"])
            #expect(shop.queue().map(\.count) == [1])
            shop.drop(shop.unsentIDs)
            #expect(shop.status.counts.all == 0)
        }
    }

    @Test func aColleaguesTagsAreSeenOnceTheServerToldThem() async throws {
        let premises = try await premises(30)
        // The server that comes back may find a connection to the one before still in use.
        premises.pacing.repeats = 3
        try await premises.visit { shop async throws in
            _ = try await shop.apply(tagging(0..<30, add: "w"))
            _ = try await premises.book.apply(tagging([1, 2], add: "w,theirs"))
            try await premises.serve {
                _ = await shop.synchronize { _ in shop.status.counts.waiting > 0 }
            }
            #expect(try await shop.signedNames("tag:theirs") == ["N1", "N2"])
            #expect(try await shop.undo().restored.count == 28)
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        let left = try await premises.book.list(try Query("tag:w", clock: .still), order: .byName)
        #expect(left.rows(0..<left.count).map { $0.contact.name } == ["N1", "N2"])
    }

    @Test func aRunIsGivenUpAsOne() async throws {
        let premises = try await premises(30)
        try await premises.visit { shop async throws in
            _ = try await shop.apply(tagging(0..<30, add: "w"))
            let item = try #require(shop.queue().first)
            #expect(shop.drop(shop.ids(of: item.entry.id)).count == 30)
        }
        #expect(try outbox(of: premises).count == 3)
        try await premises.visit { shop async throws in
            #expect(shop.status.counts.all == 0)
            #expect(try await shop.signedNames("tag:w").isEmpty)
        }
    }

    @Test(arguments: UInt64(0)..<12)
    func whatIsShownIsWhatTheNextProgramShows(seed: UInt64) async throws {
        let premises = try await premises(40)
        var random = SplitMix64(seed: seed)
        try await premises.visit { shop async throws in
            for round in 0..<14 {
                let few = (0..<40).shuffled(using: &random).prefix(
                    Int.random(in: 1...40, using: &random))
                let tags = ["a", "b", "c", "old"].shuffled(using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    _ = try await shop.apply(tagging(few, add: tags[0], remove: tags[1]))
                case 2:
                    for id in few.prefix(3) {
                        _ = try await shop.retag(
                            .id("\(id)"), adding: try TagList(csv: tags[0]),
                            removing: try TagList(csv: tags[1]))
                    }
                case 3:
                    _ = try await premises.book.apply(tagging(few.prefix(5), add: "theirs\(round)"))
                case 4:
                    _ = try? await shop.undo()
                default:
                    let enough = Int.random(in: 1...60, using: &random)
                    try await premises.serve { _ = await shop.synchronize { $0 < enough } }
                }
                let shown = try await standing(shop)
                try await premises.visit { other async throws in
                    #expect(try await standing(other) == shown, "round \(round)")
                    #expect(other.status.counts == shop.status.counts)
                }
            }
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(try await standing(shop) == standing(premises.book))
        }
    }

    @Test func anOutboxOfAnEarlierReleaseIsRead() async throws {
        let premises = try await premises(3)
        let mirrors = premises.scratch.path + "/mirrors"
        let folder = try #require(Scratch.names(in: mirrors).first)
        let lines = """
            {"step":1,"at":"2026-05-07T08:14:23+00:00","run":true}
            {"entry":2,"of":1,"change":{"contact_id":"0","add_tags":["w"]},"original":{"id":"0"}}
            {"entry":3,"of":1,"change":{"contact_id":"1","add_tags":["w"]}}
            {"entry":4,"of":1,"change":{"contact_id":"2","add_tags":["w"]}}
            {"about":2,"is":"handed"}
            {"about":2,"is":"done","ms":4102444800000,\
            "after":{"id":"0","tags":["w"]},"added":["w"],"removed":[]}
            {"about":3,"is":"handed"}
            {"step":5,"at":"2026-05-07T08:14:24+00:00","dropped":[4]}
            {"about":4,"is":"dropped"}
            """
        let records = try lines.split(separator: "\n").map { line in
            try #require(try JSONValue(parsing: Array(line.utf8)).object)
        }
        try LineLog(opening: "\(mirrors)/\(folder)/outbox").append { _ in records }
        try await premises.visit { shop async throws in
            #expect(shop.unsent.map(\.change.key) == [.id("1")])
            #expect(try await shop.signedNames() == ["N0", "~N1", "N2"])
            #expect(try await shop.undo(2).map(\.restored) == [[.id("2")], [.id("1"), .id("0")]])
        }
    }

    @Test func aLongOutboxIsWrittenAnewAndTellsTheSame() async throws {
        let premises = try await premises(40)
        let mirrors = premises.scratch.path + "/mirrors"
        let folder = try #require(Scratch.names(in: mirrors).first)
        try await premises.visit { shop async throws in
            _ = try await premises.book.apply([ContactChange(key: .id("7"), change: .delete)])
            _ = try await shop.apply(tagging(0..<40, add: "w"))
            try await premises.serve { _ = await shop.synchronize { $0 < 5 } }
            _ = try await shop.apply(tagging(0..<40, add: "v"))
            try await premises.serve {
                // A connection that is kept from before may turn out to be closed.
                for _ in 0..<3 where shop.status.counts.waiting > 0 { await shop.sync() }
            }
            _ = try await shop.retag(
                .id("1"), adding: try TagList(csv: "x"), removing: TagList())
        }
        let padding: JSONObject = ["padding": .string(String(repeating: "x", count: 8_000_000))]
        try LineLog(opening: "\(mirrors)/\(folder)/outbox").append { _ in [padding] }
        try await premises.visit { shop async throws in
            #expect(try outbox(of: premises).joined().utf8.count < 20_000)
            #expect(shop.status.counts.waiting == 1)
            #expect(shop.refused.map(\.change.key) == [.id("7"), .id("7")])
            #expect(try await shop.log(limit: 9).map(\.what.text) == ["+x 1", "+v 39", "+w 39"])
            let undone = try await shop.undo(3)
            #expect(undone.map(\.restored.count) == [1, 39, 39], "what was refused is given up")
            #expect(undone.map(\.refused) == [0, 1, 1])
            let told = ["-w 39", "-v 39", "-x 1", "+x 1", "+v 39", "+w 39"]
            #expect(try await shop.log(limit: 9).map(\.what.text) == told)
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        let left = try await premises.book.list(
            try Query("tag:w OR tag:v", clock: .still), order: .byName)
        #expect(left.count == 0)
    }
}
