import Glibc
import TestGround
import Testing

/// The home of one test: a folder for its files, and the environment its programs run in.
final class Home {
    private let scratch: Scratch
    /// The folder that programs run in.
    let folder: String
    /// Variables beside those that every program gets.
    var variables: [String: String] = [:]

    init() throws {
        scratch = try Scratch()
        folder = scratch.path + "/shop"
        try Home.make(folder)
        try Home.make(scratch.path + "/bin")
        try write(
            "bin/book",
            """
            #!/bin/sh
            echo $$ >"$HOME/editor.pid"
            exec '\(Program.path)' "$@"

            """)
        try write("shrc", "PS1='ready> '\n")
        chmod(scratch.path + "/bin/book", 0o755)
    }

    private static func make(_ folder: String) throws {
        guard mkdir(folder, 0o700) == 0 else { throw ScratchFailure(code: errno) }
    }

    /// The whole environment, as `NAME=value`: nothing of the person who runs the tests.
    var environment: [String] {
        var all = [
            "HOME": scratch.path, "XDG_CONFIG_HOME": scratch.path + "/config",
            "XDG_DATA_HOME": scratch.path + "/data", "XDG_STATE_HOME": scratch.path + "/state",
            "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no",
            "ENV": scratch.path + "/shrc", "TZ": "UTC",
            "PATH": scratch.path + "/bin:/usr/local/bin:/usr/bin:/bin",
        ]
        all.merge(variables) { _, new in new }
        return all.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// The path of what belongs to the home, not to the shop.
    func path(_ name: String) -> String { scratch.path + "/" + name }

    /// Writes a file below the home, and makes the folder that it names.
    func write(_ name: String, _ text: String) throws {
        if let slash = name.lastIndex(of: "/") {
            mkdir(path(String(name[..<slash])), 0o700)
        }
        _ = try scratch.file(name, text)
    }

    /// Writes a file into the folder that programs run in.
    func put(_ name: String, _ text: String) throws {
        try write("shop/" + name, text)
    }

    /// The text of a file in the folder that programs run in.
    func text(_ name: String) throws -> String {
        try Scratch.text(at: folder + "/" + name)
    }

    /// The permissions of a file in that folder, such as `600`; nil where there is none.
    func mode(_ name: String) -> String? {
        var status = stat()
        guard lstat(folder + "/" + name, &status) == 0 else { return nil }
        return String(status.st_mode & 0o7777, radix: 8)
    }

    /// Everything in that folder.
    var names: [String] { Scratch.names(in: folder) }

    /// The text of every draft that is kept.
    var drafts: [String] {
        let folder = path("state/patchbook/drafts")
        return Scratch.names(in: folder).filter { $0.hasSuffix(".json") }
            .compactMap { try? Scratch.text(at: "\(folder)/\($0)") }
    }
}

extension Home {
    /// Holds what tells others that somebody has a file open, so that nobody folds it.
    func heldOpen(_ name: String) throws -> Int32 {
        let file = open("\(folder)/\(name).lock", O_RDWR | O_CREAT, 0o600)
        var lock = flock()
        lock.l_type = Int16(F_RDLCK)
        lock.l_start = 1
        lock.l_len = 1
        try #require(fcntl(file, F_SETLK, &lock) == 0)
        return file
    }
}
