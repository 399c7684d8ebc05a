import Glibc

/// The way to the terminal: whole frames, one `write` each where the kernel takes them whole.
struct TerminalOutput {
    let descriptor: Int32
    /// `write` calls made so far; tests hold frames to one each.
    private(set) var writeCount = 0
    /// Bytes the terminal has been sent so far.
    private(set) var byteCount = 0
    /// The terminal has vanished, or stalled while the program was asked to end.
    private(set) var isLost = false

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes everything, and waits as long as the terminal is slow; `isEnding` is asked after
    /// each interruption whether waiting has become pointless.
    mutating func send(_ bytes: [UInt8], isEnding: () -> Bool) {
        var rest = bytes[...]
        while !rest.isEmpty, !isLost {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            writeCount += 1
            if written >= 0 {
                byteCount += written
                rest = rest.dropFirst(written)
                // A signal cuts a blocked write short without an error.
                isLost = !rest.isEmpty && isEnding()
            } else if errno == EAGAIN {
                waitUntilWritable(milliseconds: 100)
                isLost = isEnding()
            } else {
                isLost = errno != EINTR || isEnding()
            }
        }
    }

    /// Writes what ends a session, unless the terminal takes nothing any more.
    mutating func sendFarewell(_ bytes: [UInt8]) {
        guard waitUntilWritable(milliseconds: 200) else { return }
        isLost = false
        send(bytes) { true }
    }

    @discardableResult
    private func waitUntilWritable(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, milliseconds) > 0 && request.revents & Int16(POLLOUT) != 0
    }
}
