import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A server of bare bytes that answers as it is told, right or wrong, and keeps what it was sent.
///
/// Each request takes the next answer; the last one stands for all that follow.
final class FaultyPeer: Sendable {
    /// What happens once a request has come whole.
    enum Act: Sendable {
        /// Bytes as they stand; the connection stays open.
        case bytes([UInt8])
        /// The connection ends in good order.
        case close
        /// The connection ends with a reset.
        case reset
        /// These bytes for ever, as fast as they are taken.
        case flood(String)
        /// These bytes for ever, one send every few milliseconds.
        case drip(String)
    }

    let port: Int
    private let channel: any Channel
    private let log: RequestLog

    /// Starts to listen on a port of the system's choosing; `greeting` comes before any request.
    convenience init(_ answers: [[Act]], greeting: [Act] = []) async throws {
        try await self.init(greeting: greeting) { number, _ in
            answers[min(number, answers.count - 1)]
        }
    }

    /// The same where requests may come in any order: the answer is chosen by the number of those
    /// before it, and by what is asked.
    init(
        greeting: [Act] = [],
        answer: @escaping @Sendable (_ number: Int, _ request: String) -> [Act]
    ) async throws {
        let log = RequestLog()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = FaultyHandler(answer, greeting, log)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    /// The requests so far, head and body.
    var requests: [String] { log.all }

    func stop() async throws {
        try await channel.close()
    }
}

extension FaultyPeer.Act {
    static func text(_ text: String) -> FaultyPeer.Act { .bytes(Array(text.utf8)) }

    /// A whole, orderly answer.
    static func answer(
        _ status: Int, _ body: String, type: String = "application/json", fields: [String] = []
    ) -> FaultyPeer.Act {
        let head = ["HTTP/1.1 \(status) X", "Content-Type: \(type)"] + fields
        let length = "Content-Length: \(body.utf8.count)"
        return .text((head + [length, "", body]).joined(separator: "\r\n"))
    }
}

/// What all connections of a peer were sent.
final class RequestLog: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock(\.self) }

    /// Adds a request and answers its number, from 0.
    func add(_ text: String) -> Int {
        texts.withLock { texts in
            texts.append(text)
            return texts.count - 1
        }
    }
}

private final class FaultyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (_ number: Int, _ request: String) -> [FaultyPeer.Act]
    private let greeting: [FaultyPeer.Act]
    private let log: RequestLog
    private var received = ""

    init(
        _ answer: @escaping @Sendable (_ number: Int, _ request: String) -> [FaultyPeer.Act],
        _ greeting: [FaultyPeer.Act], _ log: RequestLog
    ) {
        self.answer = answer
        self.greeting = greeting
        self.log = log
    }

    func channelActive(context: ChannelHandlerContext) {
        for act in greeting { perform(act, context.channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        while let end = received.wholeRequestEnd {
            let request = String(received[..<end])
            let number = log.add(request)
            received = String(received[end...])
            for act in answer(number, request) { perform(act, context.channel) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func perform(_ act: FaultyPeer.Act, _ channel: any Channel) {
        switch act {
        case .bytes(let bytes):
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .close:
            channel.close(promise: nil)
        case .reset:
            let atOnce = linger(l_onoff: 1, l_linger: 0)
            (channel as? any SocketOptionProvider)?.setSoLinger(atOnce)
                .whenComplete { _ in channel.close(promise: nil) }
        case .flood(let text):
            FaultyHandler.flood(ByteBuffer(string: text), channel)
        case .drip(let text):
            channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) {
                task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            }
        }
    }

    private static func flood(_ buffer: ByteBuffer, _ channel: any Channel) {
        channel.writeAndFlush(buffer).whenSuccess {
            channel.eventLoop.execute { flood(buffer, channel) }
        }
    }
}

extension String {
    /// Where the first request ends, body included; nil where it is not whole yet.
    fileprivate var wholeRequestEnd: Index? {
        guard let head = firstRange(of: "\r\n\r\n") else { return nil }
        let length =
            self[..<head.lowerBound]
            .firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        let rest = self[head.upperBound...].utf8
        guard rest.count >= length else { return nil }
        return rest.index(rest.startIndex, offsetBy: length)
    }
}

extension String {
    /// The page that a request for a list asks for, and the id of its message.
    var askedPage: (page: Int, id: Int)? {
        func number(_ name: String) -> Int? {
            firstRange(of: "\"\(name)\":").flatMap {
                Int(self[$0.upperBound...].prefix(while: \.isNumber))
            }
        }
        guard let page = number("page"), let id = number("id") else { return nil }
        return (page, id)
    }
}
