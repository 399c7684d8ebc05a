import NIOCore
import NIOPosix

/// Speaks bytes to a listener and keeps all that comes back until the connection ends.
enum BareClient {
    /// Sends the parts, each after the one before has been answered by anything, and reads on
    /// until the other side closes.
    static func talk(_ port: Int, _ parts: [String]) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
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
}
