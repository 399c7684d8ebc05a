import ContactClient
import ContactServer
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestGround
import Testing

/// The listener over real sockets, spoken to in bare bytes.
@Suite(.serialized) struct ListenerTests {
    private static let secret = "pat-abcdefghijklmnopqrstuvwxyz0123456789"

    private func open(
        _ limits: Listener.Limits = Listener.Limits(),
        log: @escaping @Sendable (AccessLine) -> Void = { _ in },
        _ story: (Int) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let book = try LocalClient(
            opening: try scratch.file("contacts.json", "[]"), title: "book")
        let responder = Responder(
            backend: book, token: try #require(Token(ListenerTests.secret)), callsPerMinute: nil)
        try await withListener(responder, limits: limits, log: log, story)
        await book.close()
    }

    private func head(_ path: String, _ fields: String..., method: String = "POST") -> String {
        let all = ["Host: x", "Authorization: Bearer \(ListenerTests.secret)"] + fields
        return (["\(method) \(path) HTTP/1.1"] + all + ["", ""]).joined(separator: "\r\n")
    }

    private func status(_ answer: String) -> String {
        answer.split(separator: " ").prefix(2).joined(separator: " ")
    }

    @Test func severalRequestsShareAConnection() async throws {
        try await open { port in
            let me = head("/v1/me", method: "GET")
            let last = head("/healthz", "Connection: close", method: "GET")
            let answer = try await BareClient.talk(port, [me + me, last])
            #expect(answer.split(separator: "HTTP/1.1 200 OK").count == 3)
            #expect(answer.matches(of: /Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/).count == 3)
            #expect(answer.hasSuffix(#"{"status":"ok"}"#))
        }
    }

    @Test func aBodyOverTheLimitIsRefusedAndTheConnectionGoesOn() async throws {
        var limits = Listener.Limits()
        limits.bodyBytes = 1000
        try await open(limits) { port in
            let large = String(repeating: " ", count: 1001)
            let answer = try await BareClient.talk(
                port,
                [
                    head("/v1/actions/list-tags", "Content-Length: 1001") + large,
                    head("/healthz", "Connection: close", method: "GET"),
                ])
            #expect(status(answer) == "HTTP/1.1 413")
            #expect(answer.contains("HTTP/1.1 200 OK"))
        }
    }

    @Test("what no body can mend is answered before the body has come")
    func early() async throws {
        try await open { port in
            for (line, code) in [
                ("POST /v1/actions/list-tags", "401"), ("POST /v1/none", "404"),
                ("PUT /v1/actions/list-tags", "405"),
            ] {
                let answer = try await BareClient.talk(
                    port, ["\(line) HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])
                #expect(status(answer) == "HTTP/1.1 \(code)")
            }
            let typed = try await BareClient.talk(
                port,
                [
                    head("/v1/actions/list-tags", "Content-Length: 9", "Content-Type: text/plain")
                        + "{"
                ])
            #expect(status(typed) == "HTTP/1.1 415")
            let large = try await BareClient.talk(
                port, [head("/v1/actions/list-tags", "Content-Length: 9999999") + "{"])
            #expect(status(large) == "HTTP/1.1 413")
        }
    }

    @Test("a target may name the server")
    func targets() async throws {
        try await open { port in
            for (target, code) in [
                ("http://shop.example/healthz?x", "200"), ("HTTPS://shop.example:1/healthz", "200"),
                ("http://shop.example", "404"), ("http://shop.example?/healthz", "404"),
            ] {
                let answer = try await BareClient.talk(
                    port, ["GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
                #expect(status(answer) == "HTTP/1.1 \(code)")
            }
        }
    }

    @Test func anEndlessBodyEndsTheConnection() async throws {
        var limits = Listener.Limits()
        limits.bodyBytes = 1000
        try await open(limits) { port in
            let chunk = "400\r\n" + String(repeating: " ", count: 1024) + "\r\n"
            let start = head("/v1/actions/list-tags", "Transfer-Encoding: chunked")
            let answer = try await BareClient.talk(
                port, [start + String(repeating: chunk, count: 40)])
            #expect(status(answer) == "HTTP/1.1 413")
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test func whoeverAsksBeforeSendingIsTold() async throws {
        try await open { port in
            let refused = try await BareClient.talk(
                port,
                [head("/v1/actions/list-tags", "Content-Length: 9999999", "Expect: 100-continue")])
            #expect(status(refused) == "HTTP/1.1 413")
            let taken = try await BareClient.talk(
                port,
                [
                    head(
                        "/v1/actions/list-tags", "Content-Length: 2", "Expect: 100-continue",
                        "Connection: close"), "{}",
                ])
            #expect(status(taken) == "HTTP/1.1 100")
            #expect(taken.contains("HTTP/1.1 200 OK"))
            let stranger = try await BareClient.talk(
                port,
                [
                    "POST /v1/actions/list-tags HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                        + "Expect: 100-continue\r\n\r\n"
                ])
            #expect(status(stranger) == "HTTP/1.1 401")
            #expect(!stranger.contains("100 Continue"))
        }
    }

    @Test func aBodyThatNeverComesIsTooLate() async throws {
        var limits = Listener.Limits()
        limits.requestDeadline = .milliseconds(500)
        try await open(limits) { port in
            let answer = try await BareClient.talk(
                port, [head("/v1/actions/list-tags", "Content-Length: 100") + "{"])
            #expect(status(answer) == "HTTP/1.1 408")
            #expect(answer.hasSuffix(#"{"error":"The request did not arrive in time."}"#))
        }
    }

    @Test func theLogTellsNoSecrets() async throws {
        let lines = Mutex<[AccessLine]>([])
        try await open(log: { line in lines.withLock { $0.append(line) } }) { port in
            let escape = try await BareClient.talk(port, [head("/v1/\u{1B}]0;x", method: "GET")])
            #expect(status(escape) == "HTTP/1.1 400")
            let path = "/v1/\(String(repeating: "x", count: 300))?token=\(ListenerTests.secret)"
            _ = try await BareClient.talk(port, [head(path, "Connection: close", method: "GET")])
            let mistaken = "/v1/\(ListenerTests.secret)"
            for path in ["/v1/me", mistaken] {
                _ = try await BareClient.talk(
                    port, [head(path, "Connection: close", method: "GET")])
            }
        }
        let logged = lines.withLock(\.self)
        #expect(logged.map(\.status) == [400, 404, 200, 404])
        #expect(logged.map(\.method) == ["-", "GET", "GET", "GET"])
        let long = "/v1/" + String(repeating: "x", count: 196)
        #expect(logged.map(\.path) == ["-", long, "/v1/me", "/v1/TOKEN"])
        #expect(!"\(logged)".contains(ListenerTests.secret))
    }

    @Test func anAddressInUseIsNamed() async throws {
        try await open { port in
            let token = try #require(Token(ListenerTests.secret))
            let second = Listener(
                responder: Responder(
                    backend: BrokenBackend(cause: .nothingToUndo), token: token),
                address: ListenAddress(host: "127.0.0.1", port: port))
            let failure = await #expect(throws: ListenFailure.self) {
                try await second.run(until: { try? await Task.sleep(for: .seconds(3600)) })
            }
            #expect(failure?.address.port == port)
            #expect(failure?.code == EADDRINUSE)
        }
    }

    @Test(arguments: [
        ("8080", "127.0.0.1", 8080, true), ("0.0.0.0:80", "0.0.0.0", 80, false),
        ("[::1]:0", "::1", 0, true), ("localhost:9", "localhost", 9, true),
    ])
    func addressesToListenOn(
        _ written: String, _ host: String, _ port: Int, _ isLoopback: Bool
    ) throws {
        let address = try #require(ListenAddress(written: written))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.isLoopback == isLoopback)
        for flawed in ["", "host", ":80", "::1:80", "host:99999", "host:-1"] {
            #expect(ListenAddress(written: flawed) == nil)
        }
    }
}
