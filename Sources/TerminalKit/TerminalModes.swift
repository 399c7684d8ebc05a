import CCurses
import Glibc

/// The line discipline: as the shell left it, and raw while the screen is ours.
struct TerminalModes {
    private let descriptor: Int32
    /// As the terminal was found, to be restored.
    let found: termios

    init(descriptor: Int32) throws(TerminalError) {
        self.descriptor = descriptor
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else {
            throw .system(call: "tcgetattr", code: errno)
        }
        found = modes
    }

    /// Every key arrives as it is, Ctrl-C, Ctrl-Z, Ctrl-S, Ctrl-Q and Ctrl-V among them, and
    /// every byte leaves as it is.
    func makeRaw() {
        var modes = found
        cfmakeraw(&modes)
        set(modes)
    }

    func restore() {
        set(found)
    }

    /// At once, because waiting for output to drain waits for ever on a stalled terminal.
    private func set(_ modes: termios) {
        var modes = modes
        while tcsetattr(descriptor, TCSANOW, &modes) != 0, errno == EINTR {}
    }
}
