import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// Every way a server or a network can go wrong, and what the client makes of it.
@Suite(.serialized) struct FaultTests {
    static let token = "pat-canary-0123456789abcdefghijklmnopqrstuvwxyz0123456789"
    static let ada = #"{"id":"a","phone":"+15550000001","name":"Ada","tags":["x"],"metadata":{}}"#

    static func client(
        port: Int, scheme: String = "http", deadline: Duration = .seconds(20)
    ) throws -> RemoteClient {
        try RemoteClient(profile: profile(port: port, scheme: scheme, deadline: deadline))
    }

    static func profile(
        port: Int, scheme: String = "http", deadline: Duration = .seconds(20)
    ) throws -> RemoteProfile {
        let address = try ServerAddress("\(scheme)://127.0.0.1:\(port)")
        var pacing = RemotePacing(patience: .zero)
        pacing.bulkPatience = .zero
        pacing.repeats = 0
        return RemoteProfile(
            title: "shop", address: address, token: TokenSlot(try #require(Token(token))),
            agent: "patchbook/test", deadline: deadline, connectTimeout: .seconds(5),
            answerLimit: 64 << 10, pacing: pacing)
    }

    @Test(
        "a server that repeats the token brings it into no message",
        arguments: [403, 404, 422, 500])
    func echo(status: Int) async throws {
        let words = "no, Bearer \(FaultTests.token), no"
        let body = #"{"message":"\#(words)","error":"\#(words)","errors":{"name":["\#(words)"]}}"#
        let failure = try await failure(.answer(status, body))
        #expect(!"\(failure as Any)".contains(FaultTests.token))
        #expect("\(failure as Any)".contains("no, Bearer ***") || status == 404)
    }

    /// What becomes of get-contact when the peer does this.
    private func failure(
        _ acts: FaultyPeer.Act..., deadline: Duration = .seconds(20)
    ) async throws -> ClientError? {
        let peer = try await FaultyPeer([acts])
        let client = try FaultTests.client(port: peer.port, deadline: deadline)
        var failure: ClientError?
        do throws(ClientError) {
            _ = try await client.contact(.key(.id("a")))
        } catch {
            failure = error
        }
        // A server ends connections that rest; what only reads is sent once more then.
        let isBroken = failure == .outcomeUnknown(.brokenOff)
        #expect(peer.requests.count == (isBroken ? 2 : 1))
        await client.close()
        try await peer.stop()
        return failure
    }

    @Test func nobodyListens() async throws {
        let port = try SilentPort()
        let client = try FaultTests.client(port: port.number)
        await #expect(throws: ClientError.notSent(.refused)) { try await client.account() }
        await client.close()
        withExtendedLifetime(port) {}
    }

    @Test func theConnectionBreaks() async throws {
        let half =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        let broken = ClientError.outcomeUnknown(.brokenOff)
        #expect(try await failure(.close) == broken)
        #expect(try await failure(.reset) == broken)
        #expect(try await failure(.text("HTTP/1.1 200 OK\r\nCont"), .close) == broken)
        #expect(try await failure(.text(half), .close) == broken)
        #expect(try await failure(.text(half), .reset) == broken)
        let unfound = "HTTP/1.1 404 Not Found\r\nContent-Length: 99\r\n\r\n{\"error\":\"Con"
        #expect(try await failure(.text(unfound), .reset) == broken, "404 of what is not known")
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id"
        #expect(try await failure(.text(chunked), .close) == broken)
    }

    @Test func theServerIsTooSlow() async throws {
        let late = ClientError.outcomeUnknown(.deadline)
        // So long that the request is out by then on the busiest machine; all three at once.
        let short = Duration.seconds(4)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
        async let silent = failure(.text(""), deadline: short)
        async let inHead = failure(.text("HTTP/1.1 200 OK\r\nX: "), .drip("x"), deadline: short)
        async let inBody = failure(.text(head), .drip(" "), deadline: short)
        let failures = try await [silent, inHead, inBody]
        #expect(failures.allSatisfy { $0 == late })
    }

    @Test func theAnswerIsTooLarge() async throws {
        let large = ClientError.badAnswer(.tooLarge(limit: 64 << 10))
        let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
        #expect(try await failure(.text(endless), .flood(chunk)) == large)
        let announced = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
        #expect(
            try await failure(.text(announced), .flood(String(repeating: " ", count: 4096)))
                == large)
        #expect(try await failure(.bytes(FaultTests.bomb)) == large)
    }

