import CPlatform
import Glibc

/// An open file, closed when it is let go of; every failure names the call and the path.
final class OpenFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Opens a regular file, or a folder where the flags say so.
    ///
    /// In a folder that several people write to, a link beside the contacts could lead to what
    /// another person alone may read or write; so none is followed but by the contacts themselves.
    ///
    /// - Parameter name: what failures call it.
    init(
        _ path: String, _ flags: Int32, mode: mode_t = 0o600, as name: String? = nil,
        followsLinks: Bool = false
    ) throws(StoreError) {
        self.path = name ?? path
        let isFolder = flags & O_DIRECTORY != 0
        let following = isFolder || followsLinks ? 0 : O_NOFOLLOW
        descriptor = uninterrupted {
            open(path, flags | following | O_CLOEXEC | O_NONBLOCK, mode)
        }
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: throw .missing(path: path)
            case ELOOP, ENXIO: throw .notAFile(path: self.path)
            default:
                throw .io(StoreError.IOFailure(operation: "open", path: path, code: errno))
            }
        }
        let kind = try status.st_mode & S_IFMT
        guard isFolder || kind == S_IFREG else {
            throw .notAFile(path: self.path)
        }
    }

    deinit {
        if !isLargeWithoutName || !OpenFile.closeBeside(descriptor) { close(descriptor) }
    }

    /// Closing the last descriptor of a file without a name takes the system 90 ms for 400 MB, and
    /// nobody needs to wait for that.
    private var isLargeWithoutName: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 0 && status.st_size > 8 << 20
    }

    /// Closes a descriptor on a thread of its own.
    ///
    /// - Returns: false where there is no thread to be had.
    private static func closeBeside(_ descriptor: Int32) -> Bool {
        SideWork(jointly: { close(descriptor) }) != nil
    }

    func failure(_ operation: String) -> StoreError { .failure(operation, path) }

    var status: stat {
        get throws(StoreError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw failure("fstat") }
            return status
        }
    }

    /// Whether this is the file that bears a name now.
    func bears(_ name: String) -> Bool {
        guard let own = try? status, let named = FileStamp.current(of: name) else { return false }
        return named.inode == UInt(own.st_ino) && named.device == UInt(own.st_dev)
    }

    /// The bytes from `offset` to the end, read in pieces; never more than `limit`.
    func read(from offset: Int = 0, limit: Int) throws(StoreError) -> [UInt8] {
        let size = Int(try status.st_size)
        guard size - offset <= limit else { throw .tooLarge(path: path, limit: limit) }
        guard size > offset else { return [] }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size - offset) { buffer, count in
            while count < buffer.count {
                let piece = min(buffer.count - count, 4 << 20)
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, piece, off_t(offset + count))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = true }
                if got <= 0 { return }
                count += got
            }
        }
        if failed { throw failure("read") }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(StoreError) { try write(PiecedText(bytes)) }

    /// Waits until the file's content is on the disk.
    func syncData() throws(StoreError) {
        guard uninterrupted({ fdatasync(descriptor) }) == 0 else { throw failure("fdatasync") }
    }

    /// Waits until content and attributes are on the disk; for folders, their entries.
    func syncAll() throws(StoreError) {
        guard uninterrupted({ fsync(descriptor) }) == 0 else { throw failure("fsync") }
    }

    /// Puts a whole durable file in the place of another, whose name it gets when it is whole; to
    /// be appended to.
    static func replace(
        _ path: String, with text: PiecedText, modeOf other: String
    ) throws(StoreError) -> OpenFile {
        let new = path + ".new"
        unlink(new)
        let file = try OpenFile(new, O_RDWR | O_APPEND | O_CREAT | O_EXCL, mode: 0o600)
        do throws(StoreError) {
            try file.takeMode(of: other)
            try file.write(text)
            try file.syncAll()
            guard rename(new, path) == 0 else { throw file.failure("rename") }
        } catch {
            unlink(new)
            throw error
        }
        return file
    }

    /// Keeps bytes of a file, durably, under a name that nothing bears yet.
    ///
    /// - Parameter kind: what they are, as it stands in the name.
    /// - Returns: that name.
    static func setAside(
        _ bytes: [UInt8], of path: String, as kind: String, modeOf other: String
    ) throws(StoreError) -> String {
        let kept = "\(path).\(kind)-\(try Signature.randomHex(4))"
        let file = try OpenFile(kept, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        do throws(StoreError) {
            try file.takeMode(of: other)
            try file.write(bytes)
            try file.syncAll()
            try StorePaths(path).syncFolder()
        } catch {
            unlink(kept)
            throw error
        }
        return kept
    }

    /// Cuts off, durably, what follows a place; what of it is not zeros is set aside first.
    ///
    /// - Returns: the name it is kept under; nil where there was nothing to keep.
    func cut(to end: Int, setting tail: [UInt8], modeOf other: String) throws(StoreError) -> String?
    {
        var kept: String?
        if tail.contains(where: { $0 != 0 }) {
            kept = try OpenFile.setAside(tail, of: path, as: "torn", modeOf: other)
        }
        try truncate(to: end)
        try syncData()
        return kept
    }

    /// Takes over the mode, the group and the access control list of another file, and its owner
    /// where root does it, so that whoever may use the one may use both. Where a list lets somebody
    /// write whose group is another one, the owner and the group stand in a list of its own; else a
    /// group that may not be given gets what everybody gets. Its owner can write it also while the
    /// other may not be written.
    func takeMode(of other: String) throws(StoreError) {
        var wanted = stat()
        guard stat(other, &wanted) == 0 else { return }
        let own = try status
        // What bears another name too may be another person's.
        guard own.st_nlink <= 1 || geteuid() != 0 else { return }
        var mode = wanted.st_mode & 0o666 | 0o600
        let isOwned = own.st_uid == wanted.st_uid || geteuid() != 0
        if own.st_gid != wanted.st_gid || own.st_mode & 0o7777 != mode || !isOwned {
            let owner = isOwned ? .max : wanted.st_uid
            let isGiven = fchown(descriptor, owner, wanted.st_gid) == 0
            if !isGiven, own.st_uid == geteuid(),
                platform_grant_acl(other, descriptor, wanted.st_uid, wanted.st_gid) == 0
            {
                return
            }
            if !isGiven, own.st_gid != wanted.st_gid { mode = mode & 0o606 | (mode & 0o006) << 3 }
            guard fchmod(descriptor, mode) == 0 || own.st_uid != geteuid() else {
                throw failure("fchmod")
            }
            if !isGiven, own.st_gid != wanted.st_gid { return }
        }
        // Without it some of the team are kept out, and nobody else gets in.
        _ = platform_copy_acl(other, descriptor)
    }

    /// Whether what is written here shows in a place of somebody else: under another name, or to
    /// people who may not read the other file.
    func isShown(beyond other: String) throws(StoreError) -> Bool {
        var wanted = stat()
        guard stat(other, &wanted) == 0 else { return false }
        let own = try status
        let isOpener = own.st_mode & 0o077 & ~wanted.st_mode != 0
        let listed = platform_group_permissions(descriptor)
        let isForGroup = listed < 0 ? own.st_mode & 0o070 != 0 : listed != 0
        let isOthers = own.st_gid != wanted.st_gid && isForGroup
        return own.st_nlink > 1 || isOpener || isOthers && wanted.st_mode & 0o006 == 0
    }

    func truncate(to size: Int) throws(StoreError) {
        guard uninterrupted({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw failure("ftruncate")
        }
    }
}

/// Makes a call again as long as signals break it off.
private func uninterrupted(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

extension StoreError {
    /// A call that has just failed.
    static func failure(_ operation: String, _ path: String) -> StoreError {
        .io(IOFailure(operation: operation, path: path, code: errno))
    }
}

/// What tells whether a file is still the one that was read.
struct FileStamp: Hashable, Sendable {
    let device: UInt
    let inode: UInt
    let size: Int
    let modified: [Int]
    let changed: [Int]

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }

    /// Whether both are of one file that nobody wrote to in between, whatever it was called.
    func holdsTheSame(as other: FileStamp?) -> Bool {
        inode == other?.inode && size == other?.size && modified == other?.modified
    }

    /// The stamp of the file that bears this name now; nil where none does.
    static func current(of path: String) -> FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileStamp(status)
    }
}

/// A size and a checksum: what a file held, whatever it was called.
struct ContentMark: Hashable, Sendable {
    let size: Int
    let checksum: UInt32

    init(size: Int, checksum: UInt32) {
        self.size = size
        self.checksum = checksum
    }

    init(of bytes: [UInt8]) {
        self.init(size: bytes.count, checksum: Checksum.of(bytes[...]))
    }
}

/// CRC-32C of bytes, and its eight hexadecimal digits.
enum Checksum {
    /// - Parameter checksum: that of the bytes before.
    static func of(_ bytes: ArraySlice<UInt8>, after checksum: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBufferPointer { platform_crc32c(checksum, $0.baseAddress, $0.count) }
    }

    static func digits(_ checksum: UInt32) -> String {
        let text = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
