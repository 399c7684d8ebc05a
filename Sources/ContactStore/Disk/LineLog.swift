import CPlatform
import Glibc
package import JSONText
import Synchronization

/// JSON objects in a file, a line each with its checksum, to which any number of processes append.
///
/// Appending takes the writers' lock, reads what others wrote, cuts off a write that never came
/// to its end, and is then one write and one wait for the disk.
package final class LineLog: Sendable {
    /// What one process at a time does for all that have the log open.
    package enum Duty: Int, Sendable {
        /// Sending what the lines ask for.
        case sending = 1
        /// Reading the workspace that they are about.
        case reading = 2
    }

    /// Lines that were not read before.
    package struct News: Sendable {
        /// Whether the file is another than before, so that what was read earlier is void.
        package let isAnew: Bool
        /// The lines, in order.
        package let lines: [JSONObject]

        /// Lines of a file that is perhaps another one.
        package init(isAnew: Bool, lines: [JSONObject]) {
            self.isAnew = isAnew
            self.lines = lines
        }
    }

    private let path: String
    private let lock: OpenFile
    private let place = Mutex(Place())

    /// How far a file was read, and which one.
    private struct Place {
        var inode: UInt?
        var end = 0
    }

    private static let writerByte: off_t = 0
    /// The first behind those of the duties.
    private static let restByte: off_t = 3
    private static let limit = 2_000_000_000

    /// A log that may not be there yet; only its lock's file is made.
    ///
    /// - Throws: `.io` where that cannot be made.
    package init(opening path: String) throws(StoreError) {
        self.path = path
        lock = try OpenFile(path + ".lock", O_RDWR | O_CREAT)
    }

    /// What was appended since this was last asked, by other processes that is: what `append`
    /// wrote here counts as read.
    ///
    /// - Throws: `.damagedLog` where a line is not what was written, or `.io`.
    package func readNew() throws(StoreError) -> News {
        let result = place.withLock { place in
            Result { () throws(StoreError) in try take(&place, cutsTail: false) }
        }
        return try result.get()
    }

    /// Every line there is, whether it was read before or not.
    ///
    /// - Throws: `.damagedLog` or `.io`.
    package func readAll() throws(StoreError) -> News {
        let result = place.withLock { place in
            place = Place()
            return Result { () throws(StoreError) in try take(&place, cutsTail: false) }
        }
        return try result.get()
    }

    /// Appends the lines that `make` answers to what others wrote meanwhile; durable when this
    /// returns where `syncs`.
    ///
    /// - Throws: `.damagedLog` or `.io`; nothing is written then.
    package func append(
        syncs: Bool = true, _ make: (News) -> [JSONObject]
    ) throws(StoreError) {
        try writing { place throws(StoreError) in
            let lines = make(try take(&place, cutsTail: true))
            guard !lines.isEmpty else { return }
            let isNew = place.inode == nil
            let file = try OpenFile(path, O_WRONLY | O_APPEND | O_CREAT)
            let bytes = LineLog.bytes(of: lines)
            do throws(StoreError) {
                try file.write(bytes)
                if syncs { try file.syncData() }
            } catch {
                try? file.truncate(to: place.end)
                throw error
            }
            if isNew { try settle(file, &place) }
            place.end += bytes.count
        }
    }

    /// Puts other lines in the place of all there are.
    ///
    /// - Parameter make: answers nil where the file is to stay as it is.
    /// - Throws: `.damagedLog` or `.io`; the file is as it was then.
    package func replace(_ make: (News) -> [JSONObject]?) throws(StoreError) {
        try writing { place throws(StoreError) in
            guard let lines = make(try take(&place, cutsTail: true)) else { return }
            let temporary = path + ".new"
            unlink(temporary)
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
            let bytes = LineLog.bytes(of: lines)
            try file.write(bytes)
            try file.syncAll()
            guard rename(temporary, path) == 0 else { throw file.failure("rename") }
            try settle(file, &place)
            place.end = bytes.count
        }
    }

    /// Makes a new file's name durable.
    private func settle(_ file: OpenFile, _ place: inout Place) throws(StoreError) {
        place.inode = UInt(try file.status.st_ino)
        try StorePaths(path).syncFolder()
    }

    /// How many bytes the lines take up that were read or written so far.
    package var length: Int { place.withLock(\.end) }

    /// Takes a duty over until it is given back or this process ends.
    ///
    /// - Returns: false where another process has it.
    package func takeOver(_ duty: Duty) -> Bool {
        platform_lock(lock.descriptor, off_t(duty.rawValue), 1, 0) == 0
    }

    /// Gives a duty back.
    package func giveBack(_ duty: Duty) {
        release(off_t(duty.rawValue))
    }

    /// Asks those who have the log open to let all duties rest, until that is taken back or this
    /// process ends; several may ask.
    package func askForRest(_ isAsked: Bool) {
        _ = platform_lock(lock.descriptor, LineLog.restByte, isAsked ? 0 : -1, 0)
    }

    /// Whether somebody else asks for rest.
    package var isAskedForRest: Bool {
        platform_is_locked(lock.descriptor, LineLog.restByte) == 1
    }

    private func writing(_ body: (inout Place) throws(StoreError) -> Void) throws(StoreError) {
        let result = place.withLock { place in
            Result { () throws(StoreError) in
                while platform_lock(lock.descriptor, LineLog.writerByte, 1, 1) != 0 {
                    guard errno == EINTR else { throw lock.failure("lock") }
                }
                defer { release(LineLog.writerByte) }
                try body(&place)
            }
        }
        try result.get()
    }

    private func release(_ byte: off_t) {
        _ = platform_lock(lock.descriptor, byte, -1, 0)
    }

    private func take(_ place: inout Place, cutsTail: Bool) throws(StoreError) -> News {
        let file: OpenFile
        do {
            file = try OpenFile(path, cutsTail ? O_RDWR : O_RDONLY)
        } catch .missing {
            let isAnew = place.inode != nil
            place = Place()
            return News(isAnew: isAnew, lines: [])
        }
        let status = try file.status
        let isAnew =
            place.inode.map { $0 != UInt(status.st_ino) || Int(status.st_size) < place.end }
            ?? false
        if isAnew { place.end = 0 }
        place.inode = UInt(status.st_ino)
        let bytes = try file.read(from: place.end, limit: LineLog.limit)
        var reader = CheckedLines(bytes)
        let lines = reader.read()
        guard !reader.isDamaged else {
            throw .damagedLog(path: path, offset: place.end + reader.end)
        }
        place.end += reader.end
        if cutsTail && reader.end < bytes.count { try file.truncate(to: place.end) }
        return News(isAnew: isAnew, lines: lines)
    }

    private static func bytes(of lines: [JSONObject]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            var payload: [UInt8] = []
            JSONValue.object(line).write(to: &payload)
            bytes += "[\"\(Checksum.digits(Checksum.of(payload[...])))\",".utf8
            bytes += payload
            bytes += "]\n".utf8
        }
        return bytes
    }
}

