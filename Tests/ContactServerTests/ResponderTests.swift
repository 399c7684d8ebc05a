import ContactClient
import ContactModel
import ContactServer
import JSONText
import Synchronization
import TestGround
import Testing

@Suite struct ResponderTests {
    private static let secret = "pat-abcdefghijklmnopqrstuvwxyz0123456789"

    private func responder(
        limit: Int?, clock: TestClock = TestClock(), scratch: Scratch
    ) throws -> Responder {
        let book = try scratch.file("contacts.json", "[]")
        return Responder(
            backend: try LocalClient(opening: book, title: "book"),
            token: try #require(Token(ResponderTests.secret)), callsPerMinute: limit,
            now: { clock.now })
    }

    private var me: Request {
        Request(method: "GET", path: "/v1/me", authorization: "Bearer \(ResponderTests.secret)")
    }

    private func post(_ path: String) -> Request {
        var request = me
        request.method = "POST"
        request.path = path
        return request
    }

    private func value(_ name: String, in response: Response) -> String? {
        response.fields.first { $0.name == name }?.value
    }

    @Test func callsBeyondTheLimitAreToldWhenToComeBack() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let responder = try responder(limit: 3, clock: clock, scratch: scratch)
        var remaining: [String?] = []
        for second in 0..<3 {
            clock.now = .seconds(second)
            let response = await responder.respond(to: me)
            #expect(response.status == 200)
            #expect(value("X-RateLimit-Limit", in: response) == "3")
            remaining.append(value("X-RateLimit-Remaining", in: response))
        }
        #expect(remaining == ["2", "1", "0"])

        clock.now = .milliseconds(20_500)
        let refused = await responder.respond(to: me)
        #expect(refused.status == 429)
        #expect(value("Retry-After", in: refused) == "40")
        #expect(refused.body.jsonText == #"{"error":"Too many requests."}"#)

        clock.now = .seconds(60)
        #expect(await responder.respond(to: me).status == 200)
        #expect(await responder.respond(to: me).status == 429)

