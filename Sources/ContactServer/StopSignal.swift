#if Network

import UnixSignals

/// The signals that end a server: SIGTERM, SIGINT of Ctrl-C, and SIGHUP of a terminal that goes.
package enum StopSignal {
    /// Waits for the first of them; returns at once when the task is cancelled.
    ///
    /// From the first call on they no longer end the process by themselves.
    package static func wait() async {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) { return }
    }
}

#endif
