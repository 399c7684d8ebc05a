import CPlatform
import Glibc

/// A program on a terminal of its own, and how long it takes to paint.
final class PaintedProgram {
    /// Milliseconds from its start until it had written its first screen and fell silent.
    private(set) var firstPaint = 0.0

    private let terminal: Int32
    private let process: pid_t

    /// How long a program that has painted says nothing: no pause within a first screen is as
    /// long.
    private static let silence: Int32 = 200
    /// The same after a key.
    private static let pause: Int32 = 50
    /// `POSIX_SPAWN_SETSID` of spawn.h, which Swift's Glibc module leaves out.
    private static let newSession: Int16 = 0x80
    /// How long the first byte may take.
    private static let patience: Int32 = 30_000

    /// Starts a program found in the path on a terminal and waits for its first screen; nil where
    /// it cannot be started or paints nothing.
    init?(_ arguments: [String], columns: UInt16 = 80, rows: UInt16 = 24) {
        guard let terminal = PaintedProgram.terminal(columns, rows) else { return nil }
        let start = Stopwatch.wall
        guard let process = PaintedProgram.spawn(arguments, on: terminal.path) else {
            close(terminal.descriptor)
            return nil
        }
        self.terminal = terminal.descriptor
        self.process = process
        guard let painted = painted(since: start, PaintedProgram.silence) else { return nil }
        firstPaint = painted
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        close(terminal)
    }

    /// Waits until it has said nothing for so many milliseconds.
    func rest(_ silence: Int32) {
        _ = painted(since: Stopwatch.wall, silence, patience: silence)
    }

    /// Types keys as a terminal sends them, and answers the milliseconds until all that follows
    /// was painted; nil where nothing was.
    func press(_ keys: String) -> Double? {
        let bytes = Array(keys.utf8)
        let start = Stopwatch.wall
        guard write(terminal, bytes, bytes.count) == bytes.count else { return nil }
        return painted(since: start, PaintedProgram.pause)
    }

    /// Milliseconds until the last byte before it falls silent; nil where there comes none.
    private func painted(
        since start: Double, _ silence: Int32, patience: Int32 = PaintedProgram.patience
    ) -> Double? {
        var last: Double?
        var poll = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        var piece = [UInt8](repeating: 0, count: 65_536)
        while Glibc.poll(&poll, 1, last == nil ? patience : silence) > 0 {
            guard read(terminal, &piece, piece.count) > 0 else { return nil }
            last = Stopwatch.wall
        }
        return last.map { $0 - start }
    }

    /// The near end of a new terminal, and the name of its far end.
    private static func terminal(
        _ columns: UInt16, _ rows: UInt16
    ) -> (descriptor: Int32, path: String)? {
        var name = [CChar](repeating: 0, count: 128)
        let descriptor = platform_terminal(columns, rows, &name, name.count)
        guard descriptor >= 0 else { return nil }
        let path = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (descriptor, String(decoding: path, as: UTF8.self))
    }

    /// The first terminal that the leader of a session opens is the one it belongs to.
    private static func spawn(_ arguments: [String], on path: String) -> pid_t? {
        Spawning.start(arguments, flags: newSession) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        }
    }
}
