import Glibc
import Synchronization

/// Other programs, run in the foreground; they inherit no token.
enum ChildProcess {
    /// Variables that hold tokens and are nobody else's.
    private static let secrets = Mutex<Set<String>>(["QYVO_TOKEN", "PATCHBOOK_SERVE_TOKEN"])

    /// Keeps variables from every program that is run from now on.
    static func withhold(_ variables: Set<String>) {
        secrets.withLock { $0.formUnion(variables) }
    }

    /// Runs a program and waits for it.
    ///
    /// - Returns: its exit status; 128 and the number of the signal that ended it; 127 where it
    ///   could not be started.
    static func run(_ words: [String]) -> Int32 {
        guard let child = start(words) else { return 127 }
        return wait(for: child)
    }

    /// Runs a program that has the terminal; `hasEnded` waits for it, and says false where this
    /// program is to end first. It is then asked to end too, and left where it does not soon.
    ///
    /// - Returns: as `run`; nil where this program is to end.
    static func run(_ words: [String], until hasEnded: (pid_t) -> Bool) -> Int32? {
        guard let child = start(words) else { return 127 }
        guard !hasEnded(child) else { return wait(for: child) }
        kill(child, SIGTERM)
        for _ in 0..<patience where waitpid(child, nil, WNOHANG) == 0 { usleep(20_000) }
        return nil
    }

    /// How often an ending program is looked after, every 20 ms.
    private static let patience = 100

    /// Runs a program, gives it text on standard input, and waits for it.
    ///
    /// - Returns: as `run`.
    static func run(_ words: [String], reading text: String) -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return 127 }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = start(words, input: ends[0])
        close(ends[0])
        let bytes = Array(text.utf8)
        if child != nil { _ = write(ends[1], bytes, bytes.count) }
        close(ends[1])
        return child.map(wait) ?? 127
    }

    /// Runs a program and takes what it writes to standard output, at most a megabyte.
    ///
    /// - Returns: nil where it failed.
    static func output(of words: [String]) -> String? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = start(words, output: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return nil }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = read(ends[0], &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes += piece[..<count]
        }
        return wait(for: child) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func start(
        _ words: [String], input: Int32? = nil, output: Int32? = nil
    ) -> pid_t? {
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environmentWithoutSecrets().map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        var child = pid_t()
        guard posix_spawnp(&child, words[0], &actions, nil, &arguments, &variables) == 0 else {
            return nil
        }
        return child
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private static func environmentWithoutSecrets() -> [String] {
        let secrets = secrets.withLock(\.self)
        var variables: [String] = []
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            let name = String(text.prefix { $0 != "=" })
            if !secrets.contains(name) { variables.append(text) }
            pointer += 1
        }
        return variables
    }
}
