#if Network

import HTTPTypes
import HummingbirdCore
import JSONText
import NIOCore
import Synchronization

/// One request on a connection: read within its deadline, answered, logged.
struct ServerExchange {
    let responder: Responder
    let limits: Listener.Limits
    let log: @Sendable (AccessLine) -> Void
    let channel: any Channel

    /// A body that is too large is read on to this many bytes, since a client that is still
    /// sending would not see the answer.
    private static let patience = 16

    /// Answers the request, and throws where the connection must be closed after it.
    @concurrent func run(
        _ request: HummingbirdCore.Request, _ writer: consuming ResponseWriter
    ) async throws {
        let start = ContinuousClock.now
        let reading = Deadline(limits.requestDeadline, of: channel) {
            $0.close(mode: .input, promise: nil)
        }
        let whole = Deadline(limits.requestDeadline * 2, of: channel) {
            $0.close(promise: nil)
        }
        defer { whole.cancel() }
        if request.headers[.expect]?.lowercased() == "100-continue",
            !isAnnouncedTooLarge(request)
        {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let body = try await read(request, reading)
        reading.cancel()
        let asked = ServerExchange.asked(request, body.content)
        let response = await responder.respond(to: asked)
        let elapsed = { Int((ContinuousClock.now - start) / .milliseconds(1)) }
        defer { log(AccessLine(asked, response, milliseconds: elapsed())) }
        try await send(response, to: asked.method, closing: !body.isConsumed, writer)
        if !body.isConsumed { throw ConnectionIsSpent() }
    }

    private func isAnnouncedTooLarge(_ request: HummingbirdCore.Request) -> Bool {
        request.headers[.contentLength].flatMap { Int($0) }.map { $0 > limits.bodyBytes }
            ?? false
    }

    @concurrent private func read(
        _ request: HummingbirdCore.Request, _ deadline: Deadline
    ) async throws -> ReadBody {
        let tooLarge = Request.Body.tooLarge(limit: limits.bodyBytes)
        if isAnnouncedTooLarge(request), request.headers[.expect] != nil {
            return ReadBody(content: tooLarge, isConsumed: false)
        }
        var bytes: [UInt8] = []
        var count = 0
        do {
            for try await chunk in request.body {
                count += chunk.readableBytes
                if count <= limits.bodyBytes {
                    bytes.append(contentsOf: chunk.readableBytesView)
                } else if count > limits.bodyBytes * ServerExchange.patience {
                    return ReadBody(content: tooLarge, isConsumed: false)
                }
            }
        } catch  where deadline.hasPassed {
            return ReadBody(content: .late, isConsumed: false)
        }
        if deadline.hasPassed { return ReadBody(content: .late, isConsumed: false) }
        return ReadBody(
            content: count > limits.bodyBytes ? tooLarge : .bytes(bytes), isConsumed: true)
    }

    @concurrent private func send(
        _ response: Response, to method: String, closing: Bool,
        _ writer: consuming ResponseWriter
    ) async throws {
        var buffer = ByteBuffer()
        var bytes: [UInt8] = []
        if response.hasBody { response.body.write(to: &bytes) }
        buffer.writeBytes(bytes)
        var head = HTTPResponse(status: HTTPResponse.Status(code: response.status))
        if response.hasBody { head.headerFields[.contentType] = "application/json" }
        head.headerFields[.contentLength] = String(bytes.count)
        head.headerFields[.cacheControl] = "no-store"
        head.headerFields[.date] = HTTPDate.now
        if closing { head.headerFields[.connection] = "close" }
        for field in response.fields {
            if let name = HTTPField.Name(field.name) { head.headerFields[name] = field.value }
        }
        if method == "HEAD" {
            try await writer.writeResponse(head)
        } else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: buffer))
        }
    }

    private static func asked(
        _ request: HummingbirdCore.Request, _ body: Request.Body
    ) -> Request {
        var asked = Request(
            method: request.method.rawValue, path: path(of: request),
            authorization: request.headers[.authorization],
            contentType: request.headers[.contentType], body: body)
        asked.mcp.host = request.head.authority
        let fields: [(String, WritableKeyPath<Request.MCPFields, String?>)] = [
            ("MCP-Protocol-Version", \.version), ("Mcp-Method", \.method), ("Mcp-Name", \.name),
            ("Origin", \.origin),
        ]
        for (name, member) in fields {
            asked.mcp[keyPath: member] = HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        return asked
    }

    /// The path as the client wrote it, without the query.
    private static func path(of request: HummingbirdCore.Request) -> String {
        let target = request.head.path ?? ""
        return String(target.prefix { $0 != "?" && $0 != "#" })
    }
}

/// A body, and whether the connection is good for another request.
private struct ReadBody {
    var content: Request.Body
    var isConsumed: Bool
}

/// The connection cannot take another request.
private struct ConnectionIsSpent: Error {}

/// Does something to a connection when time is up.
private struct Deadline {
    private let task: Scheduled<Void>
    private let flag: Flag

    init(
        _ duration: Duration, of channel: any Channel,
        _ action: @escaping @Sendable (any Channel) -> Void
    ) {
        let flag = Flag()
        self.flag = flag
        task = channel.eventLoop.scheduleTask(in: TimeAmount(duration)) {
            flag.isSet.store(true, ordering: .relaxed)
            action(channel)
        }
    }

    var hasPassed: Bool { flag.isSet.load(ordering: .relaxed) }

    func cancel() {
        task.cancel()
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }
}

extension AccessLine {
    fileprivate init(_ request: Request, _ response: Response, milliseconds: Int) {
        method = String(request.method.prefix(20))
        path = String(request.path.prefix(200))
        status = response.status
        self.milliseconds = milliseconds
        cause = response.cause
    }
}

#endif
