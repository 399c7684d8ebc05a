import CPlatform
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
    /// It is not waited for any longer than the program itself runs, whatever it leaves behind.
    ///
    /// - Parameters:
    ///   - isSilent: whether it has nothing of the terminal, and `endAll` ends it.
    ///   - goesOn: asked from time to time; where it says no the program is asked to end.
    /// - Returns: the exit status, as of `run`, where it failed.
    static func output(
        of words: [String], isSilent: Bool, while goesOn: () -> Bool = { true }
    ) -> Result<String, Ending> {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .failure(Ending(status: 127)) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = start(words, output: ends[1], isSilent: isSilent)
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return .failure(Ending(status: 127)) }
        if isSilent { waitedFor.withLock { _ = $0.insert(child) } }
        let isGroup = isSilent || !hasTerminal
        var bytes: [UInt8] = []
        var status: Int32?
        while status == nil {
            status = ended(child)
            read(from: ends[0], into: &bytes)
            guard !goesOn() else { continue }
            kill(isGroup ? -child : child, SIGTERM)
            status = 128 + SIGTERM
        }
        waitedFor.withLock { _ = $0.remove(child) }
        return status == 0
            ? .success(String(decoding: bytes, as: UTF8.self))
            : .failure(Ending(status: status ?? 127))
    }

    private static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The exit status of a program, as of `run`; nil while it runs.
    private static func ended(_ child: pid_t) -> Int32? {
        var status: Int32 = 0
        guard waitpid(child, &status, WNOHANG) == child else { return nil }
        return exitStatus(status)
    }

    /// Takes what a program writes, and waits for that only a moment.
    private static func read(from descriptor: Int32, into bytes: inout [UInt8]) {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var piece = [UInt8](repeating: 0, count: 4096)
        var patience: Int32 = 20
        while bytes.count < 1 << 20, poll(&source, 1, patience) > 0 {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count > 0 else {
                // Closed: its end is near.
                usleep(1000)
                return
            }
            bytes += piece[..<count]
            patience = 0
        }
    }

    /// How a program ended that failed.
    struct Ending: Error {
        let status: Int32
    }

    /// The groups of silent programs whose output is waited for.
    private static let waitedFor = Mutex<Set<pid_t>>([])

    /// Asks the programs to end whose output nobody waits for any more.
    static func endAll() {
        for group in waitedFor.withLock(\.self) { kill(-group, SIGTERM) }
    }

    private static func start(
        _ words: [String], input: Int32? = nil, output: Int32? = nil, isSilent: Bool = false
    ) -> pid_t? {
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environmentWithoutSecrets().map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        // Connections and locks are nobody else's.
        platform_close_from(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if isSilent || output != nil && !hasTerminal {
            // A group of its own, which can be ended as a whole; on a terminal Ctrl-C reaches all.
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        }
        if isSilent {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var child = pid_t()
        guard posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &variables) == 0
        else {
            return nil
        }
        return child
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return exitStatus(status)
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
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
