import ContactStore

extension LocalClient {
    /// As many steps are folded even while more keep coming.
    package static let stepsBeforeFolding = 10_000

    /// Makes edits part of the file, for those who look at it with other programs: at the first
    /// pause in which nobody edits, or when many have gathered. Goes on until it is cancelled.
    ///
    /// - Parameters:
    ///   - pause: waits between two looks, customarily two seconds; throws to end it.
    ///   - onFailure: told where folding failed; it is tried again after the next pause.
    package func keepFolded(
        pause: () async throws -> Void, onFailure: (ClientError) -> Void = { _ in }
    ) async {
        var seen = 0
        var hasFolded = false
        while (try? await pause()) != nil, !Task.isCancelled {
            // By now nobody looks at the contacts as they were before.
            if hasFolded { Store.giveMemoryBack() }
            hasFolded = false
            let steps = store.unfoldedSteps
            if steps > 0, steps == seen || steps >= LocalClient.stepsBeforeFolding {
                do throws(ClientError) {
                    try translated { () throws(StoreError) in try store.foldIfDue() }
                    hasFolded = store.unfoldedSteps < steps
                } catch {
                    onFailure(error)
                }
            }
            seen = store.unfoldedSteps
        }
    }
}
