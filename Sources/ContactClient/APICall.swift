import JSONText

/// One request of the API.
enum APICall: Sendable {
    /// `GET /me`.
    case me
    /// `POST /actions/…` with a body.
    case action(APIAction, JSONObject)
    /// `POST /mcp`.
    case mcp(MCPMessage)

    /// Whether the call changes nothing, so that it can be made any number of times.
    var isRead: Bool {
        switch self {
        case .me: true
        case .mcp(let message): message.isRead
        case .action(let action, _): action.isRead
        }
    }
}

/// The head and the whole body of an answer, whatever its status.
struct Answer: Sendable {
    var status: Int
    var contentType: String?
    var location: String?
    var retryAfter: Int?
    /// The quota and what is left of it, where the server says.
    var callLimit: Int?
    var callsLeft: Int?
    /// The MCP session that a server opened.
    var session: String?
    var body: [UInt8]

    /// Whether it is JSON by its own account.
    var isSaidToBeJSON: Bool { contentType?.lowercased().hasPrefix("application/json") ?? false }
}
