import ArgumentParser
import Glibc

/// A file that is read piece by piece, or standard input for `-`.
struct ByteSource: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)
    /// How many bytes were read.
    private(set) var position = 0
    /// How many bytes there are; nil where nobody knows.
    let size: Int?

    /// Opens the file.
    ///
    /// - Throws: `ExitCode` 74, after the reason was told.
    init(_ path: String) throws {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        let isRegular =
            descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isRegular ? Int(status.st_size) : nil
        guard descriptor >= 0 else { throw ByteSource.failure(path) }
    }

    deinit { close(descriptor) }

    /// The next bytes; nil at the end.
    ///
    /// - Throws: `ExitCode` 74, after the reason was told, and 2 where it is stopped.
    mutating func next() throws -> [UInt8]? {
        while true {
            try awaitBytes()
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ByteSource.failure(path) }
            position += count
            return count == 0 ? nil : Array(chunk[..<count])
        }
    }

    /// Waits for whoever writes into a pipe, so that Ctrl-C is heard meanwhile.
    private func awaitBytes() throws {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        repeat { try Interruption.check() } while poll(&wait, 1, ByteSource.patience) == 0
    }

    /// How many milliseconds pass between two looks whether it is stopped.
    private static let patience: Int32 = 100

    private static func failure(_ path: String) -> ExitCode {
        Streams.complain("\(path): \(String(cString: strerror(errno)))")
        return ExitCode(74)
    }
}
