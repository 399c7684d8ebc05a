#if Network

import AsyncHTTPClient
import ContactModel
import JSONText
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Synchronization

/// Sends requests with the token and brings whole answers back, each within the deadline and the
/// size limit; follows no redirect and sends nothing twice.
final class HTTPExchange: Sendable {
    private let client: HTTPClient
    private let executor = LoopExecutor(HTTPClient.defaultEventLoopGroup.any())
    private let profile: RemoteProfile

    /// - Throws: `ProfileFlaw` where the proxy or the certificate file is of no use.
    init(_ profile: RemoteProfile) throws(ProfileFlaw) {
        self.profile = profile
        // Well within the deadline, so that whoever never connected is known to have sent nothing.
        let connect = min(profile.connectTimeout, profile.deadline / 2)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connect)),
            decompression: .enabled(limit: .size(profile.answerLimit)))
        configuration.httpVersion = .http1Only
        // Nobody traces; telling what a call is about takes a twelfth of it.
        configuration.tracing.tracer = nil
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.submit {
                try channel.pipeline.syncOperations.addHandler(FlushJoining(), position: .first)
            }
        }
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than servers keep a connection, so that none is used as it is being closed.
        configuration.connectionPool.idleTimeout = .seconds(4)
        configuration.proxy = try profile.proxies.route(to: profile.address).map {
            .server(
                host: $0.host, port: $0.port,
                authorization: $0.user.map { [password = $0.password] user in
                    .basic(username: user, password: password)
                })
        }
        if let file = profile.certificateFile {
            configuration.tlsConfiguration = try HTTPExchange.trusting(file)
        }
        client = HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup),
            configuration: configuration)
    }

    deinit {
        // The library stops a debug build whose client was not shut down; after `close` this
        // is an error that nobody needs to know.
        client.shutdown { _ in }
    }

    private static func trusting(_ file: String) throws(ProfileFlaw) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty
        else { throw .certificates(path: file) }
        tls.additionalTrustRoots = [.certificates(certificates)]
        return tls
    }

    /// One request and its whole answer.
    ///
    /// - Throws: `.notSent`, `.outcomeUnknown` or `.badAnswer`; statuses are the caller's matter.
    func send(_ call: APICall) async throws(ClientError) -> Answer {
        let token = try profile.token.taken()
        let deadline = ContinuousClock.now + profile.deadline
        let response: HTTPClientResponse
        do {
            response = try await client.execute(
                request(for: call, token), deadline: .now() + TimeAmount(profile.deadline))
        } catch {
            throw Breakdown(error).failure(limit: profile.answerLimit)
        }
        var answer = Answer(response)
        do {
            answer.body = try await collect(response.body, until: deadline) {
                [contentType = answer.contentType] body, limit in
                guard case .mcp(let message) = call, EventStream.isNamed(by: contentType) else {
                    return Array(buffer: try await body.collect(upTo: limit))
                }
                return try await HTTPExchange.event(answering: message, in: body, limit)
            }
        } catch  where !answer.statusSaysEnough {
            throw Breakdown(error).failureInBody(limit: profile.answerLimit)
        } catch {
            // The words of a failure may be missing.
        }
        answer.hide(token)
        return answer
    }

    private func request(for call: APICall, _ token: Token) -> HTTPClientRequest {
        var request: HTTPClientRequest
        switch call {
        case .me:
            request = HTTPClientRequest(url: profile.address.url("/me"))
        case .action(let action, let body):
            request = HTTPClientRequest(url: profile.address.url("/actions/\(action.rawValue)"))
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: JSONValue.object(body).jsonText))
        case .mcp(let message):
            request = HTTPClientRequest(url: profile.address.mcpURL)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            for field in message.fields {
                request.headers.add(name: field.name, value: field.value)
            }
            request.body = .bytes(ByteBuffer(string: message.body.jsonText))
        }
        request.headers.add(name: "Authorization", value: "Bearer \(token.secret)")
        if !request.headers.contains(name: "Accept") {
            request.headers.add(name: "Accept", value: "application/json")
        }
        request.headers.add(name: "User-Agent", value: profile.agent)
        return request
    }

    /// The first event of a stream that answers the message; what comes after is not waited for.
    private static func event(
        answering message: MCPMessage, in body: HTTPClientResponse.Body, _ limit: Int
    ) async throws -> [UInt8] {
        var stream = EventStream()
        var length = 0
        for try await buffer in body {
            length += buffer.readableBytes
            guard length <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
            for event in stream.feed(buffer.readableBytesView)
            where message.isAnswered(by: event) {
                return event
            }
        }
        throw HTTPClientError.remoteConnectionClosed
    }

    private func collect(
        _ body: HTTPClientResponse.Body, until deadline: ContinuousClock.Instant,
        _ read:
            @escaping @Sendable (HTTPClientResponse.Body, _ limit: Int) async throws -> [UInt8]
    ) async throws -> [UInt8] {
        let limit = profile.answerLimit
        let isLate = Flag()
        let reading = Task(executorPreference: executor) { try await read(body, limit) }
        // A task that sleeps would be dearer than the whole call.
        let alarm = executor.loop.scheduleTask(in: TimeAmount(deadline - .now)) {
            isLate.raise()
            reading.cancel()
        }
        defer { alarm.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await reading.value
            } onCancel: {
                reading.cancel()
            }
        } catch {
            throw isLate.isRaised ? HTTPClientError.deadlineExceeded : error
        }
    }

    /// Does work of many calls where their connections are served: none has to be handed from
    /// thread to thread, which costs more than the work itself.
    func nearby<T: Sendable>(_ body: () async -> T) async -> T {
        await withTaskExecutorPreference(executor, operation: body)
    }

    /// Lets go of the connections; what is under way fails.
    func close() async {
        try? await client.shutdown()
    }
}

