package import ContactClient
import JSONText
import Synchronization

/// Answers requests of the API out of a backend: the whole contract, and nothing of sockets.
package final class Responder: Sendable {
    private let actions: Actions
    private let mcp: MCPEndpoint
    private let token: Token
    private let actionQuota: CallQuota?
    private let mcpQuota: CallQuota?
    private let now: @Sendable () -> Duration

    /// Serves `backend` to whoever holds `token`.
    ///
    /// - Parameters:
    ///   - callsPerMinute: how many calls the token may make in any 60 seconds; nil for no limit.
    ///   - mcpCallsPerMinute: the same for `/mcp`, which is counted by itself.
    ///   - version: of the program, for clients that ask who answers.
    ///   - now: the time since any fixed moment, never going back.
    package init(
        backend: any ContactBackend, token: Token, callsPerMinute: Int? = 120,
        mcpCallsPerMinute: Int? = 300, version: String = "0",
        now: @escaping @Sendable () -> Duration = Responder.uptime
    ) {
        actions = Actions(backend: backend)
        mcp = MCPEndpoint(tools: MCPTools(backend: backend), version: version)
        self.token = token
        self.now = now
        actionQuota = callsPerMinute.map(CallQuota.init)
        mcpQuota = mcpCallsPerMinute.map(CallQuota.init)
    }

    /// The time since this process first asked.
    package static let uptime: @Sendable () -> Duration = {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }()

    /// The answer to one request; never fails.
    package func respond(to request: Request) async -> Response {
        do throws(Refusal) {
            let route = try route(of: request)
            if case .health = route { return Response(200, .object(["status": .string("ok")])) }
            return await admitted(route, request)
        } catch {
            return error.response
        }
    }

    /// A path without the token, which somebody may have put there by mistake.
    func withoutToken(_ path: String) -> String {
        path.utf8.count < token.secret.utf8.count
            ? path : path.replacing(token.secret, with: "TOKEN")
    }

    /// The failure of a request that is refused whatever its body holds; nil where there is none.
    func refusal(beforeBodyOf request: Request) -> Response? {
        do throws(Refusal) {
            _ = try route(of: request)
            if request.method == "POST" { try RequestBody.checkType(of: request) }
            return nil
        } catch {
            return error.response
        }
    }

    /// Where the request leads, if whoever sent it may go there.
    private func route(of request: Request) throws(Refusal) -> Route {
        guard let route = Route(path: request.path) else {
            throw Refusal(.message(404, "Not found."))
        }
        guard route.methods.contains(request.method) else {
            throw Refusal(
                .error(405, "This path takes \(route.methods[0]) only.")
                    .with("Allow", route.methods.joined(separator: ", ")))
        }
        guard route == .health || isAuthorized(request.authorization) else {
            throw Refusal(
                .message(401, "Unauthenticated.").with("WWW-Authenticate", "Bearer"))
        }
        return route
    }

    private func isAuthorized(_ field: String?) -> Bool {
        guard let field else { return false }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let given = Token(String(parts[1]))
        else { return false }
        return token.isSame(as: given)
    }

    private func admitted(_ route: Route, _ request: Request) async -> Response {
        guard let quota = route == .mcp ? mcpQuota : actionQuota else {
            return await answer(route, request)
        }
        switch quota.admit(at: now()) {
        case .refused(let seconds):
            return Response.error(429, "Too many requests.")
                .with("Retry-After", String(seconds))
                .with("X-RateLimit-Limit", String(quota.limit))
                .with("X-RateLimit-Remaining", "0")
        case .admitted(let remaining):
            return await answer(route, request)
                .with("X-RateLimit-Limit", String(quota.limit))
                .with("X-RateLimit-Remaining", String(remaining))
        }
    }

    private func answer(_ route: Route, _ request: Request) async -> Response {
        route.isQuick && request.body.isSmall
            ? await answerHere(route, request) : await answerElsewhere(route, request)
    }

    /// On another thread than the caller's, who may have others to wait upon.
    @concurrent private func answerElsewhere(
        _ route: Route, _ request: Request
    ) async -> Response {
        await answerHere(route, request)
    }

    private func answerHere(_ route: Route, _ request: Request) async -> Response {
        do throws(Refusal) {
            switch route {
            case .health, .me:
                return try await actions.me()
            case .mcp:
                return await mcp.respond(to: request)
            case .action(let action):
                return try await actions.perform(action, try RequestBody.read(request))
            }
        } catch {
            return error.response
        }
    }
}

/// A rolling window that many requests at once count in.
private final class CallQuota: Sendable {
    /// The calls that are allowed in 60 seconds.
    let limit: Int
    private let window: Mutex<RollingWindow>

    init(limit: Int) {
        self.limit = limit
        window = Mutex(RollingWindow(limit: limit))
    }

    func admit(at now: Duration) -> RollingWindow.Admission {
        window.withLock { $0.admit(at: now) }
    }
}

/// What a path leads to.
private enum Route: Hashable {
    case health
    case me
    case mcp
    case action(APIAction)

    /// The paths stand with and without the prefix `/api`, and with and without a slash at the
    /// end.
    init?(path: String) {
        let path = path.hasSuffix("/") ? path.dropLast() : path[...]
        if path == "/healthz" {
            self = .health
            return
        }
        if path == "/mcp" {
            self = .mcp
            return
        }
        var rest = path
        if rest.hasPrefix("/api/") { rest = rest.dropFirst("/api".count) }
        guard rest.hasPrefix("/v1/") else { return nil }
        rest = rest.dropFirst("/v1".count)
        if rest == "/me" {
            self = .me
        } else if rest.hasPrefix("/actions/"),
            let action = APIAction(rawValue: String(rest.dropFirst("/actions/".count)))
        {
            self = .action(action)
        } else {
            return nil
        }
    }

    /// Whether the answer takes next to no time, however many contacts there are.
    var isQuick: Bool {
        switch self {
        case .health, .me, .action(.getContact): true
        case .mcp, .action: false
        }
    }

    /// The methods it takes; one that asks for the head alone is answered like the first.
    var methods: [String] {
        switch self {
        case .health, .me: ["GET", "HEAD"]
        case .mcp, .action: ["POST"]
        }
    }
}

extension Request.Body {
    /// Whether it is read in next to no time.
    fileprivate var isSmall: Bool {
        if case .bytes(let bytes) = self { bytes.count < 4096 } else { true }
    }
}

extension Token {
    /// Compares in a time that depends on the length of `other` alone, so that the time of an
    /// answer tells nothing about how much of a guess was right.
    func isSame(as other: Token) -> Bool {
        let mine = Array(secret.utf8)
        var difference = mine.count ^ other.secret.utf8.count
        for (index, byte) in other.secret.utf8.enumerated() {
            difference |= Int(mine[index % mine.count] ^ byte)
        }
        return difference == 0
    }
}
