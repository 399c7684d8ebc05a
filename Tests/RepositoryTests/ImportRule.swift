/// Who may import what; everything that is not listed is refused.
extension Rule {
    static let imports = Rule(name: "a target imports only what the architecture allows") {
        file, _ in
        if file.path.hasPrefix("Tests/") { return importsOfTests(file) }
        guard file.path.hasPrefix("Sources/") else { return [] }
        guard file.isSwift else { return includes(file) }
        guard let allowed = allowance(for: file.path) else {
            return [(1, "its target has no import rule: add one")]
        }
        return file.imports.filter { !allowed.contains($0.name) }
            .map { ($0.line, "imports \($0.name)") }
    }

    /// The longest beginning of a path that has a rule decides.
    private static func allowance(for path: String) -> Set<String>? {
        allowed.filter { path.hasPrefix("Sources/" + $0.key) }
            .max { $0.key.count < $1.key.count }?.value
    }

    private static func importsOfTests(_ file: SourceFile) -> [(line: Int, problem: String)] {
        file.imports.filter { $0.name.hasPrefix("Foundation") }
            .filter { _ in foundationInTests[file.target ?? ""] == nil }
            .map { ($0.line, "imports \($0.name)") }
    }

    /// C has the system's headers, and its own target's; curses stays in its shim.
    private static func includes(_ file: SourceFile) -> [(line: Int, problem: String)] {
        let curses = ["curses.h", "ncurses.h", "panel.h", "term.h", "form.h", "menu.h"]
        guard file.target != "CCurses" else { return [] }
        return file.imports.filter { header in
            curses.contains { header.name == $0 || header.name.hasSuffix("/" + $0) }
        }.map { ($0.line, "includes \($0.name)") }
    }

    private static let clientModules: Set = [
        "ContactModel", "ContactStore", "Glibc", "JSONText", "Synchronization",
    ]
    private static let serverModules: Set = [
        "ContactClient", "ContactModel", "JSONText", "Synchronization",
    ]
    private static let commandModules: Set = [
        "ArgumentParser", "ContactClient", "ContactFormats", "ContactModel", "ContactServer",
        "ContactStore", "ContactUI", "Dispatch", "Glibc", "JSONText", "Screen", "Synchronization",
    ]

    private static let allowed: [String: Set<String>] = [
        "JSONText/": [],
        "TOMLText/": [],
        "ContactModel/": ["JSONText"],
        "ContactFormats/": ["ContactModel", "JSONText"],
        "ContactStore/": [
            "CPlatform", "CRecords", "ContactModel", "Glibc", "JSONText", "Synchronization",
        ],
        "ContactClient/": clientModules,
        // Only these three speak HTTP.
        "ContactClient/HTTPExchange.swift": clientModules.union([
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOHTTPCompression", "NIOPosix", "NIOSSL",
        ]),
        "ContactClient/AnswerCollector.swift": clientModules.union([
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1",
        ]),
        "ContactClient/Breakdown.swift": clientModules.union([
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOHTTPCompression", "NIOPosix", "NIOSSL",
        ]),
        "ContactServer/": serverModules,
        // Only the listener knows the server library.
        "ContactServer/Listener.swift": serverModules.union([
            "HummingbirdCore", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "UnixSignals",
        ]),
        "ContactServer/Connection/": serverModules.union(["NIOCore", "NIOHTTP1"]),
        // The calendar is libc's.
        "ContactServer/HTTPDate.swift": serverModules.union(["Glibc"]),
        "ContactServer/StopSignal.swift": serverModules.union(["UnixSignals"]),
        "Screen/": [],
        "ContactUI/": ["ContactModel", "JSONText", "Screen"],
        "TerminalKit/": ["CCurses", "CPlatform", "Glibc", "Screen", "Synchronization"],
        "patchbook/": commandModules.union(["CResources", "TOMLText", "TerminalKit"]),
        "patchbook/Commands/": commandModules,
        // A file without a name is beyond Swift's own module of libc.
        "patchbook/Commands/Formats/FileSink.swift": commandModules.union(["CPlatform"]),
        // So is closing what a program must not inherit.
        "patchbook/Places/ChildProcess.swift": commandModules.union([
            "CPlatform", "CResources", "TOMLText", "TerminalKit",
        ]),
        "patchbook-bench/": [
            "ArgumentParser", "CPlatform", "ContactModel", "ContactStore", "Glibc", "JSONText",
        ],
    ]

    /// Test targets that may use Foundation, and what for.
    private static let foundationInTests = [
        "ContactUITests": "reads golden files",
        "RepositoryTests": "walks folders",
    ]
}
