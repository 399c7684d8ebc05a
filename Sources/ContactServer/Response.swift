package import ContactClient
package import JSONText

/// An answer: a status, header fields beside those of every answer, and a JSON body.
package struct Response: Sendable {
    /// One header field.
    package struct Field: Hashable, Sendable {
        /// The name as it is written.
        package let name: String
        /// The value: visible ASCII.
        package let value: String
    }

    /// 200 to 599.
    package var status: Int
    /// Fields beside `Content-Type` and `Content-Length`.
    package var fields: [Field]
    /// The body.
    package var body: JSONValue
    /// What went wrong inside, for the log; the body does not tell.
    package var cause: ClientError?

    init(_ status: Int, _ body: JSONValue, fields: [Field] = [], cause: ClientError? = nil) {
        self.status = status
        self.body = body
        self.fields = fields
        self.cause = cause
    }

    /// A failure in the API's first shape, `{"error": …}`.
    static func error(_ status: Int, _ text: String) -> Response {
        Response(status, .object(["error": .string(text)]))
    }

    /// A failure in the API's second shape, `{"message": …}`.
    static func message(_ status: Int, _ text: String) -> Response {
        Response(status, .object(["message": .string(text)]))
    }

    /// The answer to a notification, which has no body.
    static let accepted = Response(202, .null)

    /// Whether a body is sent.
    package var hasBody: Bool { status != 202 }

    /// This answer with one more header field.
    func with(_ name: String, _ value: String) -> Response {
        var result = self
        result.fields.append(Field(name: name, value: value))
        return result
    }
}
