import ContactClient
import ContactServer
import Synchronization
import TestGround
import Testing

/// Bytes that are no request, or one that HTTP does not allow.
@Suite(.serialized) struct FaultTests {
    private static let post = "POST /v1/actions/list-tags HTTP/1.1\r\nHost: x\r\n"
    private static let length = "The length of the body is not told, or told in two ways."

    private func open(
        log: @escaping @Sendable (AccessLine) -> Void = { _ in },
        _ story: (Int) async throws -> Void
    ) async throws {
        let responder = Responder(
            backend: BrokenBackend(cause: .nothingToUndo),
            token: try #require(Token("pat-1")), callsPerMinute: nil)
        try await withListener(responder, log: log, story)
    }

    private func status(_ answer: String) -> String {
        String(answer.prefix("HTTP/1.1 400".count))
    }

    @Test(arguments: [
        (
            post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400,
            "A chunk of the body has no valid size.", true
        ),
        (post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, length, false),
        (post + "Content-Length: -2\r\n\r\n{}", 400, length, false),
        (post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}", 400, length, false),
        ("FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "The method of the request is unknown.", false),
        (
            "GET /\u{e9} HTTP/1.1\r\nHost: x\r\n\r\n", 400,
            "The path holds characters that must be escaped.", false
        ),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "The server speaks HTTP/1.1.", false),
        ("\u{16}\u{3}\u{1} what\r\n\r\n", 400, "The method of the request is unknown.", false),
        (
            post + "X: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431,
            "The header fields of the request are too large.", false
        ),
        (
            "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 414,
            "The path is too long.", false
        ),
    ])
    func whatIsNoRequestIsNamedLoggedAndTheEnd(
        _ bytes: String, _ expected: Int, _ sentence: String, _ hasHead: Bool
    ) async throws {
        let lines = Mutex<[AccessLine]>([])
        try await open(log: { line in lines.withLock { $0.append(line) } }) { port in
            let answer = try await BareClient.talk(port, [bytes])
            #expect(status(answer) == "HTTP/1.1 \(expected)")
            #expect(answer.contains("Content-Type: application/json\r\n"))
            #expect(answer.contains("Connection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n{\"error\":\"\(sentence)\"}"))
        }
        let logged = lines.withLock(\.self)
        #expect(logged.map(\.status) == [expected])
        #expect(logged.map(\.path) == [hasHead ? "/v1/actions/list-tags" : "-"])
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (post + "Content-Length: 2\r\nExpect: miracles\r\n\r\n{}", 417),
    ])
    func whatCannotBeServedIsRefused(_ request: String, _ expected: Int) async throws {
        try await open { port in
            let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let answer = try await BareClient.talk(port, [request, last])
            #expect(status(answer) == "HTTP/1.1 \(expected)")
            #expect(answer.contains(#"{"error":""#))
            // What may follow a body that was not read is not looked at.
            let goesOn = !request.contains("Content-Length")
            #expect(answer.hasSuffix(#"{"status":"ok"}"#) == goesOn)
        }
    }

    @Test func aFaultWaitsForTheAnswersBeforeIt() async throws {
        try await open { port in
            let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await BareClient.talk(port, [health + health + "FOO / HTTP/1.1\r\n"])
            #expect(answer.matches(of: /HTTP\/1.1 (\d+)/).map(\.1) == ["200", "200", "400"])
        }
    }

    @Test func anOldClientIsLeftUnlessItAsksToStay() async throws {
        try await open { port in
            let left = try await BareClient.talk(port, ["GET /healthz HTTP/1.0\r\n\r\n"])
            #expect(left.contains("Connection: close\r\n"))
            #expect(left.hasSuffix(#"{"status":"ok"}"#))
            let stayed = try await BareClient.talk(
                port,
                [
                    "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                    "GET /healthz HTTP/1.0\r\n\r\n",
                ])
            #expect(stayed.contains("Connection: keep-alive\r\n"))
            #expect(stayed.split(separator: "HTTP/1.1 200 OK").count == 2)
        }
    }

    @Test func theHeadAloneTellsTheLengthOfTheBody() async throws {
        try await open { port in
            let answer = try await BareClient.talk(
                port, ["HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
            #expect(answer.contains("Content-Length: 15\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }
}
