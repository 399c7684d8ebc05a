/// A request as far as the API looks at it.
package struct Request: Sendable {
    /// The body, read or not.
    package enum Body: Hashable, Sendable {
        /// The whole body; empty where there is none.
        case bytes([UInt8])
        /// It has more bytes than this.
        case tooLarge(limit: Int)
        /// It did not come in time.
        case late
    }

    /// `GET`, `POST` and so on, as it came.
    package var method: String
    /// The path without the query.
    package var path: String
    /// The field `Authorization`.
    package var authorization: String?
    /// The field `Content-Type`.
    package var contentType: String?
    /// Its field `Content-Encoding`, in lower case.
    package var contentEncoding: String?
    /// The body.
    package var body: Body
    /// What else MCP looks at.
    package var mcp = MCPFields()

    /// A request of these parts.
    package init(
        method: String, path: String, authorization: String? = nil, contentType: String? = nil,
        body: Body = .bytes([])
    ) {
        self.method = method
        self.path = path
        self.authorization = authorization
        self.contentType = contentType
        self.body = body
    }
}

extension Request {
    /// The header fields of a request to `/mcp`, each nil where it is absent.
    package struct MCPFields: Sendable {
        /// The field `MCP-Protocol-Version`.
        package var version: String?
        /// The field `Mcp-Method`.
        package var method: String?
        /// The field `Mcp-Name`.
        package var name: String?
        /// The field `Origin`, which only browsers send.
        package var origin: String?
        /// The field `Host`.
        package var host: String?

        /// No fields.
        package init() {}
    }
}
