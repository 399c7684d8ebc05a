#if Network

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Waits for HTTP connections and hands requests to a responder.
///
/// A head must arrive within one deadline and a request within another, an idle connection is
/// closed, and heads, bodies and the number of connections are bounded: a client that stops in
/// the middle costs one of them for a while, and nobody else is kept waiting by it.
package struct Listener: Sendable {
    /// The bounds of connections and requests.
    package struct Limits: Sendable {
        /// The most bytes of a body.
        package var bodyBytes = 1 << 20
        /// The most bytes of a head.
        package var headBytes = 32 << 10
        /// The most bytes of a path with its query.
        package var targetBytes = 8 << 10
        /// How long a head may take to arrive, and the first byte on a new connection.
        package var headDeadline = Duration.seconds(10)
        /// How long a request may take to arrive, its head included; an answer may take as long
        /// again.
        package var requestDeadline = Duration.seconds(30)
        /// How long a connection may rest between requests.
        package var idle = Duration.seconds(60)
        /// How long a client that is refused may go on sending before it is cut off.
        package var linger = Duration.seconds(2)
        /// How many connections may be open; beyond, the one that rested longest gives way.
        package var connections = 512
        /// How long requests may go on after the stop.
        package var farewell = Duration.seconds(5)

        /// The customary limits.
        package init() {}
    }

    private let responder: Responder
    private let address: ListenAddress
    private let limits: Limits
    private let log: @Sendable (AccessLine) -> Void

    /// A listener that is not listening yet; `log` hears of every request that was answered.
    package init(
        responder: Responder, address: ListenAddress = .standard, limits: Limits = Limits(),
        log: @escaping @Sendable (AccessLine) -> Void = { _ in }
    ) {
        self.responder = responder
        self.address = address
        self.limits = limits
        self.log = log
    }

    /// Listens until `stop` returns, then lets the requests under way end and closes everything.
    ///
    /// - Parameters:
    ///   - stop: returns when it is time to stop, or at once when its task is cancelled.
    ///   - onListening: called once with the port, when connections are taken.
    /// - Throws: `ListenFailure` where the address cannot be had.
    package func run(
        until stop: @escaping @Sendable () async -> Void,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws(ListenFailure) {
        let server = makeServer(onListening)
        let outcome = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                do {
                    try await server.run()
                    return .closed
                } catch {
                    return .failed(
                        (error as? IOError)?.errnoCode, String(describing: error))
                }
            }
            group.addTask {
                await stop()
                await Listener.closing(server, within: limits.farewell)
                return .stopped
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        if case .failed(let code, let reason) = outcome {
            throw ListenFailure(address: address, code: code, reason: reason)
        }
    }

    private enum Ending: Sendable {
        case closed
        case failed(Int32?, String)
        case stopped
    }

    private static func closing(
        _ server: Server<ConnectionSetup>, within limit: Duration
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.shutdownGracefully() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func makeServer(
        _ onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) -> Server<ConnectionSetup> {
        let setup = ConnectionSetup(
            terms: Connection.Terms(responder: responder, limits: limits, log: log),
            crowd: Crowd(limit: limits.connections))
        // The access log is ours; the library's own lines would hold what clients sent.
        let silence = Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() }
        return Server(
            childChannelSetup: setup,
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? address.port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silence)
    }
}

/// Makes a connection of every channel that is accepted.
private struct ConnectionSetup: ServerChildChannel {
    let terms: Connection.Terms
    let crowd: Crowd

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.eventLoop.makeCompletedFuture {
            var bounds = NIOHTTPDecoderLimitConfiguration()
            bounds.maxHeaderFieldSize = terms.limits.headBytes
            bounds.maxHeaderListSize = terms.limits.headBytes
            let decoder = HTTPRequestDecoder(
                leftOverBytesStrategy: .dropBytes, limitConfiguration: bounds)
            let connection = Connection(terms, crowd, crowd.admit(channel))
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ArrivalWatch(connection))
            try pipeline.addHandler(ByteToMessageHandler(decoder))
            try pipeline.addHandler(connection)
            return Accepted(channel: channel)
        }
    }

    func handle(value: Accepted, logger: Logger) async {
        await withTaskCancellationHandler {
            // How it ended is nobody's concern any more.
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}

/// A channel that serves itself.
private struct Accepted: ServerChildChannelValue {
    let channel: any Channel
}

#endif
