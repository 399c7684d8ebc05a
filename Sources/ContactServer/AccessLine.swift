package import ContactClient

/// An address that could not be listened on.
package struct ListenFailure: Error, Sendable {
    /// Which address.
    package let address: ListenAddress
    /// The error number of the C library, where the system refused it.
    package let code: Int32?
    /// The library's words.
    package let reason: String
}

/// What the access log says of one request: no body, no query, no token.
package struct AccessLine: Sendable {
    /// The address of whoever asked, without the port; `-` where it is not known any more.
    package let address: String
    /// The method as it came, at most 20 characters.
    package let method: String
    /// The path without the query, at most 200 characters; the parser lets visible ASCII pass only.
    package let path: String
    /// The status that was answered.
    package let status: Int
    /// Whole milliseconds from the head of the request to the end of the answer.
    package let milliseconds: Int
    /// What went wrong inside, where something did.
    package let cause: ClientError?
}
