import CCurses
import Glibc

/// Signals as bytes in a pipe, so that the loop reads them between two keys.
final class SignalPipe {
    private(set) var readEnd: Int32
    private let writeEnd: Int32

    /// Starts watching; one process can have one such pipe.
    init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        ccurses_signals_watch(writeEnd)
    }

    deinit {
        release()
    }

    /// Gives signals back to who had them before; nothing comes any more.
    func release() {
        guard readEnd >= 0 else { return }
        ccurses_signals_release()
        close(readEnd)
        close(writeEnd)
        readEnd = -1
    }

    /// The signals that have come since the last time, in order.
    func take() -> [Int32] {
        var block = [UInt8](repeating: 0, count: 256)
        let count = read(readEnd, &block, block.count)
        return block.prefix(max(0, count)).map(Int32.init)
    }
}
