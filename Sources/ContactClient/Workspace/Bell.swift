import Synchronization

/// Wakes the one task that waits, at once or when it begins to wait.
final class Bell: Sendable {
    private let rings: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (rings, source) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() {
        source.yield()
    }

    /// Returns at a ring, or after a time.
    func wait(atMost time: Duration) async {
        let alarm = Task { [source] in
            try await Task.sleep(for: time)
            source.yield()
        }
        defer { alarm.cancel() }
        for await _ in rings { return }
    }
}
