import JSONText

/// A JSON-RPC message that came to `/mcp`.
struct MCPRequest {
    /// What the answer bears; nil for a notification, which gets none.
    let id: JSONValue?
    let method: String
    let parameters: JSONObject

    /// Reads a decoded body.
    init(_ value: JSONValue) throws(MCPFailure) {
        guard let message = value.object, message["jsonrpc"]?.text == "2.0",
            let method = message["method"]?.text
        else {
            throw MCPFailure(.invalidRequest, "The body must be one JSON-RPC 2.0 request.")
        }
        id = MCPRequest.id(in: value)
        guard id != nil || message["id"] == nil else {
            throw MCPFailure(.invalidRequest, "The id must be text or a number.")
        }
        self.method = method
        switch message["params"] {
        case nil: parameters = [:]
        case .object(let members)?: parameters = members
        case .array(let elements)? where elements.isEmpty: parameters = [:]
        default: throw MCPFailure(.invalidParameters, "The params must be an object.")
        }
    }

    /// The id of a body that may be a request; nil where it has none that can be answered to.
    static func id(in value: JSONValue) -> JSONValue? {
        switch value.object?["id"] {
        case .string(let text)?: .string(text)
        case .number(let number)?: .number(number)
        default: nil
        }
    }

    /// Whether the request stands for itself, as revision 2026-07-28 has it, rather than after a
    /// handshake.
    ///
    /// - Throws: where the header fields and the body contradict each other or name a version
    ///   that is not spoken.
    func isModern(_ fields: Request.MCPFields) throws(MCPFailure) -> Bool {
        let envelope = parameters["_meta"]?.object ?? [:]
        if envelope[MCPRequest.versionKey] == nil, fields.version != MCPVersion.modern {
            let version = fields.version ?? MCPVersion.handshake[0]
            guard MCPVersion.handshake.contains(version) else { throw .unsupported(version) }
            return false
        }
        guard let version = envelope[MCPRequest.versionKey]?.text,
            envelope[MCPRequest.capabilitiesKey]?.object != nil
        else {
            throw MCPFailure(
                .invalidParameters,
                "params._meta must hold \(MCPRequest.versionKey) and "
                    + "\(MCPRequest.capabilitiesKey).")
        }
        try agree("MCP-Protocol-Version", fields.version, with: version)
        try agree("Mcp-Method", fields.method, with: method)
        if let name = parameters["name"]?.text {
            try agree("Mcp-Name", fields.name, with: name)
        }
        guard version == MCPVersion.modern else { throw .unsupported(version) }
        return true
    }

    private func agree(
        _ field: String, _ given: String?, with body: String
    ) throws(MCPFailure) {
        guard let given, given.hasSameUTF8(as: body) else {
            throw MCPFailure(
                .contradictingHeader, "The field \(field) does not say what the body says.")
        }
    }

    private static let versionKey = "io.modelcontextprotocol/protocolVersion"
    private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
}