/// Something that has happened, or not.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { state.load(ordering: .acquiring) }

    func raise() { state.store(true, ordering: .releasing) }
}

/// Sends what one turn of the event loop wrote as one packet.
///
/// The HTTP library flushes a request's head before its body: two system calls, two packets, and
/// a server that wakes up twice, the first time for nothing.
private final class FlushJoining: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var isDue = false

    func flush(context: ChannelHandlerContext) {
        guard !isDue else { return }
        isDue = true
        let bound = NIOLoopBound((joining: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.joining.isDue = false
            bound.value.context.flush()
        }
    }
}

/// Runs tasks on the thread of an event loop.
private final class LoopExecutor: TaskExecutor {
    let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

extension Answer {
    /// Whether it is a failure whatever the body holds.
    fileprivate var statusSaysEnough: Bool {
        switch status {
        case 300..<400, 401, 403, 408, 429, 500...: true
        default: false
        }
    }

    /// Makes sure that a server which repeats the token brings it to no screen and into no file.
    fileprivate mutating func hide(_ token: Token) {
        let secret = Array(token.secret.utf8)
        // A shorter one stands in any text by chance.
        guard secret.count >= 8 else { return }
        let mask = [UInt8](repeating: UInt8(ascii: "*"), count: secret.count)
        var start = 0
        while let first = body[start...].firstIndex(of: secret[0]) {
            let end = first + secret.count
            guard end <= body.count else { break }
            let isSecret = body[first..<end].elementsEqual(secret)
            if isSecret { body.replaceSubrange(first..<end, with: mask) }
            start = isSecret ? end : first + 1
        }
        location = location?.replacing(token.secret, with: "***")
    }

    init(_ response: HTTPClientResponse) {
        let headers = response.headers
        status = Int(response.status.code)
        contentType = headers.first(name: "content-type").map { String($0.prefix(100)) }
        location = headers.first(name: "location").map { String($0.prefix(500)) }
        retryAfter = headers.first(name: "retry-after").flatMap { Int($0) }
            .map { min(max($0, 0), 86_400) }
        callLimit = headers.first(name: "x-ratelimit-limit").flatMap { Int($0) }
        callsLeft = headers.first(name: "x-ratelimit-remaining").flatMap { Int($0) }
        session = headers.first(name: "mcp-session-id").flatMap { Answer.session($0) }
        body = []
    }

    /// Visible ASCII characters; anything else is no session that could be named again.
    private static func session(_ text: String) -> String? {
        let isVisible = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isVisible && (1...1000).contains(text.utf8.count) ? text : nil
    }
}

#endif
