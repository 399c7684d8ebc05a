import ContactClient
import JSONText

/// A request of MCP that is answered with a JSON-RPC error.
struct MCPFailure: Error {
    /// The error codes of JSON-RPC 2.0, and those that MCP adds.
    enum Code: Int {
        case notJSON = -32700
        case invalidRequest = -32600
        case unknownMethod = -32601
        case invalidParameters = -32602
        case failedInside = -32603
        case contradictingHeader = -32020
        case unsupportedVersion = -32022

        /// The status of revision 2026-07-28; earlier ones tell errors with 200.
        var status: Int {
            switch self {
            case .unknownMethod: 404
            case .failedInside: 500
            default: 400
            }
        }
    }

    let code: Code
    let message: String
    var details: JSONValue?
    /// What went wrong inside, for the log.
    var cause: ClientError?

    init(_ code: Code, _ message: String, details: JSONValue? = nil, cause: ClientError? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.cause = cause
    }

    /// The refusal of a protocol version that is not spoken here.
    static func unsupported(_ version: String) -> MCPFailure {
        let supported = MCPVersion.all.map(JSONValue.string)
        return MCPFailure(
            .unsupportedVersion, "Unsupported protocol version",
            details: .object(["supported": .array(supported), "requested": .string(version)]))
    }

    /// The error as an answer to the request with this id.
    func response(to id: JSONValue, isModern: Bool) -> Response {
        var error: JSONObject = [
            "code": .number(JSONNumber(code.rawValue)), "message": .string(message),
        ]
        error["data"] = details
        let body = JSONValue.object(["jsonrpc": .string("2.0"), "id": id, "error": .object(error)])
        return Response(isModern ? code.status : 200, body, cause: cause)
    }
}

/// The revisions of MCP that are spoken here, by the names they give themselves.
enum MCPVersion {
    /// Each request stands for itself and says what it speaks.
    static let modern = "2026-07-28"
    /// A handshake comes first.
    static let handshake = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    static let all = [modern] + handshake
}