        clock.now = .seconds(200)
        let rested = await responder.respond(to: me)
        #expect(value("X-RateLimit-Remaining", in: rested) == "2")
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func noMinuteHoldsMoreCallsThanTheLimit(seed: UInt64) async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let limit = Int(1 + seed)
        let responder = try responder(limit: limit, clock: clock, scratch: scratch)
        var random = SplitMix64(seed: seed)
        var admitted: [Duration] = []
        for _ in 0..<400 {
            let pause = Int64.random(in: 0...6_000_000_000, using: &random)
            if Bool.random(using: &random) { clock.now += .nanoseconds(pause / Int64(limit)) }
            let recent = admitted.count { $0 + .seconds(60) > clock.now }
            let response = await responder.respond(to: me)
            guard response.status == 429 else {
                #expect(recent < limit)
                let left = try #require(
                    value("X-RateLimit-Remaining", in: response).flatMap(Int.init))
                // What is less than a millisecond too old may still be counted.
                let almost = admitted.count { $0 + .milliseconds(60_002) > clock.now }
                #expect((limit - almost - 1...limit - recent - 1).contains(left))
                admitted.append(clock.now)
                continue
            }
            let free = try #require(admitted.suffix(limit).first) + .seconds(60)
            let wait = try #require(value("Retry-After", in: response).flatMap(Int.init))
            #expect(free + .milliseconds(2) > clock.now)
            #expect(clock.now + .seconds(wait) >= free)
        }
    }

    @Test func mcpIsCountedByItself() async throws {
        let scratch = try Scratch()
        let book = try scratch.file("contacts.json", "[]")
        let responder = Responder(
            backend: try LocalClient(opening: book, title: "book"),
            token: try #require(Token(ResponderTests.secret)), callsPerMinute: 1,
            mcpCallsPerMinute: 2)
        var ping = post("/mcp")
        ping.body = .bytes(Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8))
        var told: [[String?]] = []
        for request in [me, ping, me, ping, ping] {
            let response = await responder.respond(to: request)
            told.append([
                "\(response.status)", value("X-RateLimit-Limit", in: response),
                value("X-RateLimit-Remaining", in: response),
            ])
        }
        #expect(
            told == [
                ["200", "1", "0"], ["200", "2", "1"], ["429", "1", "0"], ["200", "2", "0"],
                ["429", "2", "0"],
            ])
    }

    @Test func aFailureWithinAToolIsTheServersOwn() async throws {
        let token = try #require(Token(ResponderTests.secret))
        let cause = ClientError.badAnswer(.shape("secret"))
        let responder = Responder(backend: BrokenBackend(cause: cause), token: token)
        var request = post("/mcp")
        let call =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_contacts"}}"#
        request.body = .bytes(Array(call.utf8))
        let response = await responder.respond(to: request)
        #expect(response.status == 200)
        #expect(response.cause == cause)
        #expect(response.body.jsonText.contains(#""code":-32603"#))
        #expect(!response.body.jsonText.contains("secret"))
    }

    @Test func wrongTokensAndHealthChecksUseNothingUp() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: 1, scratch: scratch)
        for _ in 0..<5 {
            var stranger = me
            stranger.authorization = "Bearer stranger"
            #expect(await responder.respond(to: stranger).status == 401)
            let health = Request(method: "GET", path: "/healthz")
            #expect(await responder.respond(to: health).status == 200)
        }
        #expect(await responder.respond(to: me).status == 200)
    }

    @Test func bodiesThatAreTooLargeOrTooLateAreNamed() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: nil, scratch: scratch)
        var request = post("/v1/actions/list-tags")
        request.body = .tooLarge(limit: 1000)
        let large = await responder.respond(to: request)
        #expect(large.status == 413)
        #expect(large.body.jsonText == #"{"error":"The body is larger than 1000 bytes."}"#)
        request.body = .late
        let late = await responder.respond(to: request)
        #expect(late.status == 408)
        #expect(late.body.jsonText == #"{"error":"The request did not arrive in time."}"#)
    }

    @Test("a name that stands twice is refused, since nobody can tell which value was meant")
    func repeatedNames() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: nil, scratch: scratch)
        var request = post("/v1/actions/update-contact")
        for (body, name) in [
            (#"{"contact_id":"c1","name":"a","name":"b"}"#, "name"),
            (#"{"contact_id":"c1","metadata":{"k":1,"k":2}}"#, "k"),
            (#"{"contact_id":"c1","metadata":{"in":[{"deep":1,"deep":2}]}}"#, "deep"),
        ] {
            request.body = .bytes(Array(body.utf8))
            let response = await responder.respond(to: request)
            #expect(response.status == 400)
            #expect(
                response.body == .object(["error": .string("The body says \"\(name)\" twice.")]))
        }
    }

    @Test("so is a call of a tool: what it would take away cannot be told")
    func repeatedNamesOfTools() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: nil, scratch: scratch)
        var request = post("/mcp")
        let calls = [
            #"{"name":"delete_contact","arguments":{"id":"c1","id":"c2"}}"#,
            #"{"name":"list_contacts","name":"delete_contact","arguments":{"id":"c1"}}"#,
        ]
        for call in calls {
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":\#(call)}"#
            request.body = .bytes(Array(body.utf8))
            let answer = await responder.respond(to: request).body.object
            #expect(answer?["error"]?.object?["message"]?.text?.hasSuffix("twice.") == true)
            #expect(answer?["result"] == nil)
        }
    }

    @Test("a compressed body is refused to whoever may call, and counted")
    func compressed() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: 9, scratch: scratch)
        var request = post("/v1/actions/update-contact")
        request.contentEncoding = "gzip"
        request.body = .bytes([0x1F, 0x8B])
        let response = await responder.respond(to: request)
        #expect(response.status == 415)
        #expect(value("X-RateLimit-Remaining", in: response) == "8")
        request.authorization = nil
        #expect(await responder.respond(to: request).status == 401)
    }

    @Test func whatBreaksInsideIsForTheLogAlone() async throws {
        let token = try #require(Token(ResponderTests.secret))
        let cause = ClientError.outcomeUnknown(.other("secret detail"))
        let responder = Responder(backend: BrokenBackend(cause: cause), token: token)
        let response = await responder.respond(to: me)
        #expect(response.status == 503)
        #expect(response.cause == cause)
        #expect(!response.body.jsonText.contains("secret"))
        let teapot = ClientError.badAnswer(.shape("id"))
        let other = Responder(backend: BrokenBackend(cause: teapot), token: token)
        #expect(await other.respond(to: me).status == 500)
    }

    @Test func nestingIsBounded() async throws {
        let scratch = try Scratch()
        let responder = try responder(limit: nil, scratch: scratch)
        var request = post("/v1/actions/list-tags")
        request.body = .bytes([UInt8](repeating: UInt8(ascii: "["), count: 100_000))
        let response = await responder.respond(to: request)
        #expect(response.status == 400)
        #expect(response.body.jsonText.contains("nested deeper than 100 levels at line 1"))
    }
}

/// A clock that stands until it is set.
final class TestClock: Sendable {
    private let time = Mutex(Duration.zero)

    var now: Duration {
        get { time.withLock(\.self) }
        set { time.withLock { $0 = newValue } }
    }
}
