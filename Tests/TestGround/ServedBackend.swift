package import ContactServer

/// Runs a listener on a port, of this machine's choosing where it is 0, while `story` runs, and
/// stops it after.
///
/// - Throws: what the story throws, or that nothing could be listened on.
package func withListener(
    _ responder: Responder, port: Int = 0, limits: Listener.Limits = Listener.Limits(),
    log: @escaping @Sendable (AccessLine) -> Void = { _ in },
    _ story: (_ port: Int) async throws -> Void
) async throws {
    let (ports, opened) = AsyncStream<Int>.makeStream()
    let (stops, stopped) = AsyncStream<Never>.makeStream()
    let listener = Listener(
        responder: responder, address: ListenAddress(host: "127.0.0.1", port: port),
        limits: limits, log: log)
    let running = Task {
        defer { opened.finish() }
        try await listener.run(
            until: { for await _ in stops {} }, onListening: { opened.yield($0) })
    }
    var failure: (any Error)?
    var iterator = ports.makeAsyncIterator()
    if let port = await iterator.next() {
        do { try await story(port) } catch { failure = error }
    }
    stopped.finish()
    try await running.value
    if let failure { throw failure }
}
