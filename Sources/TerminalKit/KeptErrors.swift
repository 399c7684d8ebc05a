import Glibc
import Screen

/// Standard error while the screen is ours: kept aside, because a line printed into the screen
/// would be painted over, and told afterwards.
struct KeptErrors: ~Copyable {
    /// How much is told, the newest part: 64 KiB.
    private static let limit = 65_536
    /// The descriptor that messages are written to.
    let descriptor: Int32
    private let kept: MemoryFile
    /// Where standard error leads when it is not kept, or −1.
    private(set) var trueErrors: Int32 = -1

    var keptDescriptor: Int32 { kept.descriptor }

    init(descriptor: Int32) throws(TerminalError) {
        self.descriptor = descriptor
        kept = try MemoryFile(name: "standard-error")
    }

    /// Starts keeping, where standard error leads to a terminal; a file gets its lines at once.
    mutating func begin() {
        guard trueErrors < 0, isatty(descriptor) == 1 else { return }
        trueErrors = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard trueErrors >= 0 else { return }
        dup2(kept.descriptor, descriptor)
    }

    /// Lets standard error lead where it did, and prints there what was kept, made safe.
    mutating func end(shaper: TextShaper) {
        guard trueErrors >= 0 else { return }
        dup2(trueErrors, descriptor)
        close(trueErrors)
        trueErrors = -1
        let text = String(decoding: kept.take(limit: Self.limit), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let safe = Array(lines.map { shaper.neutral(String($0)) }.joined(separator: "\n").utf8)
        var output = TerminalOutput(descriptor: descriptor)
        output.sendFarewell(safe)
    }
}
