import Glibc

/// A program that was run to its end.
struct Child {
    /// What it wrote to standard output.
    let output: String
    let status: Int32
    /// User and system time, in milliseconds.
    let cpu: Double
    /// Milliseconds from start to end.
    let wall: Double
    /// The most bytes of memory that it held at once.
    let peak: Int

    /// Runs a program found in the path with these arguments; nil where it cannot be started.
    ///
    /// - Parameter input: a file that stands at its standard input.
    init?(_ arguments: [String], input: String = "/dev/null") {
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { return nil }
        let start = Stopwatch.wall
        let process = Spawning.start(arguments) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_addclose(&actions, pipe[0])
            posix_spawn_file_actions_addclose(&actions, pipe[1])
        }
        close(pipe[1])
        let output = process == nil ? "" : Child.text(from: pipe[0])
        close(pipe[0])
        guard let process else { return nil }
        var usage = rusage()
        var state: Int32 = 0
        while wait4(process, &state, 0, &usage) < 0 && errno == EINTR {}
        self.output = output
        status = state
        cpu = Stopwatch.milliseconds(usage)
        peak = usage.ru_maxrss * 1024
        wall = Stopwatch.wall - start
    }

    private static func text(from descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}

/// The time that passes, and the time that this process takes of a processor.
enum Stopwatch {
    /// Milliseconds of a clock that only goes forward.
    static var wall: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    /// Milliseconds of user and system time.
    static var cpu: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    static func milliseconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3
    }
}
