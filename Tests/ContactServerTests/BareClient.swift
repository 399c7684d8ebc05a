import NIOCore
import NIOPosix

/// Speaks bytes to a listener and keeps all that comes back until the connection ends.
enum BareClient {
    /// Sends the parts, each after the one before has been answered by anything, and reads on
    /// until the other side closes.
    static func talk(_ port: Int, _ parts: [String]) async throws -> String {
        try await connect(port).executeThenClose { inbound, outbound in
            var answer = ""
            var rest = parts[...]
            do {
                if let first = rest.popFirst() {
                    try await outbound.write(ByteBuffer(string: first))
                }
                for try await bytes in inbound {
                    answer += String(buffer: bytes)
                    if let next = rest.popFirst() {
                        try await outbound.write(ByteBuffer(string: next))
                    }
                }
            } catch is IOError {
                // A reset ends a connection as well as a close does.
            } catch is ChannelError {
                // So does one that was closed before anything could be written.
            }
            return answer
        }
    }

    /// Sends `start` and then a letter every few milliseconds until the other side has had
    /// enough; answers with what it said.
    static func drip(_ port: Int, _ start: String) async throws -> String {
        try await connect(port).executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: start))
            let dripping = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(10))
                    try await outbound.write(ByteBuffer(string: "x"))
                }
            }
            defer { dripping.cancel() }
            var answer = ""
            do {
                for try await bytes in inbound { answer += String(buffer: bytes) }
            } catch is IOError {
                // A reset ends a connection as well as a close does.
            }
            return answer
        }
    }

    /// Keeps a connection open while `story` runs.
    static func withConnection<T>(
        _ port: Int, _ story: (OpenConnection) async throws -> T
    ) async throws -> T {
        try await connect(port).executeThenClose { inbound, outbound in
            let (pieces, came) = AsyncStream<Void>.makeStream()
            let reading = Task {
                defer { came.finish() }
                for try await _ in inbound { came.yield() }
            }
            defer { reading.cancel() }
            return try await story(OpenConnection(outbound: outbound, pieces: pieces))
        }
    }

    private static func connect(
        _ port: Int
    ) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
    }
}

/// A connection over which one request after the other is sent.
struct OpenConnection: Sendable {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    /// One for each piece that came.
    fileprivate let pieces: AsyncStream<Void>

    /// Sends a request and waits for the first piece of its answer; false where none came.
    @discardableResult func ask(_ request: String) async throws -> Bool {
        try await outbound.write(ByteBuffer(string: request))
        for await _ in pieces { return true }
        return false
    }

    /// Waits until the other side closes.
    func untilClosed() async {
        for await _ in pieces {}
    }
}
