import ArgumentParser
import Glibc

/// The editor, on a file or on a profile.
struct EditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Open the editor (the default).")

    @Argument(
        help: "A JSON file of contacts; without it the configured one.", completion: .file())
    var path: String?

    @Option(help: "Begin with this filter.")
    var filter = ""

    @Option(help: ArgumentHelp("A JSON file of contacts.", visibility: .hidden))
    var file: String?

    @Option(
        help: "A remote workspace from the configuration.", completion: WordCompletion.profiles)
    var profile: String?

    func validate() throws {
        _ = try QueryArgument.query([filter])
        // A mistyped command must not become a file of that name.
        guard let path, !path.contains("/"), !path.contains("."), access(path, F_OK) != 0 else {
            return
        }
        let word = Streams.neutral(path)
        throw ValidationError(
            "there is no command and no file '\(word)'; for a new file say ./\(word)")
    }

    func run() throws {
        try EditCommand.edit(path ?? file, profile: profile, filter: filter)
    }

    /// Opens the editor; without a file and a profile on what the configuration says.
    static func edit(_ path: String?, profile: String? = nil, filter: String = "") throws {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(
            file: path, profile: profile, configuration: configuration, takesStandard: true)
        try EditorRun.start(choice, configuration, filter: filter)
    }
}

/// The editor on a copy of the sample contacts that is thrown away afterwards.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Open the editor on sample contacts; nothing is kept.")

    @Option(help: "Begin with this filter.")
    var filter = ""

    func validate() throws {
        _ = try QueryArgument.query([filter])
    }

    func run() throws {
        let demo = try DemoFolder()
        defer { demo.remove() }
        try EditorRun.start(demo.choice, Configuration.load(), filter: filter)
    }
}
