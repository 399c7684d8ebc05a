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
    /// The body.
    package var body: Body

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
