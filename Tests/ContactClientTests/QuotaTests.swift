import ContactClient
import ContactModel
import ContactServer
import Glibc
import Synchronization
import TestGround
import Testing

/// Calls wait for the quota; those of a run leave some to those that somebody waits for.
@Suite(.serialized) struct QuotaTests {
    private static let token = "pat-canary-0123456789abcdefghijklmnopqrstuvwxyz0123456789"

    /// A served book of contacts `id0`, `id1`, … whose limit is counted by the same clock.
    ///
    /// - Returns: the statuses of all answers: the last of them are noted when it ends.
    @discardableResult
    private func serve(
        _ count: Int, limit: Int?, by clock: MovedClock, bulkPatience: Duration = .seconds(900),
        _ story: (_ client: (Scratch?) throws -> WorkspaceClient) async throws -> Void
    ) async throws -> [Int] {
        let scratch = try Scratch()
        let contacts = (0..<count).map {
            ##"{"id":"id\##($0)","phone":"+1555\##(1_000_000 + $0)"}"##
        }
        let book = try LocalClient(
            opening: try scratch.file(
                "contacts.json", "[" + contacts.joined(separator: ",") + "]"), title: "book")
        let token = try #require(Token(QuotaTests.token))
        let responder = Responder(
            backend: book, token: token, callsPerMinute: limit,
            now: { .milliseconds(clock.milliseconds) })
        let statuses = StatusLog()
        try await withListener(responder, log: { statuses.add($0.status) }) { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            var pacing = clock.pacing()
            pacing.bulkPatience = bulkPatience
            try await story(
                { [pacing] folder in
                    var profile = RemoteProfile(
                        title: "shop", address: address, token: TokenSlot(token),
                        quotaFolder: folder?.path, pacing: pacing)
                    profile.width = 1
                    return try WorkspaceClient(
                        RemoteClient(profile: profile), profile,
                        mirrors: "\(scratch.path)/\(Int.random(in: 0..<1 << 60))",
                        manner: .unattended)
                })
        }
        await book.close()
        return statuses.all
    }

    private func tagging(_ numbers: Range<Int>) throws -> [ContactChange] {
        let tag = try Tag("vip")
        return numbers.map {
            ContactChange(
                key: .id("id\($0)"), change: .retag(add: TagList([tag]), remove: TagList()))
        }
    }

    @Test func twoProcessesTogetherKeepToTheLimit() async throws {
        let clock = MovedClock()
        let folder = try Scratch()
        let answers = try await serve(80, limit: 20, by: clock) { client in
            let (one, other) = (try client(folder), try client(folder))
            _ = try await one.account()
            async let first = one.apply(try tagging(0..<40))
            async let second = other.apply(try tagging(40..<80))
            let reports = try await [first, second]
            #expect(reports.map(\.changed) == [40, 40])
            #expect(clock.waited > .seconds(180), "80 calls at 20 a minute, 15 of them at once")
            await one.close()
            await other.close()
        }
        #expect(answers.count == 81, "every call was made once")
        #expect(!answers.contains(429))
    }

    @Test func aRunLeavesTenCallsToEdits() async throws {
        let clock = MovedClock()
        let answers = try await serve(100, limit: 40, by: clock, bulkPatience: .zero) { client in
            let shop = try client(nil)
            _ = try await shop.account()
            #expect(shop.outlook.callsForRuns == 29)
            let report = try await shop.apply(try tagging(0..<100))
            #expect(report.changed == 29)
            #expect(report.queued == 71)
            #expect(shop.outlook.callsForRuns == 0)
            #expect(shop.outlook.callsLeft == 10)
            let waits = clock.waits.count
            for _ in 0..<10 { _ = try await shop.account() }
            #expect(clock.waits.count == waits, "edits do not wait behind the run")
            await shop.close()
        }
        #expect(answers.allSatisfy { $0 == 200 })
    }

