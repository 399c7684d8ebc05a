import JSONText
import Synchronization

/// The service's tools, called in whichever era of MCP the server speaks.
///
/// What it speaks is found out by the first call, which only reads, and kept.
final class RemoteTools: Sendable {
    /// How a server is spoken to.
    private enum Era: Sendable {
        case modern
        case legacy(MCPSession)
        /// The server has no such tools.
        case missing
    }

    private struct State {
        var era: Era?
        var lastID = 0
    }

    private let gate: RemoteGate
    private let agent: String
    private let state = Mutex(State())

    init(_ gate: RemoteGate, agent: String) {
        self.gate = gate
        self.agent = agent
    }

    var outlook: QuotaOutlook { gate.outlook }

    /// Calls a tool that only reads.
    ///
    /// - Returns: its structured answer; nil where the server has no such tool.
    func read(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject? {
        switch state.withLock({ $0.era }) {
        case .missing: return nil
        case .modern: return try await modern(tool, arguments).value()
        case .legacy(let session):
            let reply = try await legacy(tool, arguments, session)
            guard session.id != nil, case .foreign(let status, _) = reply,
                [400, 404].contains(status)
            else { return try reply.value() }
            // The session is over; another is as good.
            guard let next = try await handshake() else { return try reply.value() }
            state.withLock { $0.era = .legacy(next) }
            return try await legacy(tool, arguments, next).value()
        case nil: return try await probe(tool, arguments)
        }
    }

    private func probe(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject? {
        if case .result(let result) = try await modern(tool, arguments) {
            state.withLock { $0.era = .modern }
            return result
        }
        if let session = try await handshake(),
            case .result(let result) = try await legacy(tool, arguments, session)
        {
            state.withLock { $0.era = .legacy(session) }
            return result
        }
        state.withLock { $0.era = .missing }
        return nil
    }

    private func modern(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> MCPReply {
        try await send(.modernCall(tool, arguments, id: nextID(), agent: agent)).tool
    }

    private func legacy(
        _ tool: String, _ arguments: JSONObject, _ session: MCPSession
    ) async throws(ClientError) -> MCPReply {
        try await send(.legacyCall(tool, arguments, id: nextID(), session)).tool
    }

    /// - Returns: nil where the server knows no handshake, or none of our versions.
    private func handshake() async throws(ClientError) -> MCPSession? {
        let message = MCPMessage.initialize(id: nextID(), agent: agent)
        let answer = try await gate.send(.mcp(message))
        guard case .result(let result) = try MCPReply(answer, to: message),
            let version = result["protocolVersion"]?.text,
            MCPMessage.legacyVersions.contains(version)
        else { return nil }
        let session = MCPSession(version: version, id: answer.session)
        let settled = try await gate.send(.mcp(.initialized(session)))
        return (200..<300).contains(settled.status) ? session : nil
    }

    private func send(_ message: MCPMessage) async throws(ClientError) -> MCPReply {
        try MCPReply(try await gate.send(.mcp(message)), to: message)
    }

    private func nextID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }
}

/// What a server made of a message.
enum MCPReply {
    case result(JSONObject)
    /// A refusal, or an answer of something that speaks otherwise; its status and words.
    case foreign(status: Int, words: String)

    /// - Throws: failures that have nothing to do with the protocol: the token, the quota, the
    ///   server itself.
    init(_ answer: Answer, to message: MCPMessage) throws(ClientError) {
        let value = try? JSONValue(parsing: answer.body, depthLimit: 100, loneSurrogates: .replace)
        let reply = value?.object ?? [:]
        if [401, 429].contains(answer.status) || answer.status >= 500 {
            let words = reply["error"]?.object?["message"]?.text
            guard answer.status >= 500, let words else {
                throw AnswerReader(answer: answer).failure(about: nil)
            }
            throw .serverFailed(status: answer.status, message: String(words.prefix(500)))
        }
        if (200..<300).contains(answer.status), message.isAnswered(by: reply),
            let result = reply["result"]?.object
        {
            self = .result(result)
        } else {
            let words =
                reply["error"]?.object?["message"]?.text ?? reply["error"]?.text
                ?? reply["message"]?.text ?? ""
            self = .foreign(status: answer.status, words: String(words.prefix(500)))
        }
    }

    /// The answer of a tool out of the result of its call.
    var tool: MCPReply {
        guard case .result(let result) = self else { return self }
        let text = (result["content"]?.array ?? []).lazy.compactMap(\.object)
            .first { $0["type"]?.text == "text" }?["text"]?.text
        let isComplete = result["resultType"].map { $0.text == "complete" } ?? true
        guard result["isError"] != .bool(true), isComplete else {
            return .foreign(status: 200, words: String((text ?? "").prefix(500)))
        }
        if let content = result["structuredContent"]?.object { return .result(content) }
        let parsed = text.flatMap {
            try? JSONValue(
                parsing: Array($0.utf8), depthLimit: 100, loneSurrogates: .replace
            ).object
        }
        return parsed.map(MCPReply.result) ?? .foreign(status: 200, words: "no answer of the tool")
    }

    /// The result.
    ///
    /// - Throws: `.rejected` with the server's words.
    func value() throws(ClientError) -> JSONObject {
        switch self {
        case .result(let result): return result
        case .foreign(let status, let words): throw .rejected(status: status, message: words)
        }
    }
}
