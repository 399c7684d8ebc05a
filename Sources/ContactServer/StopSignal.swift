#if Network

import UnixSignals

/// The signals that end a server: SIGTERM, SIGINT of Ctrl-C, and SIGHUP of a terminal that goes.
package struct StopSignal: Sendable {
    private let signals: UnixSignalsSequence

    /// From here on they no longer end the process by themselves.
    package init() async {
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }

    /// Waits for the first of them; returns at once when the task is cancelled.
    package func wait() async {
        for await _ in signals { return }
    }
}

#endif
