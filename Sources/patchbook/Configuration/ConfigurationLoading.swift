import ArgumentParser
import CResources
import Glibc

extension Configuration {
    /// Reads the user's configuration; without a file everything is as by default.
    ///
    /// - Throws: a `ValidationError` (status 64) for a file that is not TOML, with its line and
    ///   column.
    static func load() throws -> Configuration {
        try load(from: UserPaths.configuration, lookup: ShippedFiles.find)
    }

    /// Reads the configuration at a path; one that is there and cannot be read is a problem.
    ///
    /// - Throws: a `ValidationError` for a file that is not TOML.
    package static func load(
        from path: String, lookup: @escaping SettingsLookup
    ) throws -> Configuration {
        let name = UserPaths.shortened(path)
        if let reason = unreadable(path) {
            var configuration = Configuration()
            configuration.problems = [ConfigurationProblem(file: name, reason)]
            return configuration
        }
        guard let bytes = SmallFile.read(path) else { return Configuration() }
        do throws(ConfigurationProblem) {
            return try Configuration(
                reading: SettingsFile(name: name, bytes: bytes), lookup: lookup)
        } catch {
            throw ValidationError(error.text)
        }
    }

    /// Why a file that is there could not be read; nil where there is none.
    private static func unreadable(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            return code == ENOENT ? nil : cannotBeRead(code)
        }
        if status.st_mode & S_IFMT == S_IFDIR { return cannotBeRead(EISDIR) }
        if status.st_size > 1 << 20 { return cannotBeRead(EFBIG) }
        return access(path, R_OK) == 0 ? nil : cannotBeRead(errno)
    }

    private static func cannotBeRead(_ code: Int32) -> String {
        "cannot be read (\(String(cString: strerror(code)))); everything is as by default"
    }

    /// Tells the problems on standard error, for commands.
    func complain(unless quiet: Bool) {
        guard !quiet else { return }
        for problem in problems { Streams.complain(problem.text) }
    }

    /// The problems for the one line the editor has for news; nil where there are none.
    var news: String? {
        guard let first = problems.first else { return nil }
        let more = problems.count - 1
        let folder = first.text.prefix { $0 != "," && $0 != ":" }.lastIndex(of: "/")
        let short = folder.map { String(first.text[first.text.index(after: $0)...]) }
        return (short ?? first.text)
            + (more > 0 ? " (and \(more) more: patchbook config --check)" : "")
    }
}

/// Key sets and themes: the person's own, else those inside the program.
package enum ShippedFiles {
    /// A file by its path below the configuration's folder.
    static func find(_ path: String) -> SettingsFile? {
        let own = UserPaths.settings + "/" + path
        if let bytes = SmallFile.read(own) {
            return SettingsFile(name: UserPaths.shortened(own), bytes: bytes)
        }
        return inside(path)
    }

    /// A file inside the program; nil where there is none of this name.
    package static func inside(_ path: String) -> SettingsFile? {
        var length = 0
        guard let bytes = resources_file(path, &length) else { return nil }
        return SettingsFile(
            name: path, bytes: Array(UnsafeBufferPointer(start: bytes, count: length)))
    }

    /// The names that can be chosen in a folder without any file of one's own.
    static func names(in folder: String) -> [String] {
        let paths = (0..<resources_file_count()).compactMap { index in
            resources_file_name(index).map { String(cString: $0) }
        }
        let names = paths.filter { $0.hasPrefix(folder + "/") }
            .map { String($0.dropFirst(folder.count + 1).dropLast(".toml".count)) }
        return names.contains("default") ? names : ["default"] + names
    }
}
