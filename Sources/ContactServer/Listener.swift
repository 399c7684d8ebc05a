#if Network

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// Waits for HTTP connections and hands requests to a responder.
///
/// A request must arrive whole within a deadline, an idle connection is closed, a body is bounded
/// and so is the number of connections: a client that stops in the middle costs one of them for
/// a while and nothing else.
package struct Listener: Sendable {
    /// The bounds of connections and requests.
    package struct Limits: Sendable {
        /// The most bytes of a body.
        package var bodyBytes = 1 << 20
        /// How long a request may take to arrive; an answer may take as long again.
        package var requestDeadline = Duration.seconds(30)
        /// How long a connection may rest between requests.
        package var idle = Duration.seconds(60)
        /// How many connections may be open; more wait in the system's queue.
        package var connections = 512
        /// How long requests may go on after the stop.
        package var farewell = Duration.seconds(10)

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
        _ server: Server<HTTP1Channel>, within limit: Duration
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
    ) -> Server<HTTP1Channel> {
        let channel = HTTP1Channel(
            responder: { request, writer, channel in
                let exchange = ServerExchange(
                    responder: responder, limits: limits, log: log, channel: channel)
                try await exchange.run(request, writer)
            },
            configuration: .init(idleTimeout: TimeAmount(limits.idle)))
        // The access log is ours; the library's own lines would hold what clients sent.
        let silence = Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() }
        return Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connections, logger: silence)),
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? address.port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silence)
    }
}

#endif
