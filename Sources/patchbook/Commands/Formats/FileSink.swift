import ArgumentParser
import CPlatform
import Glibc

/// A file that is there whole or not at all: it is written under another name beside its own,
/// and takes its name when it is finished.
///
/// A file that stood there keeps its mode; a new one is readable by its owner alone. What is no
/// regular file, such as a pipe, is written as it is. Until it is finished it has no name at all,
/// where the system can do that (Linux 3.11): nothing is left of it whatever ends the program.
final class FileSink {
    private let path: String
    private var temporary: String?
    private let isUnnamed: Bool
    private let descriptor: Int32
    private var bytes: [UInt8] = []

    /// Begins the file.
    ///
    /// - Throws: `ExitCode` 74, after the reason was told.
    init(_ path: String) throws {
        let resolved = FileSink.resolved(path)
        self.path = resolved
        var status = stat()
        let exists = stat(resolved, &status) == 0
        guard !exists || status.st_mode & S_IFMT == S_IFREG else {
            isUnnamed = false
            descriptor = open(resolved, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileSink.failure(path) }
            return
        }
        let unnamed = platform_open_unnamed(UserPaths.folder(of: resolved))
        isUnnamed = unnamed >= 0
        if isUnnamed {
            descriptor = unnamed
        } else {
            guard let made = TemporaryPlace.file(resolved + ".") else {
                throw FileSink.failure(path)
            }
            descriptor = made.descriptor
            temporary = made.path
        }
        if exists { fchmod(descriptor, status.st_mode & 0o7777) }
    }

    /// Writes text.
    ///
    /// - Throws: `ExitCode` 74, after the reason was told.
    func write(_ text: String) throws {
        bytes += text.utf8
        if bytes.count >= 1 << 16 { try drain() }
    }

    /// Gives the file its name.
    func finish() throws {
        try drain()
        guard isUnnamed || temporary != nil else { return }
        guard fsync(descriptor) == 0 else { throw FileSink.failure(path) }
        if isUnnamed { try name() }
        guard let temporary, rename(temporary, path) == 0 else { throw FileSink.failure(path) }
    }

    /// A file without a name cannot take that of another at once.
    private func name() throws {
        for _ in 0..<100 {
            let name = "\(path).\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
            if platform_name(descriptor, name) == 0 {
                temporary = name
                return
            }
            guard errno == EEXIST else { break }
        }
        throw FileSink.failure(path)
    }

    /// Takes away what was begun.
    func discard() {
        if let temporary { unlink(temporary) }
    }

    deinit { close(descriptor) }

    private func drain() throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileSink.failure(path) }
            done += count
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func failure(_ path: String) -> ExitCode {
        Streams.complain("\(path): \(String(cString: strerror(errno)))")
        return ExitCode(74)
    }
}
