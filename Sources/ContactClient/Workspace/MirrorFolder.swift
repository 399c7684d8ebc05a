import ContactModel
import ContactStore
import Glibc
import JSONText

/// What a mirror is a mirror of, and how far it goes.
struct MirrorBinding: Sendable, Hashable {
    /// Where the server is.
    var origin: String
    /// The workspace that `/me` named; nil until it was asked.
    var workspace: Account.Workspace?
    /// A digest of the token that was found to belong to it, and of its origin.
    var mark: String?
    /// When the reading began that the contacts come from, in milliseconds since 1970; 0 where
    /// there was none.
    var readAt = 0
    /// Whether these are all contacts there were.
    var isWhole = false
    /// A reading that did not come to its end.
    var unfinished: Unfinished?

    /// How far a reading came.
    struct Unfinished: Sendable, Hashable {
        /// When it began.
        var startedAt: Int
        /// The page that comes next.
        var next: Int
        /// How many contacts the server said there are.
        var total: Int
        /// Bytes that hold the pages so far.
        var length: Int
    }
}

/// The folder that holds one workspace on this machine: the mirror, what it is bound to, and the
/// outbox; readable by its owner alone.
struct MirrorFolder: Sendable {
    let path: String

    /// The folder for a profile's workspace.
    ///
    /// It goes by the profile's name alone: what is queued must be found again, and be refused by
    /// name where it belongs elsewhere, when the profile's address or its token have changed.
    init(in mirrors: String, title: String) {
        path = MirrorFolder.path(in: mirrors, title: title)
        var part = ""
        for name in path.split(separator: "/") {
            part += "/" + name
            mkdir(part, 0o700)
        }
    }

    private static func path(in mirrors: String, title: String) -> String {
        mirrors + "/" + SHA256.digits(of: Array(title.utf8)).prefix(32)
    }

    /// The contacts of the folder of a profile's workspace, which need not be there.
    static func contacts(in mirrors: String, title: String) -> String {
        path(in: mirrors, title: title) + "/contacts.json"
    }

    var contacts: String { path + "/contacts.json" }
    var outbox: String { path + "/outbox" }
    var part: String { path + "/contacts.part" }
    private var bindingPath: String { path + "/binding.json" }

    /// What the folder is bound to; to an origin alone where it is new.
    func binding(origin: String) -> MirrorBinding {
        guard let bytes = PrivateFile.read(bindingPath),
            let record = try? JSONValue(parsing: bytes).object,
            let bound = record["origin"]?.text
        else { return MirrorBinding(origin: origin) }
        return MirrorBinding(record: record, origin: bound)
    }

    /// - Parameter syncs: whether it must outlast a power cut.
    func write(_ binding: MirrorBinding, syncs: Bool = false) {
        let bytes = Array((JSONValue.object(binding.record).jsonText + "\n").utf8)
        PrivateFile.write(bytes, to: bindingPath, syncs: syncs)
    }

    /// The contacts of the mirror; nobody where there is none, or it is damaged: it can be read
    /// again.
    func readContacts() throws(StoreError) -> Snapshot {
        do throws(StoreError) {
            return try Snapshot(reading: contacts)
        } catch {
            return try Snapshot.empty()
        }
    }

    /// Writes contacts as the mirror.
    func write(_ snapshot: Snapshot) throws(StoreError) {
        var bytes = Array("[\n".utf8)
        try snapshot.forEachRecord { record in
            if bytes.count > 2 { bytes += ",\n".utf8 }
            bytes += record
        }
        bytes += "\n]\n".utf8
        PrivateFile.write(bytes, to: contacts)
    }
}

extension MirrorBinding {
    fileprivate var record: JSONObject {
        var record: JSONObject = [
            "origin": .string(origin), "read_at": .whole(readAt), "whole": .bool(isWhole),
        ]
        if let workspace {
            record["tenant"] = .object([
                "id": .string(workspace.id), "name": .string(workspace.name),
            ])
        }
        if let mark { record["asked_as"] = .string(mark) }
        if let unfinished {
            record["reading"] = .object([
                "began": .whole(unfinished.startedAt), "next": .whole(unfinished.next),
                "total": .whole(unfinished.total), "length": .whole(unfinished.length),
            ])
        }
        return record
    }

    fileprivate init(record: JSONObject, origin: String) {
        self.init(origin: origin)
        readAt = record["read_at"]?.integer ?? 0
        isWhole = record["whole"] == .bool(true)
        if let tenant = record["tenant"]?.object, let id = tenant["id"]?.text {
            workspace = Account.Workspace(id: id, name: tenant["name"]?.text ?? id)
        }
        mark = record["asked_as"]?.text
        guard let reading = record["reading"]?.object, let began = reading["began"]?.integer,
            let next = reading["next"]?.integer, let total = reading["total"]?.integer,
            let length = reading["length"]?.integer
        else { return }
        unfinished = Unfinished(startedAt: began, next: next, total: total, length: length)
    }
}

/// Whole files that only their owner can read.
enum PrivateFile {
    /// The bytes of a file; nil where it cannot be read.
    static func read(_ path: String, upTo limit: Int = .max) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), limit))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(done))
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return nil }
            done += count
        }
        return bytes
    }

    /// Puts a file in the place of another, whole or not at all.
    @discardableResult
    static func write(_ bytes: [UInt8], to path: String, syncs: Bool = false) -> Bool {
        let temporary = path + ".\(getpid())"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let isWritten = append(bytes, to: file) && (!syncs || fsync(file) == 0)
        close(file)
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    /// Writes bytes where the file stands.
    static func append(_ bytes: [UInt8], to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }
}