/// Lines as they stand in a log: `["crc32c",{…}]`.
private struct CheckedLines {
    private let bytes: [UInt8]
    /// The bytes that hold whole lines.
    private(set) var end = 0
    /// Whether a line that was whole once is not what was written.
    private(set) var isDamaged = false

    private static let prefixLength = 12

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Every whole line; a last one without its line feed was never acknowledged.
    mutating func read() -> [JSONObject] {
        var lines: [JSONObject] = []
        while let feed = bytes[end...].firstIndex(of: 0x0A) {
            guard let line = CheckedLines.object(bytes, end..<feed) else {
                isDamaged = bytes[end...].contains { $0 != 0 && $0 != 0x0A }
                return lines
            }
            lines.append(line)
            end = feed + 1
        }
        // Nothing but a line feed can have stood behind what is whole.
        isDamaged = end < bytes.count && CheckedLines.object(bytes, end..<bytes.count - 1) != nil
        return lines
    }

    private static func object(_ bytes: [UInt8], _ line: Range<Int>) -> JSONObject? {
        guard line.count > prefixLength + 1, bytes[line.upperBound - 1] == UInt8(ascii: "]") else {
            return nil
        }
        let payload = line.lowerBound + prefixLength..<line.upperBound - 1
        let digits = Checksum.digits(Checksum.of(bytes[payload]))
        guard bytes[line].starts(with: "[\"\(digits)\",".utf8) else { return nil }
        return try? JSONValue(parsing: bytes, in: payload).object
    }
}
