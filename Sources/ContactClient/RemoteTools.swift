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
        /// The tools that the server has; nil until somebody wanted to know.
        var names: Task<Set<String>?, Never>?
        /// How the server refused to list anybody.
        var refusal: ClientError?
        /// Whether they are known to change no tags.
        var isTagless = false
    }

    /// The tool that changes the tags of a contact.
    static let tagging = "tag_contact"
    /// The tool that takes a contact away.
    static let deletion = "delete_contact"

    private let gate: RemoteGate
    private let agent: String
    private let state = Mutex(State())

    init(_ gate: RemoteGate, agent: String) {
        self.gate = gate
        self.agent = agent
    }

    /// Somebody wants to try in spite of what the server asked for.
    func unblock() { gate.unblock() }

    /// Why the server is taken for one without tools; nil where it has some.
    var refusal: ClientError? { state.withLock(\.refusal) }

    /// Takes a slot for a call of a run before it begins, or says how long to wait.
    func hold() -> Holding { gate.hold() }

    /// Calls a tool that only reads.
    ///
    /// - Returns: its structured answer; nil where the server has no such tool.
    func read(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject? {
        switch state.withLock({ $0.era }) {
        case .missing: return nil
        case .modern, .legacy:
            return try await sent { id, agent, session in
                session.map { .legacyCall(tool, arguments, id: id, $0) }
                    ?? .modernCall(tool, arguments, id: id, agent: agent)
            }?.tool.value()
        case nil: return try await probe(tool, arguments)
        }
    }

    /// Calls a tool that changes something.
    ///
    /// - Returns: its structured answer; nil where the server has no such tool, or the tool did
    ///   not do it.
    func write(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject? {
        guard await has(tool) else { return nil }
        do throws(ClientError) {
            let reply = try await sent { id, agent, session in
                session.map { .legacyCall(tool, arguments, id: id, $0).writing }
                    ?? .modernCall(tool, arguments, id: id, agent: agent).writing
            }
            if case .result(let result) = reply?.tool { return result }
            if case .foreign(let status, _) = reply, status >= 400 { giveUp() }
            return nil
        } catch {
            if error.isAboutListings { giveUp() }
            throw error
        }
    }

    /// No tool is called to change anything any more.
    private func giveUp() {
        state.withLock { state in
            state.names = Task { [] }
            state.isTagless = true
        }
    }

    /// Whether a tool may change the tags of a contact.
    var mayTag: Bool { state.withLock { !$0.isTagless } }

    /// Whether the server has a tool: asked once, by a question that changes nothing, and only in
    /// a run, where that pays.
    private func has(_ tool: String) async -> Bool {
        let names = state.withLock { state in
            if let names = state.names { return names as Task? }
            guard Urgency.current.isBulk else { return nil }
            let names = Task { await listed() }
            state.names = names
            return names
        }
        guard let names else { return false }
        guard let found = await names.value else {
            state.withLock { $0.names = nil }
            return false
        }
        if !found.contains(RemoteTools.tagging) { state.withLock { $0.isTagless = true } }
        return found.contains(tool)
    }

    /// - Returns: nil where the question did not get through.
    private func listed() async -> Set<String>? {
        do throws(ClientError) {
            return try await names()
        } catch {
            return error.isAboutListings ? [] : nil
        }
    }

    /// Asks which tools the server has.
    private func names() async throws(ClientError) -> Set<String> {
        var reply = try await sent { id, agent, session in
            session.map { .legacyList(id: id, $0) } ?? .modernList(id: id, agent: agent)
        }
        if reply == nil { reply = try await greeted() }
        guard case .result(let result) = reply else { return [] }
        let tools = result["tools"]?.array ?? []
        return Set(tools.compactMap { $0.object?["name"]?.text })
    }

    /// Whether the server has a tool that nothing else stands in for.
    ///
    /// - Throws: where the question did not get through.
    func offers(_ tool: String) async throws(ClientError) -> Bool {
        try await names().contains(tool)
    }

    /// Calls a tool that the server has, and that changes something.
    ///
    /// - Throws: `.rejected` with the tool's words where it did not do it.
    func perform(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject {
        let reply = try await sent { id, agent, session in
            session.map { .legacyCall(tool, arguments, id: id, $0).writing }
                ?? .modernCall(tool, arguments, id: id, agent: agent).writing
        }
        return try reply?.tool.value() ?? [:]
    }

    /// Finds the era out by the question what tools there are.
    private func greeted() async throws(ClientError) -> MCPReply? {
        guard state.withLock({ $0.era == nil }) else { return nil }
        let modern = try await send(.modernList(id: nextID(), agent: agent))
        if case .result = modern {
            state.withLock { $0.era = $0.era ?? .modern }
            return modern
        }
        guard let session = try await handshake() else {
            state.withLock { $0.era = $0.era ?? .missing }
            return nil
        }
        state.withLock { $0.era = $0.era ?? .legacy(session) }
        return try await send(.legacyList(id: nextID(), session))
    }

    /// Sends a message in the era of the server, which is known.
    ///
    /// - Returns: nil where the server has no tools.
    private func sent(
        _ message: (_ id: Int, _ agent: String, _ session: MCPSession?) -> MCPMessage
    ) async throws(ClientError) -> MCPReply? {
        switch state.withLock({ $0.era }) {
        case nil, .missing: return nil
        case .modern: return try await send(message(nextID(), agent, nil))
        case .legacy(let session):
            let reply = try await send(message(nextID(), agent, session))
            guard session.id != nil, case .foreign(let status, _) = reply,
                [400, 404].contains(status)
            else { return reply }
            // The session is over; another is as good.
            guard let next = try await handshake() else { return reply }
            state.withLock { $0.era = .legacy(next) }
            return try await send(message(nextID(), agent, next))
        }
    }

    private func probe(
        _ tool: String, _ arguments: JSONObject
    ) async throws(ClientError) -> JSONObject? {
        let modern = MCPMessage.modernCall(tool, arguments, id: nextID(), agent: agent)
        let reply = try await send(modern).tool
        if case .result(let result) = reply {
            state.withLock { $0.era = .modern }
            return result
        }
        if let session = try await handshake(),
            case .result(let result) = try await send(
                .legacyCall(tool, arguments, id: nextID(), session)
            ).tool
        {
            state.withLock { $0.era = .legacy(session) }
            return result
        }
        state.withLock { state in
            state.era = .missing
            if case .foreign(let status, let words) = reply {
                state.refusal = .rejected(status: status, message: words)
            }
        }
        return nil
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
        let value = try? JSONValue(parsing: answer.body, loneSurrogates: .replace)
        let reply = value?.object ?? [:]
        if [401, 429].contains(answer.status) || answer.status >= 500 {
            let words = reply["error"]?.object?["message"]?.text
            guard answer.status >= 500, let words else {
                throw AnswerReader(answer: answer).failure(about: nil)
            }
            throw .serverFailed(status: answer.status, message: String(words.prefix(500)))
        }
        // Half an answer is no sign that the server speaks otherwise.
        if message.isRead, answer.status == 200, value == nil, answer.isSaidToBeJSON {
            _ = try AnswerReader(answer: answer).value()
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
                parsing: Array($0.utf8), loneSurrogates: .replace
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
