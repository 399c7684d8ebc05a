import CPlatform
import Glibc

/// What is kept beside a file of contacts, by the ending of its name.
package enum Companion: String, CaseIterable, Sendable {
    case journal = ".journal"
    case history = ".history"
    case lock = ".lock"
    /// Where the contacts of a large file stand.
    case index = ".index"

    /// Where it is kept beside a file.
    package func path(beside file: String) -> String { file + rawValue }

    /// What a file is that bears the name of a companion, and beside which file; nil where it bears
    /// none.
    package static func bearing(_ path: String) -> (companion: Companion, file: String)? {
        guard let companion = allCases.first(where: { path.hasSuffix($0.rawValue) })
        else { return nil }
        return (companion, String(path.dropLast(companion.rawValue.count)))
    }

    /// Whether a path bears the name of one, and the file is there beside which that is kept.
    package static func isKept(at path: String) -> Bool {
        bearing(path).map { access($0.file, F_OK) == 0 } ?? false
    }
}

/// Paths that belong to one store.
struct StorePaths: Hashable, Sendable {
    /// The file itself, symbolic links resolved.
    let base: String
    var journal: String { Companion.journal.path(beside: base) }
    var lock: String { Companion.lock.path(beside: base) }
    var history: String { Companion.history.path(beside: base) }
    var index: String { Companion.index.path(beside: base) }
    var folder: String {
        let parent = base.lastIndex(of: "/").map { String(base[..<$0]) } ?? "."
        return parent.isEmpty ? "/" : parent
    }
    /// The name of the file in its folder.
    var name: String {
        String(base.lastIndex(of: "/").map { base[base.index(after: $0)...] } ?? base[...])
    }
    /// Where a new base is written before it takes the place of the old one.
    var replacement: String { folder + "/." + name + ".new" }

    /// The paths for a name a person gave; a missing file is named as it will be made, where a
    /// link to it says so.
    init(_ path: String) {
        var path = path
        for _ in 0..<StorePaths.mostLinks {
            if let resolved = realpath(path, nil) {
                path = String(cString: resolved)
                free(resolved)
                break
            }
            guard errno == ENOENT, let target = StorePaths.target(of: path) else { break }
            path = target
        }
        base = path
    }

    /// Whether the file has given its name to a symbolic link since the paths were made.
    var isLink: Bool {
        var status = stat()
        return lstat(base, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether a path, also of a file that is not there, names the file, by whatever name, or one
    /// kept beside it.
    func owns(_ path: String) -> Bool {
        let other = StorePaths(path)
        if StorePaths.areSame(base, other.base) { return true }
        let kept = [base] + Companion.allCases.map { $0.path(beside: base) }
        let own = kept.flatMap { [$0, $0 + ".new"] } + [replacement]
        return StorePaths.areSame(folder, other.folder)
            && own.contains { $0.hasSuffix("/" + other.name) || $0 == other.name }
    }

    /// Whether two names are those of one file, or of one folder.
    private static func areSame(_ one: String, _ other: String) -> Bool {
        guard let one = FileStamp.current(of: one), let other = FileStamp.current(of: other)
        else { return false }
        return one.device == other.device && one.inode == other.inode
    }

    /// Waits until the names in the folder are on the disk.
    func syncFolder() throws(StoreError) {
        try OpenFile(folder, O_RDONLY | O_DIRECTORY).syncAll()
    }

    /// As many as Linux follows (path_resolution(7)).
    private static let mostLinks = 40

    /// Where a symbolic link leads; nil where there is none.
    private static func target(of link: String) -> String? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &text, text.count)
        guard count > 0, count < text.count else { return nil }
        let target = String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard !target.hasPrefix("/"), let slash = link.lastIndex(of: "/") else { return target }
        return link[...slash] + target
    }
}
