import Glibc

/// A folder of one test, deleted with everything in it when the test lets go of it.
package final class Scratch: Sendable {
    /// The folder.
    package let path: String

    /// Makes a folder of its own.
    package init() throws {
        var template = Array("/tmp/patchbook-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ScratchFailure(code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Scratch.remove(path)
    }

    /// Removes a file, or a folder with everything in it; symbolic links are not followed.
    private static func remove(_ path: String) {
        for name in names(in: path) { remove("\(path)/\(name)") }
        if unlink(path) != 0 { rmdir(path) }
    }

    /// What a folder holds, sorted; nothing where there is none, or a link in its place.
    package static func names(in path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0, let folder = fdopendir(descriptor) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file into the folder and answers its path.
    package func file(_ name: String, _ text: String) throws -> String {
        let full = "\(path)/\(name)"
        guard let file = fopen(full, "w") else { throw ScratchFailure(code: errno) }
        defer { fclose(file) }
        guard fputs(text, file) >= 0 else { throw ScratchFailure(code: errno) }
        return full
    }

    /// Writes bytes of any kind into a file of the folder and answers its path.
    package func file(_ name: String, bytes: [UInt8]) throws -> String {
        let full = "\(path)/\(name)"
        guard let file = fopen(full, "w") else { throw ScratchFailure(code: errno) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw ScratchFailure(code: errno)
        }
        return full
    }

    /// The text of a file that stands anywhere.
    package static func text(at path: String) throws -> String {
        String(decoding: try bytes(at: path), as: UTF8.self)
    }

    /// The bytes of a file that stands anywhere.
    package static func bytes(at path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw ScratchFailure(code: errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }
}

/// A file of a test that could not be made or read.
package struct ScratchFailure: Error {
    /// The error number of the C library.
    package let code: Int32

    /// Holds the number that `errno` had.
    package init(code: Int32) {
        self.code = code
    }
}
