#if Network

import NIOCore

/// The one alarm of a connection, which is put off far more often than it rings.
///
/// A later moment costs nothing: the alarm that was set rings first, sees that it is not time,
/// and sets itself anew.
final class Patience {
    private let loop: any EventLoop
    private let onEnd: () -> Void
    private var end = NIODeadline.distantFuture
    private var alarm: (time: NIODeadline, task: Scheduled<Void>)?

    /// An alarm that is not set; everything happens on `loop`.
    init(on loop: any EventLoop, onEnd: @escaping () -> Void) {
        self.loop = loop
        self.onEnd = onEnd
    }

    /// Ends at this moment instead of any other.
    func lasts(until end: NIODeadline) {
        self.end = end
        if let alarm, alarm.time <= end { return }
        set()
    }

    /// Never ends.
    func stop() {
        alarm?.task.cancel()
        alarm = nil
    }

    private func set() {
        alarm?.task.cancel()
        let task = loop.assumeIsolated().scheduleTask(deadline: end) { [weak self] () -> Void in
            self?.ring()
        }
        alarm = (end, task)
    }

    private func ring() {
        alarm = nil
        if NIODeadline.now() < end { set() } else { onEnd() }
    }
}

#endif
