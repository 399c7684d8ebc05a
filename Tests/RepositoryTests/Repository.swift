import Foundation

/// The repository these tests were built from.
enum Repository {
    static let root: URL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift and C file, in the order of their paths.
    static let package: SourcePackage = {
        var paths = ["Package.swift"]
        for folder in ["Sources", "Tests"] {
            let found = FileManager.default.enumerator(atPath: root.path + "/" + folder)
            while let path = found?.nextObject() as? String { paths.append(folder + "/" + path) }
        }
        let endings = [".swift", ".c", ".h"]
        paths = paths.filter { path in endings.contains { path.hasSuffix($0) } }.sorted()
        return SourcePackage(files: paths.map { SourceFile(path: $0, text: text(of: $0)) })
    }()

    /// What stands at the top, but for what git is told to ignore.
    static let topLevel: [String] = {
        let entries = try? FileManager.default.contentsOfDirectory(atPath: root.path)
        let ignored = Set(text(of: ".gitignore").split(separator: "\n").map(String.init))
        return (entries ?? []).filter { !ignored.contains($0) }.sorted()
    }()

    /// Empty where there is no such file.
    static func text(of path: String) -> String {
        (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }
}
