import JSONText

/// One JSON-RPC message for `/mcp`, in either era of the protocol.
struct MCPMessage: Sendable {
    /// A field of the request's head.
    struct HeaderField: Sendable {
        let name: String
        let value: String
    }

    /// What the answer bears; nil where none is expected.
    let id: Int?
    let fields: [HeaderField]
    let body: JSONValue
    /// Whether it changes nothing, so that it can be sent again.
    private(set) var isRead = true

    /// Where each request stands for itself.
    static let modernVersion = "2026-07-28"
    /// Versions that begin with a handshake, the newest first.
    static let legacyVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

    private init(
        _ method: String, id: Int?, _ parameters: JSONObject?, _ more: [HeaderField]
    ) {
        self.id = id
        fields =
            [HeaderField(name: "Accept", value: "application/json, text/event-stream")] + more
        var message: JSONObject = ["jsonrpc": .string("2.0"), "method": .string(method)]
        message["id"] = id.map { .number(JSONNumber($0)) }
        message["params"] = parameters.map(JSONValue.object)
        body = .object(message)
    }

    /// A call of a tool that needs nothing before it.
    static func modernCall(
        _ tool: String, _ arguments: JSONObject, id: Int, agent: String
    ) -> MCPMessage {
        modern(
            "tools/call", ["name": .string(tool), "arguments": .object(arguments)], id: id,
            agent: agent, [HeaderField(name: "Mcp-Name", value: tool)])
    }

    /// The question what tools there are, which needs nothing before it.
    static func modernList(id: Int, agent: String) -> MCPMessage {
        modern("tools/list", [:], id: id, agent: agent, [])
    }

    private static func modern(
        _ method: String, _ parameters: JSONObject, id: Int, agent: String,
        _ more: [HeaderField]
    ) -> MCPMessage {
        var parameters = parameters
        parameters["_meta"] = .object([
            "io.modelcontextprotocol/protocolVersion": .string(modernVersion),
            "io.modelcontextprotocol/clientCapabilities": .object([:]),
            "io.modelcontextprotocol/clientInfo": clientInfo(agent),
        ])
        let head = [
            HeaderField(name: "MCP-Protocol-Version", value: modernVersion),
            HeaderField(name: "Mcp-Method", value: method),
        ]
        return MCPMessage(method, id: id, parameters, head + more)
    }

    /// The first message of a handshake.
    static func initialize(id: Int, agent: String) -> MCPMessage {
        MCPMessage(
            "initialize", id: id,
            [
                "protocolVersion": .string(legacyVersions[0]), "capabilities": .object([:]),
                "clientInfo": clientInfo(agent),
            ], [])
    }

    /// The last message of a handshake, which gets no answer.
    static func initialized(_ session: MCPSession) -> MCPMessage {
        MCPMessage("notifications/initialized", id: nil, nil, session.fields)
    }

    /// A call of a tool after a handshake.
    static func legacyCall(
        _ tool: String, _ arguments: JSONObject, id: Int, _ session: MCPSession
    ) -> MCPMessage {
        MCPMessage(
            "tools/call", id: id, ["name": .string(tool), "arguments": .object(arguments)],
            session.fields)
    }

    /// The same question after a handshake.
    static func legacyList(id: Int, _ session: MCPSession) -> MCPMessage {
        MCPMessage("tools/list", id: id, [:], session.fields)
    }

    private static func clientInfo(_ agent: String) -> JSONValue {
        let parts = agent.split(separator: "/", maxSplits: 1).map(String.init)
        return .object([
            "name": .string(parts.first ?? agent),
            "version": .string(parts.dropFirst().first ?? "0"),
        ])
    }

    /// The same as a message that changes something.
    var writing: MCPMessage {
        var message = self
        message.isRead = false
        return message
    }

    /// Whether the data of an event is the answer, rather than a notification on the way to it.
    func isAnswered(by event: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: event, loneSurrogates: .replace) else {
            return false
        }
        return isAnswered(by: value.object ?? [:])
    }

    /// Whether a message is a result or an error for this one; an error that was found before the
    /// id could be read bears none.
    func isAnswered(by message: JSONObject) -> Bool {
        guard let id, message["method"] == nil else { return false }
        switch message["id"] {
        case .number(let number): return number.integerValue == id
        case .string(let text): return text == String(id)
        case nil, .null: return message["error"] != nil
        default: return false
        }
    }
}

/// What a handshake settled.
struct MCPSession: Hashable, Sendable {
    let version: String
    /// Nil where the server keeps no sessions.
    let id: String?

    var fields: [MCPMessage.HeaderField] {
        var fields = [MCPMessage.HeaderField(name: "MCP-Protocol-Version", value: version)]
        if let id { fields.append(MCPMessage.HeaderField(name: "Mcp-Session-Id", value: id)) }
        return fields
    }
}
