import Glibc

/// Starting programs that are found in the path.
enum Spawning {
    /// Starts a program; nil where it cannot be started.
    ///
    /// - Parameters:
    ///   - flags: of `posix_spawnattr_setflags`.
    ///   - prepare: says what its descriptors are.
    static func start(
        _ arguments: [String], flags: Int16 = 0,
        _ prepare: (inout posix_spawn_file_actions_t) -> Void
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        prepare(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, flags)
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let result = posix_spawnp(
            &process, arguments[0], &actions, &attributes, &words, environ)
        return result == 0 ? process : nil
    }
}
