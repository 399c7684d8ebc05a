import Glibc

/// Where files of this user live (XDG Base Directory Specification).
enum UserPaths {
    /// `config.toml`, or what PATCHBOOK_CONFIG names.
    static var configuration: String {
        environment("PATCHBOOK_CONFIG") ?? settings + "/config.toml"
    }

    /// The folder of key sets and themes of one's own.
    static var settings: String { base("XDG_CONFIG_HOME", ".config") }

    /// The contacts where nothing else is said.
    static var contacts: String { base("XDG_DATA_HOME", ".local/share") + "/contacts.json" }

    /// Drafts and what the editor remembers.
    static var state: String { base("XDG_STATE_HOME", ".local/state") }

    /// What is known here of remote workspaces, and what waits to be sent to them.
    static var mirrors: String { state + "/mirrors" }

    /// What our processes know of the quotas of services.
    static var quotas: String { state + "/quotas" }

    private static func base(_ variable: String, _ fallback: String) -> String {
        (environment(variable) ?? home + "/" + fallback) + "/patchbook"
    }

    /// The home folder.
    static var home: String { environment("HOME") ?? "/" }

    /// A variable of the environment; nil where it is empty.
    static func environment(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else {
            return nil
        }
        return value
    }

    /// A path as people write it in a configuration: `~/` is their home folder.
    static func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? home + path.dropFirst(1) : path
    }

    /// A path as titles show it.
    static func shortened(_ path: String) -> String {
        path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }

    /// Makes a folder and those above it, for this user alone.
    static func makeFolder(_ path: String) {
        var part = ""
        for name in path.split(separator: "/") {
            part += "/" + name
            mkdir(part, 0o700)
        }
    }

    /// The folder that a file is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Small files of our own, read and written whole.
enum SmallFile {
    private static let limit = 64 << 20

    /// The bytes of a file; nil where it is missing, unreadable or larger than 64 MB.
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            bytes += piece[..<count]
            if bytes.count > limit { return nil }
        }
        return ferror(file) == 0 ? bytes : nil
    }

    /// Writes a file for this user alone, whole or not at all.
    ///
    /// - Returns: false, and `errno` set, where that fails.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        UserPaths.makeFolder(UserPaths.folder(of: path))
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            done += count
        }
        let isWritten = done == bytes.count && fsync(file) == 0
        let code = errno
        close(file)
        if isWritten, rename(temporary, path) == 0 { return true }
        if !isWritten { errno = code }
        let cause = errno
        unlink(temporary)
        errno = cause
        return false
    }
}
