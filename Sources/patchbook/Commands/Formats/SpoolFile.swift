package import ContactFormats
import Glibc
import Synchronization

/// A spool whose first bytes stand in memory, and which becomes a file without a name once there
/// are more: in the folder that `TMPDIR` says, else in `/var/tmp`, which is a disk.
package final class SpoolFile: Spool {
    private struct State {
        /// What is not in the file.
        var memory: [UInt8] = []
        /// How many bytes are in the file.
        var written = 0
        var descriptor: Int32 = -1
        /// A part of the file that was read.
        var window: [UInt8] = []
        var windowStart = 0
    }

    private let state = Mutex(State())
    private let memoryLimit: Int

    /// An empty spool; so many bytes are kept in memory.
    package init(memoryLimit: Int = 1 << 20) {
        self.memoryLimit = memoryLimit
    }

    deinit { state.withLock { _ = $0.descriptor < 0 ? 0 : close($0.descriptor) } }

    package var size: Int { state.withLock { $0.written + $0.memory.count } }

    /// The bytes that it holds in memory.
    package var held: Int { state.withLock { $0.memory.count + $0.window.count } }

    package func append(_ bytes: [UInt8]) throws(FormatError) {
        let code = state.withLock { state in
            state.memory += bytes
            return state.memory.count < memoryLimit ? 0 : SpoolFile.drain(&state)
        }
        guard code == 0 else { throw .notKept(code: code) }
    }

    package func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
        let result = state.withLock { state -> Result<[UInt8], FormatError> in
            if range.lowerBound >= state.written {
                let start = range.lowerBound - state.written
                return .success(Array(state.memory[start..<start + range.count]))
            }
            let code = SpoolFile.reach(range, &state, memoryLimit)
            guard code == 0 else { return .failure(.notKept(code: code)) }
            let start = range.lowerBound - state.windowStart
            return .success(Array(state.window[start..<start + range.count]))
        }
        return try result.get()
    }

    /// Writes what is in memory; 0, or the number of what failed.
    private static func drain(_ state: inout State) -> Int32 {
        if state.descriptor < 0 {
            state.descriptor = create()
            guard state.descriptor >= 0 else { return errno }
        }
        var done = 0
        while done < state.memory.count {
            let count = state.memory.withUnsafeBytes {
                write(state.descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            done += count
        }
        state.written += done
        state.memory.removeAll(keepingCapacity: true)
        return 0
    }

    /// Reads on from the beginning of a range; 0, or the number of what failed.
    private static func reach(
        _ range: Range<Int>, _ state: inout State, _ length: Int
    ) -> Int32 {
        let window = state.windowStart..<state.windowStart + state.window.count
        if window.contains(range.lowerBound) && range.upperBound <= window.upperBound { return 0 }
        let wanted = min(max(range.count, length), state.written - range.lowerBound)
        var code: Int32 = 0
        state.windowStart = range.lowerBound
        let descriptor = state.descriptor
        state.window = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, wanted - count,
                    off_t(range.lowerBound + count))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 {
                    code = got < 0 ? errno : EIO
                    return
                }
                count += got
            }
        }
        return code
    }

    private static func create() -> Int32 {
        let folder = TemporaryPlace.folder(orElse: "/var/tmp")
        guard let file = TemporaryPlace.file(folder + "/patchbook.") else { return -1 }
        unlink(file.path)
        return file.descriptor
    }
}
