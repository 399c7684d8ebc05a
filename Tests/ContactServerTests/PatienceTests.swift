import ContactClient
import ContactModel
import ContactServer
import Synchronization
import TestGround
import Testing

/// Clients that take their time, too many of them, and a server that stops.
@Suite(.serialized) struct PatienceTests {
    private func responder(_ backend: any ContactBackend) throws -> Responder {
        Responder(backend: backend, token: try #require(Token("pat-1")), callsPerMinute: nil)
    }

    private var idleBackend: BrokenBackend { BrokenBackend(cause: .nothingToUndo) }

    private static let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let lastHealth =
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    private static let lastMe =
        "GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer pat-1\r\n"
        + "Connection: close\r\n\r\n"

    @Test func aHeadThatDripsForEverIsTooLate() async throws {
        var limits = Listener.Limits()
        limits.headDeadline = .milliseconds(200)
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let answer = try await BareClient.drip(port, "GET /healthz HTTP/1.1\r\nX-Long: ")
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.hasSuffix(#"{"error":"The request did not arrive in time."}"#))
        }
        // The end of a connection may take with it what its client has not read by then.
        limits.headDeadline = .seconds(3)
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let second = try await BareClient.drip(port, PatienceTests.health + "GET /healthz HT")
            #expect(second.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        var limits = Listener.Limits()
        limits.headDeadline = .milliseconds(100)
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let answer = try await BareClient.talk(port, [""])
            #expect(answer == "")
        }
    }

    @Test func aConnectionThatRestsIsClosed() async throws {
        var limits = Listener.Limits()
        limits.idle = .milliseconds(100)
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let answer = try await BareClient.talk(port, [PatienceTests.health])
            #expect(answer.hasSuffix(#"{"status":"ok"}"#))
        }
    }

    @Test func aBodyThatDripsForEverIsTooLate() async throws {
        var limits = Listener.Limits()
        limits.requestDeadline = .milliseconds(300)
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let head = [
                "POST /v1/actions/list-tags HTTP/1.1", "Host: x", "Authorization: Bearer pat-1",
                "Content-Length: 1000000", "", "",
            ]
            let answer = try await BareClient.drip(port, head.joined(separator: "\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.hasSuffix(#"{"error":"The request did not arrive in time."}"#))
        }
    }

    @Test func atTheLimitTheConnectionThatRestedLongestGivesWay() async throws {
        var limits = Listener.Limits()
        limits.connections = 2
        try await withListener(try responder(idleBackend), limits: limits) { port in
            try await BareClient.withConnection(port) { oldest in
                try await oldest.ask(PatienceTests.health)
                try await BareClient.withConnection(port) { recent in
                    try await recent.ask(PatienceTests.health)
                    let answer = try await BareClient.talk(port, [PatienceTests.lastHealth])
                    #expect(answer.hasPrefix("HTTP/1.1 200"))
                    await oldest.untilClosed()
                    let goesOn = try await recent.ask(PatienceTests.health)
                    #expect(goesOn)
                }
            }
        }
    }

    @Test func aBodyOfAStrangerIsNoWork() async throws {
        var limits = Listener.Limits()
        limits.connections = 1
        try await withListener(try responder(idleBackend), limits: limits) { port in
            let start =
                "POST /v1/actions/list-tags HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
            try await BareClient.withConnection(port) { stranger in
                try await stranger.ask(PatienceTests.health + start)
                let answer = try await BareClient.talk(port, [PatienceTests.lastHealth])
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                await stranger.untilClosed()
            }
        }
    }

    @Test func whereAllConnectionsAreAtWorkANewOneIsRefusedAtOnce() async throws {
        let gate = Gate()
        let backend = BrokenBackend(cause: .nothingToUndo) {
            await gate.pass()
            return Account(id: "1", email: nil, name: nil, workspace: nil)
        }
        var limits = Listener.Limits()
        limits.connections = 1
        try await withListener(try responder(backend), limits: limits) { port in
            let asking = Task { try await BareClient.talk(port, [PatienceTests.lastMe]) }
            await gate.untilBegun()
            let refused = try await BareClient.talk(port, [])
            #expect(refused.hasPrefix("HTTP/1.1 503"))
            #expect(refused.hasSuffix(#"{"error":"Too many connections."}"#))
            gate.open()
            #expect(try await asking.value.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func stoppingLetsARequestUnderWayEndAndRestingConnectionsGo() async throws {
        let gate = Gate()
        let backend = BrokenBackend(cause: .nothingToUndo) {
            await gate.pass()
            return Account(id: "1", email: nil, name: nil, workspace: nil)
        }
        let (ports, opened) = AsyncStream<Int>.makeStream()
        let (stops, stopped) = AsyncStream<Never>.makeStream()
        var limits = Listener.Limits()
        limits.farewell = .seconds(3600)
        let listener = Listener(
            responder: try responder(backend), address: ListenAddress(host: "127.0.0.1", port: 0),
            limits: limits)
        let running = Task {
            try await listener.run(
                until: { for await _ in stops {} }, onListening: { opened.yield($0) })
        }
        let port = try #require(await ports.first { _ in true })
        try await BareClient.withConnection(port) { resting in
            try await resting.ask(PatienceTests.health)
            let asking = Task { try await BareClient.talk(port, [PatienceTests.lastMe]) }
            await gate.untilBegun()
            stopped.finish()
            await resting.untilClosed()
            gate.open()
            #expect(try await asking.value.hasPrefix("HTTP/1.1 200 OK"))
        }
        try await running.value
        // The port may be a stranger's by now, who takes connections: only ours must not answer.
        _ = try? await BareClient.talk(port, [PatienceTests.lastMe])
        #expect(gate.passes.load(ordering: .relaxed) == 1)
    }

    @Test(
        "an answer that nobody takes does not keep the server from stopping",
        .timeLimit(.minutes(1)))
    func stoppingWithoutAnAnswer() async throws {
        let gate = Gate()
        let backend = BrokenBackend(cause: .nothingToUndo) {
            await gate.pass()
            return Account(id: "1", email: nil, name: nil, workspace: nil)
        }
        var limits = Listener.Limits()
        limits.farewell = .milliseconds(100)
        limits.requestDeadline = .seconds(3600)
        let asked = try await asking(try responder(backend), limits, gate)
        #expect(try await asked.value == "")
        gate.open()
    }

    /// Stops a listener while it has a request to answer; returns once it has stopped.
    private func asking(
        _ responder: Responder, _ limits: Listener.Limits, _ gate: Gate
    ) async throws -> Task<String, any Error> {
        var asking: Task<String, any Error>?
        try await withListener(responder, limits: limits) { port in
            asking = Task { try await BareClient.talk(port, [PatienceTests.lastMe]) }
            await gate.untilBegun()
        }
        return try #require(asking)
    }
}

/// Something that begins, and ends when it is let.
private final class Gate: Sendable {
    let passes = Atomic(0)
    private let begun = AsyncStream<Void>.makeStream()
    private let ending = AsyncStream<Never>.makeStream()

    func pass() async {
        passes.add(1, ordering: .relaxed)
        begun.continuation.yield()
        for await _ in ending.stream {}
    }

    func untilBegun() async {
        for await _ in begun.stream { return }
    }

    func open() {
        ending.continuation.finish()
    }
}
