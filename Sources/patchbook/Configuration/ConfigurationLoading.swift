import ArgumentParser
import CResources
import Glibc

extension Configuration {
    /// Reads the user's configuration; without a file everything is as by default.
    ///
    /// - Throws: a `ValidationError` (status 64) where PATCHBOOK_CONFIG names a file that is not
    ///   there.
    static func load() throws -> Configuration {
        let path = UserPaths.configuration
        if UserPaths.environment("PATCHBOOK_CONFIG") != nil, access(path, F_OK) != 0 {
            throw ValidationError(
                "PATCHBOOK_CONFIG names \(path): \(String(cString: strerror(errno)))")
        }
        let configuration = load(from: path, lookup: ShippedFiles.find)
        ChildProcess.withhold(configuration.tokenVariables)
        return configuration
    }

    /// Reads the configuration at a path; one that is there and cannot be read is a problem.
    package static func load(
        from path: String, lookup: @escaping SettingsLookup
    ) -> Configuration {
        if let reason = unreadable(path) {
            var configuration = Configuration()
            configuration.problems = [
                ConfigurationProblem(file: UserPaths.shortened(path), reason)
            ]
            return configuration
        }
        guard let bytes = SmallFile.read(path) else { return Configuration() }
        let file = SettingsFile(name: UserPaths.shortened(path), bytes: bytes)
        return Configuration(reading: file, lookup: lookup)
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
        for problem in problemsInOrder {
            Streams.complain(problem.text + (problem == breakOff ? "; nothing below counts" : ""))
        }
    }

    /// The problems by file, and in each file from its top.
    package var problemsInOrder: [ConfigurationProblem] {
        var files: [String] = []
        for problem in problems where !files.contains(problem.file) { files.append(problem.file) }
        return files.flatMap { file in
            problems.filter { $0.file == file }
                .sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
        }
    }

    /// The problems for the one line the editor has for news; nil where there are none.
    var news: String? {
        guard let first = problems.first else { return nil }
        let folder = first.text.prefix { $0 != "," && $0 != ":" }.lastIndex(of: "/")
        let short = folder.map { String(first.text[first.text.index(after: $0)...]) } ?? first.text
        let below = breakOff == nil ? "" : "; nothing below counts"
        guard problems.count > 1 else { return short + below }
        return "\(problems.count) mistakes, all told by 'patchbook config --check': "
            + short + below
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
