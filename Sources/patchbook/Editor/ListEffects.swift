import ContactClient
import ContactStore
import ContactUI
import Synchronization
import TerminalKit

extension EffectPerformer {
    /// Makes a listing; one that was asked for before and is still being made is not wanted any
    /// more. A listing that takes long tells how far it has come.
    func list(_ request: Int, _ wanted: ListRequest) {
        let before = underway.withLock { underway -> Task<Void, Never>? in
            defer {
                underway = Task.detached { [self] in
                    let pace = Pace()
                    let work = LongWork { [self] part in
                        guard let percent = pace.percent(part) else { return }
                        inbox.send(.searching(request: request, percent: percent))
                    }
                    await LongWork.$current.withValue(work) {
                        await makeListing(request, wanted)
                    }
                }
            }
            return underway
        }
        before?.cancel()
    }

    private func makeListing(_ request: Int, _ wanted: ListRequest) async {
        guard let backend = openBackend else { return }
        let shown = wanted.shown.flatMap { listings[$0]?.reading }
        if let glimpse = wanted.glimpse(from: backend, shown: shown) {
            inbox.send(.glimpsed(request: request, glimpse))
        }
        let result = await attempt { () async throws(ClientError) in
            try await listings.make(wanted, from: backend)
        }
        // What was found before it was ended is only a part.
        if !Task.isCancelled { inbox.send(.listed(request: request, result)) }
    }
}

/// Lets a tenth of a second pass between two pieces of news about one piece of work.
private final class Pace: Sendable {
    private let told = Mutex(ContinuousClock.now)

    /// What is to be told now; nil where something was told just before.
    func percent(_ part: Double) -> Int? {
        told.withLock { told in
            let now = ContinuousClock.now
            guard now - told > .milliseconds(100) else { return nil }
            told = now
            return Int(part * 100)
        }
    }
}
