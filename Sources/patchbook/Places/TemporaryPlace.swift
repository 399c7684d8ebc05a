import Glibc

/// Files and folders under names that nothing bears yet, for this user alone.
enum TemporaryPlace {
    /// The folder for what is soon removed: the one that `TMPDIR` says.
    static func folder(orElse standard: String = "/tmp") -> String {
        UserPaths.environment("TMPDIR") ?? standard
    }

    /// Makes a file whose path begins and ends so; nil, and `errno` set, where that fails.
    static func file(
        _ beginning: String, ending: String = ""
    ) -> (descriptor: Int32, path: String)? {
        var name = Array("\(beginning)XXXXXX\(ending)".utf8CString)
        let descriptor = mkstemps(&name, Int32(ending.utf8.count))
        return descriptor < 0 ? nil : (descriptor, text(name))
    }

    /// Makes a folder whose path begins so; nil, and `errno` set, where that fails.
    static func folder(_ beginning: String) -> String? {
        var name = Array("\(beginning)XXXXXX".utf8CString)
        return mkdtemp(&name) == nil ? nil : text(name)
    }

    private static func text(_ name: [CChar]) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
