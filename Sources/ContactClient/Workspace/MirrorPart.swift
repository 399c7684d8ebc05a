import ContactModel
import ContactStore
import Glibc
import JSONText

/// The pages of a reading that is under way, as they will stand in the mirror; a reading that was
/// broken off goes on where the file ends.
final class MirrorPart {
    private let path: String
    private let file: Int32
    private(set) var length = 0
    /// How many contacts are in it.
    private(set) var count = 0
    private var ids: Set<String> = []

    private static let beginning = Array("[".utf8)
    private static let ending = Array("\n]\n".utf8)

    /// Opens a new part, or what is left of one.
    ///
    /// - Parameter length: the bytes of it that hold whole pages; nil begins anew.
    /// - Returns: nil where the file cannot be had.
    init?(_ path: String, resuming length: Int?) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        if let length, !resume(length) { return nil }
        if length == nil {
            guard ftruncate(file, 0) == 0, write(MirrorPart.beginning) else { return nil }
        }
    }

    deinit {
        close(file)
    }

    private func resume(_ length: Int) -> Bool {
        guard let bytes = PrivateFile.read(path, upTo: length), bytes.count == length,
            let known = try? Snapshot(parsing: bytes + MirrorPart.ending),
            ftruncate(file, off_t(length)) == 0, lseek(file, 0, SEEK_END) == off_t(length)
        else { return false }
        self.length = length
        count = known.count
        let isRead: Void? = try? known.forEachRecord { record in
            let value = try? JSONValue(parsing: record, loneSurrogates: .replace)
            if let id = value?.object?["id"]?.text { ids.insert(id) }
        }
        return isRead != nil
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        guard PrivateFile.append(bytes, to: file) else { return false }
        length += bytes.count
        return true
    }

    /// Adds those of a page that did not come before.
    ///
    /// - Returns: whether there were any; nil where they could not be written.
    func add(_ contacts: [Contact]) -> Bool? {
        var bytes: [UInt8] = []
        let before = count
        for contact in contacts {
            if let id = contact.id, !ids.insert(id).inserted { continue }
            bytes += (count == 0 ? "\n" : ",\n").utf8
            JSONValue.object(contact.record).write(to: &bytes)
            count += 1
        }
        return write(bytes) ? count > before : nil
    }

    /// The contacts so far as a mirror; the reading goes on.
    func publish(to mirror: String) -> Bool {
        guard let bytes = PrivateFile.read(path) else { return false }
        return PrivateFile.write(bytes + MirrorPart.ending, to: mirror)
    }

    /// The contacts as a mirror; the part is no more.
    func finish(as mirror: String) -> Bool {
        write(MirrorPart.ending) && rename(path, mirror) == 0
    }
}