    @Test func theTimeIsForetold() async throws {
        let clock = MovedClock()
        try await serve(100, limit: 40, by: clock) { client in
            let shop = try client(nil)
            _ = try await shop.account()
            #expect(shop.outlook.seconds(for: 29) == 0)
            let foretold = Duration.seconds(shop.outlook.seconds(for: 100))
            let report = try await shop.apply(try tagging(0..<100))
            #expect(report.changed == 100)
            #expect(foretold > .seconds(120) && foretold < .seconds(220))
            let miss = clock.waited - foretold
            #expect(miss > .seconds(-5) && miss < .seconds(5), "\(foretold), \(clock.waited)")
            await shop.close()
        }
    }

    @Test func withoutALimitNothingIsCounted() async throws {
        let clock = MovedClock()
        let folder = try Scratch()
        try await serve(200, limit: nil, by: clock) { client in
            let shop = try client(folder)
            #expect(try await shop.apply(try tagging(0..<200)).changed == 200)
            #expect(clock.waits.isEmpty)
            #expect(shop.outlook.limit == nil)
            #expect(shop.outlook.callsForRuns == nil)
            #expect(shop.outlook.seconds(for: 1_000_000) == 0)
            await shop.close()
        }
    }

    private func client(
        _ peer: FaultyPeer, _ clock: MovedClock, patience: Duration = .seconds(10),
        folder: String? = nil
    ) throws -> RemoteClient {
        try RemoteClient(
            profile: RemoteProfile(
                title: "shop", address: try ServerAddress("http://127.0.0.1:\(peer.port)"),
                token: TokenSlot(try #require(Token(QuotaTests.token))), quotaFolder: folder,
                pacing: clock.pacing(patience: patience)))
    }

    private static let refusal = FaultyPeer.Act.answer(
        429, #"{"error":"Too many"}"#, fields: ["Retry-After: 7"])

    @Test func retryAfterIsKeptTo() async throws {
        let peer = try await FaultyPeer([[QuotaTests.refusal], [.answer(200, FaultTests.ada)]])
        let clock = MovedClock()
        let shop = try client(peer, clock)
        #expect(try await shop.contact(.key(.id("a"))).name == "Ada")
        #expect(peer.requests.count == 2)
        #expect(clock.waited == .seconds(7))
        await shop.close()
        try await peer.stop()
    }

    @Test func noRefusalLastsForEverAndAPersonMayTryBefore() async throws {
        let refusal = FaultyPeer.Act.answer(
            429, #"{"error":"Too many"}"#, fields: ["Retry-After: 100000"])
        let peer = try await FaultyPeer([[refusal], [.answer(200, FaultTests.ada)]])
        let clock = MovedClock()
        let shop = try client(peer, clock, patience: .seconds(5))
        await #expect(throws: ClientError.self) { try await shop.contact(.key(.id("a"))) }
        await #expect(throws: ClientError.throttled(retryAfter: 3600)) {
            try await shop.contact(.key(.id("a")))
        }
        #expect(peer.requests.count == 1)
        shop.unblock()
        #expect(try await shop.contact(.key(.id("a"))).name == "Ada")
        await shop.close()
        try await peer.stop()
    }

    @Test func whoeverWaitsIsTold() async throws {
        let peer = try await FaultyPeer([[QuotaTests.refusal], [.answer(200, FaultTests.ada)]])
        let told = Mutex<[Duration]>([])
        var pacing = MovedClock().pacing(patience: .seconds(10))
        pacing.onWait = { wait in told.withLock { $0.append(wait) } }
        let shop = try RemoteClient(
            profile: RemoteProfile(
                title: "shop", address: try ServerAddress("http://127.0.0.1:\(peer.port)"),
                token: try #require(Token(QuotaTests.token)), pacing: pacing))
        _ = try await shop.contact(.key(.id("a")))
        #expect(told.withLock { $0 } == [.seconds(7)])
        await shop.close()
        try await peer.stop()
    }

    @Test func whoeverCannotWaitIsToldAndNothingIsSentMeanwhile() async throws {
        let peer = try await FaultyPeer([[QuotaTests.refusal], [.answer(200, FaultTests.ada)]])
        let clock = MovedClock()
        let shop = try client(peer, clock, patience: .seconds(5))
        for _ in 0..<3 {
            await #expect(throws: ClientError.throttled(retryAfter: 7)) {
                try await shop.contact(.key(.id("a")))
            }
        }
        #expect(peer.requests.count == 1)
        clock.move(by: .seconds(3))
        #expect(try await shop.contact(.key(.id("a"))).name == "Ada")
        await shop.close()
        try await peer.stop()
    }

    @Test func readsAreMadeAgainAfterFailures() async throws {
        let down = [FaultyPeer.Act.answer(503, "", type: "text/html")]
        let answer = [FaultyPeer.Act.answer(200, FaultTests.ada)]
        let peer = try await FaultyPeer([down, down, answer, down])
        let clock = MovedClock()
        let shop = try client(peer, clock)
        #expect(try await shop.contact(.key(.id("a"))).name == "Ada")
        #expect(clock.waits == [.milliseconds(375), .milliseconds(750)])
        await #expect(throws: ClientError.serverFailed(status: 503, message: "")) {
            try await shop.account()
        }
        #expect(peer.requests.count == 7, "three times again, then told")
        await shop.close()
        try await peer.stop()
    }

    @Test func whatOthersUsedIsCounted() async throws {
        let fields = ["X-RateLimit-Limit: 60", "X-RateLimit-Remaining: 15"]
        let peer = try await FaultyPeer([[.answer(200, FaultTests.ada, fields: fields)]])
        let clock = MovedClock()
        let shop = try client(peer, clock)
        _ = try await shop.contact(.key(.id("a")))
        #expect(shop.outlook.callsLeft == 15)
        #expect(shop.outlook.callsForRuns == 5)
        clock.move(by: .seconds(61))
        #expect(shop.outlook.callsLeft == 60)
        await shop.close()
        try await peer.stop()
    }

    @Test func theFileTellsNoTokenAndMayHoldAnything() async throws {
        let folder = try Scratch()
        let fields = ["X-RateLimit-Limit: 60", "X-RateLimit-Remaining: 59"]
        let peer = try await FaultyPeer([[.answer(200, FaultTests.ada, fields: fields)]])
        let clock = MovedClock()
        let shop = try client(peer, clock, patience: .seconds(90), folder: folder.path)
        _ = try await shop.contact(.key(.id("a")))
        let names = Scratch.names(in: folder.path)
        #expect(names.count == 1)
        let path = "\(folder.path)/\(try #require(names.first))"
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let text = try Scratch.text(at: path)
        #expect(text.contains(#""limit":60"#), "a search that finds nothing would find nothing")
        for secret in ["canary", "127.0.0.1"] { #expect(!(path + text).contains(secret)) }

        let odd = ["", "[", "[]", #"{"limit":-1,"slots":{"x":1,"9":-3},"blocked_until":1e99}"#]
        for content in odd + [#"{"limit":9,"slots":{"99999999999999":9}}"#] {
            _ = try folder.file(try #require(names.first), content)
            _ = try await shop.contact(.key(.id("a")))
            #expect(shop.outlook.limit == 60)
        }
        await shop.close()
        try await peer.stop()
    }

    @Test func aClockThatWasSetBackHoldsNothingUp() async throws {
        let fields = ["X-RateLimit-Limit: 4", "X-RateLimit-Remaining: 0"]
        let peer = try await FaultyPeer([[.answer(200, FaultTests.ada, fields: fields)]])
        let clock = MovedClock()
        let shop = try client(peer, clock, patience: .seconds(200))
        _ = try await shop.contact(.key(.id("a")))
        clock.move(by: .seconds(-86_400))
        _ = try await shop.contact(.key(.id("a")))
        #expect(clock.waited <= .seconds(160))
        await shop.close()
        try await peer.stop()
    }
}

/// The statuses that a server answered.
final class StatusLog: Sendable {
    private let statuses = Mutex<[Int]>([])

    var all: [Int] { statuses.withLock(\.self) }

    func add(_ status: Int) {
        statuses.withLock { $0.append(status) }
    }
}
