#if Network

import ContactModel
import NIOHTTP1

/// What the head of a request says, as far as the listener looks at it.
struct RequestHead {
    /// The request without its body.
    private(set) var request: Request
    /// Whether the connection may take another request after this one.
    var keepsAlive: Bool { isPersistent && !isUpgrade }
    /// Whether the client speaks HTTP/1.0, which knows less.
    let isOld: Bool
    /// Whether a body follows.
    private(set) var hasBody = false
    private var announced: Int?
    private var expectation: String?
    private var codings: [String] = []
    private var hosts = 0
    private let isPersistent: Bool
    private var isUpgrade: Bool
    private let target: String

    init(_ head: HTTPRequestHead) {
        isOld = head.version.minor == 0
        isPersistent = head.isKeepAlive
        // The parser takes nothing after such a request for HTTP.
        isUpgrade = head.method == .CONNECT
        target = head.uri
        request = Request(
            method: head.method.rawValue, path: RequestHead.path(of: head.uri))
        for (name, value) in head.headers { note(name, value) }
    }

    /// The length of a name rules out all but one or two.
    private mutating func note(_ name: String, _ value: String) {
        switch (name.utf8.count, name.lowercased()) {
        case (4, "host"):
            request.mcp.host = value
            hosts += 1
        case (6, "expect"): expectation = value.lowercased()
        case (6, "origin"): request.mcp.origin = value
        case (7, "upgrade"): isUpgrade = true
        case (8, "mcp-name"): request.mcp.name = value
        case (10, "mcp-method"): request.mcp.method = value
        case (12, "content-type"): request.contentType = value
        case (13, "authorization"): request.authorization = value
        case (14, "content-length"):
            announced = Int(value)
            hasBody = hasBody || announced != 0
        case (16, "content-encoding"): request.contentEncoding = value.lowercased()
        case (17, "transfer-encoding"):
            hasBody = true
            codings += value.lowercased().split(separator: ",").map { $0.trimmingWhitespace() }
        case (20, "mcp-protocol-version"): request.mcp.version = value
        default: break
        }
    }

    /// The path as the client wrote it, without the query; a target may name the server as well
    /// (RFC 9112, 3.2.2).
    private static func path(of target: String) -> String {
        var rest = target[...]
        if !target.hasPrefix("/"),
            let scheme = ["http://", "https://"].first(where: target.lowercased().hasPrefix)
        {
            rest = rest.dropFirst(scheme.count).drop { !"/?#".contains($0) }
            if rest.first != "/" { return "/" }
        }
        return String(rest.prefix { $0 != "?" && $0 != "#" })
    }

    /// Whether the client waits for a word before it sends the body.
    var asksFirst: Bool { hasBody && !isOld && expectation == "100-continue" }

    /// Whether the body is longer than this, by the client's own account.
    func announcesMore(than limit: Int) -> Bool {
        announced.map { $0 > limit } ?? false
    }

    /// The failure of a head that cannot be served, whatever its body is.
    func flaw(targetBytes limit: Int) -> Response? {
        if target.utf8.count > limit { return .targetTooLong }
        guard hosts == 1 || (isOld && hosts == 0) else {
            return .error(400, "The request must have one Host field.")
        }
        if let expectation, expectation != "100-continue", !isOld {
            return .error(417, "The only expectation that can be met is 100-continue.")
        }
        if codings.contains(where: { $0 != "chunked" }) {
            return .error(501, "The only transfer coding that is taken is chunked.")
        }
        return nil
    }
}

extension Response {
    /// The answer to a target that is longer than any path here.
    static let targetTooLong = error(414, "The path is too long.")

    /// The answer to a head that did not come in time.
    static let lateHead = error(408, "The request did not arrive in time.")

    /// The answer where all connections are at work.
    static let crowded = error(503, "Too many connections.").with("Retry-After", "1")

    /// The answer to bytes that are not a request; nil where the client merely went away.
    init?(_ error: HTTPParserError, isTarget: Bool) {
        switch error {
        case .invalidEOFState, .closedConnection: return nil
        case .headerOverflow:
            self =
                isTarget
                ? .targetTooLong : .error(431, "The header fields of the request are too large.")
        case .invalidVersion: self = .error(505, "The server speaks HTTP/1.1.")
        case .invalidURL:
            self = .error(400, "The path holds characters that must be escaped.")
        case .invalidMethod: self = .error(400, "The method of the request is unknown.")
        case .invalidContentLength, .unexpectedContentLength:
            self = .error(400, "The length of the body is not told, or told in two ways.")
        case .invalidChunkSize: self = .error(400, "A chunk of the body has no valid size.")
        default: self = .error(400, "The request is not HTTP.")
        }
    }
}

#endif
