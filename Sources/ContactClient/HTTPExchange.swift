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
    private let blanks = Mutex<[String: HTTPClient.Request]>([:])

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
    /// The futures of the library, not its async calls: those start tasks of their own, some on
    /// another thread, which took a fifth of the processor's time of a bulk run.
    ///
    /// - Throws: `.notSent`, `.outcomeUnknown` or `.badAnswer`; statuses are the caller's matter.
    func send(_ call: APICall) async throws(ClientError) -> Answer {
        let token = try profile.token.taken()
        let collector = AnswerCollector(of: call, limit: profile.answerLimit)
        var answer: Answer
        do {
            let exchange = client.execute(
                request: try request(for: call, token), delegate: collector,
                eventLoop: .delegate(on: executor.loop),
                deadline: .now() + TimeAmount(profile.deadline))
            answer = try await withTaskCancellationHandler {
                try await exchange.futureResult.get()
            } onCancel: {
                exchange.cancel()
            }
        } catch {
            answer = try collector.answer(after: error)
        }
        answer.hide(token)
        return answer
    }

    private func request(for call: APICall, _ token: Token) throws -> HTTPClient.Request {
        var request: HTTPClient.Request
        switch call {
        case .me:
            request = try self.request(.GET, profile.address.url("/me"))
        case .action(let action, let body):
            request = try self.request(.POST, profile.address.url("/actions/\(action.rawValue)"))
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .byteBuffer(ByteBuffer(string: JSONValue.object(body).jsonText))
        case .mcp(let message):
            request = try self.request(.POST, profile.address.mcpURL)
            request.headers.add(name: "Content-Type", value: "application/json")
            for field in message.fields {
                request.headers.add(name: field.name, value: field.value)
            }
            request.body = .byteBuffer(ByteBuffer(string: message.body.jsonText))
        }
        request.headers.add(name: "Authorization", value: "Bearer \(token.secret)")
        if !request.headers.contains(name: "Accept") {
            request.headers.add(name: "Accept", value: "application/json")
        }
        request.headers.add(name: "User-Agent", value: profile.agent)
        return request
    }

    /// A request that says nothing yet; taking the address apart is dear, and they are few.
    private func request(_ method: HTTPMethod, _ url: String) throws -> HTTPClient.Request {
        if let known = blanks.withLock({ $0[url] }) { return known }
        let blank = try HTTPClient.Request(url: url, method: method)
        blanks.withLock { $0[url] = blank }
        return blank
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
}

#endif
