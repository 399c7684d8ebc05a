import Glibc

/// A server that runs until it is stopped.
final class Service {
    private let process: pid_t
    /// The first line that it wrote to standard error, which tells where it listens.
    let greeting: String

    /// Starts a program found in the path; nil where it cannot be started.
    ///
    /// - Parameter greets: whether to wait for its first line.
    init?(_ arguments: [String], greets: Bool) {
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { return nil }
        let process = Spawning.start(arguments) { actions in
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO)
            posix_spawn_file_actions_addclose(&actions, pipe[0])
            posix_spawn_file_actions_addclose(&actions, pipe[1])
        }
        close(pipe[1])
        // Its other lines are not read; a closed pipe would end it.
        guard let process, let errors = fdopen(pipe[0], "r") else { return nil }
        self.process = process
        var line = [CChar](repeating: 0, count: 1024)
        if greets { fgets(&line, 1024, errors) }
        greeting = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    /// Bytes of memory that it holds and no other process shares.
    var privateBytes: Int { Memory.privateBytes(of: "\(process)") }

    func stop() {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }
}

/// What the kernel tells of a process's memory.
enum Memory {
    /// Bytes that no other process shares.
    static func privateBytes(of process: String) -> Int {
        guard let file = fopen("/proc/\(process)/smaps_rollup", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        var sum = 0
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            guard text.hasPrefix("Private_") else { continue }
            sum += text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return sum * 1024
    }
}
