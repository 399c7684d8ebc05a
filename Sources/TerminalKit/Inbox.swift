import CCurses
import Glibc
import Synchronization

/// Where background tasks leave messages for the main thread.
///
/// Any thread may send; the main thread waits for the descriptor beside the keyboard, and takes
/// what has come in the order in which it was sent.
package final class Inbox<Message: Sendable>: Sendable {
    /// Readable while something may be waiting.
    package let wakeDescriptor: WakeDescriptor
    private let waiting = Mutex<[Message]>([])

    /// An empty inbox.
    ///
    /// - Throws: `.system` where no descriptor is left.
    package init() throws(TerminalError) {
        wakeDescriptor = try WakeDescriptor()
    }

    deinit {
        wakeDescriptor.close()
    }

    /// Adds a message and wakes the main thread.
    package func send(_ message: Message) {
        let isFirst = waiting.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if isFirst { wakeDescriptor.raise() }
    }

    /// Takes everything that waits, oldest first.
    package func drain() -> [Message] {
        waiting.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}

/// A kernel counter that makes a waiting `poll` return.
package struct WakeDescriptor: Sendable {
    let descriptor: Int32

    init() throws(TerminalError) {
        descriptor = ccurses_event_counter()
        guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
    }

    func raise() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    func close() {
        _ = Glibc.close(descriptor)
    }
}
