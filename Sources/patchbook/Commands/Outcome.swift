import Dispatch
import Synchronization

/// Carries what a task ended with to a thread that waits for it.
final class Outcome: Sendable {
    private let result = Mutex<Result<Void, any Error>?>(nil)
    private let end = DispatchSemaphore(value: 0)

    func finish(_ result: Result<Void, any Error>) {
        self.result.withLock { $0 = result }
        end.signal()
    }

    func wait() -> Result<Void, any Error> {
        end.wait()
        return result.withLock { $0 } ?? .success(())
    }
}
