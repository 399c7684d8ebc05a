import CCurses
import Glibc

/// A file in memory that collects what others write to its descriptor, until it is taken.
struct MemoryFile: ~Copyable {
    let descriptor: Int32

    init(name: String) throws(TerminalError) {
        descriptor = ccurses_memory_file(name)
        guard descriptor >= 0 else { throw .system(call: "memfd_create", code: errno) }
        // Appending keeps writers right after the file has been emptied underneath them.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_APPEND)
    }

    deinit {
        close(descriptor)
    }

    /// Takes what has been written since the last time, at most the newest `limit` bytes.
    func take(limit: Int = .max) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return [] }
        let size = Int(status.st_size)
        let count = min(size, limit)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, pread(descriptor, buffer.baseAddress, count, size - count))
        }
        ftruncate(descriptor, 0)
        return bytes
    }
}
