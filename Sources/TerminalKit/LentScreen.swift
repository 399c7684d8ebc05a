import CCurses
import Glibc
import Screen

extension Terminal {
    /// What is waited for while the screen is lent.
    package enum Awaited {
        /// The end of a child that has the screen.
        case end(of: Int32)
        /// A line at the terminal.
        case line
    }

    /// Waits while the screen is lent, and heeds signals that ask for an end meanwhile.
    ///
    /// - Returns: false where the program is to end first; `events` then says why.
    package func wait(for awaited: Awaited) -> Bool {
        let descriptor: Int32
        switch awaited {
        case .end(let child):
            descriptor = ccurses_process_descriptor(child)
            // An old kernel: the child is waited for as if nothing could happen meanwhile.
            guard descriptor >= 0 else { return true }
        case .line: descriptor = dup(options.input)
        }
        defer { Glibc.close(descriptor) }
        while true {
            var requests = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            poll(&requests, nfds_t(requests.count), -1)
            collectSignals()
            if arrivals.contains(where: \.asksForEnd) { return false }
            if requests[0].revents != 0 { return true }
        }
    }
}

extension InputEvent {
    /// Whether the program is to end.
    var asksForEnd: Bool {
        switch self {
        case .terminate, .hangUp: true
        default: false
        }
    }
}
