import ContactClient
import Synchronization

/// A clock that moves only when somebody waits, and keeps how long each waited.
final class MovedClock: Sendable {
    private struct State {
        var milliseconds = 1_795_694_400_000
        var waits: [Duration] = []
    }

    private let state = Mutex(State())

    var milliseconds: Int { state.withLock { $0.milliseconds } }
    var waits: [Duration] { state.withLock { $0.waits } }
    var waited: Duration { waits.reduce(.zero, +) }

    /// Sets the clock, forward or back.
    func move(by duration: Duration) {
        state.withLock { $0.milliseconds += Int(duration / .milliseconds(1)) }
    }

    /// Waiting by this clock takes no time.
    func pacing(patience: Duration = .seconds(90), random: Double = 0.5) -> RemotePacing {
        var pacing = RemotePacing(patience: patience)
        pacing.now = { [self] in milliseconds }
        pacing.random = { random }
        pacing.sleep = { [self] duration in
            state.withLock { state in
                state.milliseconds += Int(duration / .milliseconds(1))
                state.waits.append(duration)
            }
            await Task.yield()
        }
        return pacing
    }
}
