import ArgumentParser
import Glibc

/// A file that is read piece by piece, or standard input for `-`.
struct ByteSource: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)
    /// How many bytes were read since the beginning.
    private(set) var position = 0
    /// Whether all of them were.
    private(set) var isAtEnd = false
    /// How many bytes there are; nil where nobody knows.
    let size: Int?
    /// Where the first byte stands; nil for what can only be read once.
    private let start: off_t?
    /// What was read once and has to be read again.
    private let spool: SpoolFile?
    private var isSecond = false

    /// Opens the file.
    ///
    /// - Parameter isReadTwice: whether `rewind` will be called.
    /// - Throws: `ExitCode` 74, after the reason was told.
    init(_ path: String, isReadTwice: Bool = false) throws {
        let descriptor = try ByteSource.opened(path)
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        self.path = path
        self.descriptor = descriptor
        size = isRegular ? Int(status.st_size) : nil
        start = isRegular ? lseek(descriptor, 0, SEEK_CUR) : nil
        spool = isReadTwice && !isRegular ? SpoolFile() : nil
    }

    private static func opened(_ path: String) throws -> Int32 {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        return descriptor
    }

    deinit { close(descriptor) }

    /// The next bytes; nil at the end.
    ///
    /// - Throws: `ExitCode` 74, after the reason was told, and 2 where it is stopped; `.notKept`.
    mutating func next() throws -> [UInt8]? {
        let bytes = isSecond ? try again() : try readOn()
        position += bytes.count
        isAtEnd = bytes.isEmpty
        return isAtEnd ? nil : bytes
    }

    /// Goes back to the first byte.
    ///
    /// - Returns: how many bytes were read.
    /// - Throws: `ExitCode` 74, after the reason was told.
    mutating func rewind() throws -> Int {
        if let start {
            guard lseek(descriptor, start, SEEK_SET) == start else {
                throw ByteSource.failure(path)
            }
        } else {
            isSecond = true
        }
        defer { (position, isAtEnd) = (0, false) }
        return position
    }

    private mutating func readOn() throws -> [UInt8] {
        while true {
            try awaitBytes()
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ByteSource.failure(path) }
            let bytes = Array(chunk[..<count])
            try spool?.append(bytes)
            return bytes
        }
    }

    private func again() throws -> [UInt8] {
        guard let spool else { return [] }
        return try spool.bytes(position..<min(position + chunk.count, spool.size))
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