    /// A megabyte of spaces in a kilobyte of gzip.
    private static var bomb: [UInt8] {
        let head: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x81, 0x00,
            0x00, 0x00, 0x00, 0xC3, 0x20, 0x95, 0xF9, 0x53, 0x1E, 0xE4, 0x55, 0x01, 0x00,
        ]
        let tail: [UInt8] = [0xAF, 0x06, 0xD7, 0x08, 0x26, 0xCB, 0x40, 0x42, 0x0F, 0x00]
        let body = head + [UInt8](repeating: 0, count: 967) + tail
        let fields = "Content-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array("HTTP/1.1 200 OK\r\n\(fields)".utf8) + body
    }

    @Test func theAnswerIsNoJSON() async throws {
        let page = FaultyPeer.Act.answer(200, "<html>login</html>", type: "text/html")
        guard case .badAnswer(.notJSON(let flaw, let type)) = try await failure(page) else {
            Issue.record("a page taken for an answer")
            return
        }
        #expect(flaw.offset == 0)
        #expect(type == "text/html")
        let cut = FaultyPeer.Act.answer(200, #"{"id":"a","name":"Ad"#)
        guard case .badAnswer(.notJSON(let end, _)) = try await failure(cut) else {
            Issue.record("a cut answer taken for whole")
            return
        }
        #expect(end.reason == .unexpectedEnd)
        guard case .outcomeUnknown(.other) = try await failure(.text("SSH-2.0-OpenSSH\r\n\r\n"))
        else {
            Issue.record("garbage taken for HTTP")
            return
        }
    }

    @Test func theAnswerHasAnotherShape() async throws {
        func answer(_ body: String) async throws -> ClientError? {
            try await failure(.answer(200, body))
        }
        #expect(try await answer("[]") == .badAnswer(.shape("a contact")))
        #expect(try await answer(#"{"name":"Ada"}"#) == .badAnswer(.shape("id")))
        #expect(try await answer(#"{"id":5,"phone":null}"#) == .badAnswer(.shape("id")))
        let other = ClientError.BadAnswer.otherContact(asked: .id("a"), answered: "b")
        #expect(try await answer(#"{"id":"b","phone":"+15550000001"}"#) == .badAnswer(other))
        #expect(try await answer(FaultTests.ada) == nil)
    }

    @Test func redirectsAreNotFollowed() async throws {
        let target = try await FaultyPeer([[.answer(200, FaultTests.ada)]])
        let there = "http://127.0.0.1:\(target.port)/"
        for status in [301, 302, 307, 308] {
            let redirect = FaultyPeer.Act.answer(status, "", fields: ["Location: \(there)"])
            #expect(try await failure(redirect) == .badAnswer(.redirect(there)))
        }
        #expect(target.requests.isEmpty)
        try await target.stop()
    }

    @Test func theServerRefuses() async throws {
        let id = ContactKey.id("a")
        #expect(
            try await failure(.answer(401, #"{"message":"Unauthenticated."}"#)) == .unauthenticated)
        #expect(try await failure(.answer(403, #"{"error":"No scope"}"#)) == .forbidden("No scope"))
        #expect(
            try await failure(.answer(404, #"{"error":"Contact not found"}"#))
                == .notFound(.key(id)))
        let several = #"{"error":"Several contacts have this id."}"#
        #expect(try await failure(.answer(409, several)) == .ambiguous(id))
        #expect(
            try await failure(.answer(409, #"{"error":"locked"}"#))
                == .rejected(status: 409, message: "locked"))
        let invalid = #"{"message":"no","errors":{"email":["bad","worse"],"name":"short"}}"#
        let fields = [("email", "bad"), ("email", "worse"), ("name", "short")]
        #expect(
            try await failure(.answer(422, invalid))
                == .invalid(InvalidFields(fields.map { .init(name: $0.0, message: $0.1) })))
        let noWorkspace = #"{"error":"No workspace configured for this account."}"#
        #expect(
            try await failure(.answer(422, noWorkspace))
                == .rejected(status: 422, message: "No workspace configured for this account."))
    }

    @Test func aPageThatIsNotThereIsNoWordOnTheContact() async throws {
        let page = FaultyPeer.Act.answer(404, "<html>nginx</html>", type: "text/html")
        guard case .badAnswer(.notJSON(_, "text/html")) = try await failure(page) else {
            Issue.record("a page is taken for an answer of the API")
            return
        }
        let route = FaultyPeer.Act.answer(404, #"{"message":"The route is unknown."}"#)
        #expect(
            try await failure(route) == .rejected(status: 404, message: "The route is unknown."))
    }

    @Test func theQuotaIsUsedUp() async throws {
        func answer(_ fields: String...) async throws -> ClientError? {
            try await failure(.answer(429, #"{"error":"Too many"}"#, fields: fields))
        }
        #expect(try await answer("Retry-After: 7") == .throttled(retryAfter: 7))
        #expect(try await answer("Retry-After: -7") == .throttled(retryAfter: 0))
        #expect(try await answer("Retry-After: 9999999") == .throttled(retryAfter: 86_400))
        #expect(try await answer("Retry-After: Fri, 1 May 2026") == .throttled(retryAfter: nil))
        #expect(try await answer() == .throttled(retryAfter: nil))
    }

    @Test func theServerFails() async throws {
        let page = FaultyPeer.Act.answer(502, "<html>Bad Gateway</html>", type: "text/html")
        #expect(try await failure(page) == .serverFailed(status: 502, message: ""))
        let words = FaultyPeer.Act.answer(500, #"{"message":"Server Error"}"#)
        #expect(try await failure(words) == .serverFailed(status: 500, message: "Server Error"))
        let endless = "HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
        #expect(
            try await failure(.text(endless), .flood(chunk))
                == .serverFailed(status: 503, message: ""))
    }

    @Test func aServerWithoutEncryptionIsSentNothing() async throws {
        let silent = try await FaultyPeer([[.close]])
        let client = try FaultTests.client(
            port: silent.port, scheme: "https", deadline: .milliseconds(400))
        await #expect(throws: ClientError.notSent(.connectTimeout)) { try await client.account() }
        await client.close()
        try await silent.stop()

        let plain = try await FaultyPeer([[.close]], greeting: [.text("220 mail.example\r\n")])
        let other = try FaultTests.client(port: plain.port, scheme: "https")
        let error = await #expect(throws: ClientError.self) { try await other.account() }
        guard case .notSent(.tls) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await other.close()
        try await plain.stop()
    }
}
