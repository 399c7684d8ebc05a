import ArgumentParser

/// `patchbook` itself.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbook",
        abstract: "Edit the contacts of a JSON file or of a messaging service, in the terminal.",
        discussion: """
            Without a subcommand the editor opens FILE, or the file of the configuration.

            Exit status: 0 done, 1 no such contact, 2 done in part, 64 usage, 65 bad data, \
            69 service unreachable, 74 input/output, 75 queued and not sent yet, 77 token \
            refused.
            """,
        version: Version.text,
        subcommands: [
            EditCommand.self, DemoCommand.self, ListCommand.self, ShowCommand.self,
            UpdateCommand.self, CreateCommand.self, DeleteCommand.self, TagCommand.self,
            TagsCommand.self, ApplyCommand.self, UndoCommand.self, RedoCommand.self,
            LogCommand.self, ImportCommand.self, ExportCommand.self, SyncCommand.self,
            ProfileCommand.self, ServeCommand.self, CheckCommand.self, ConfigCommand.self,
        ],
        defaultSubcommand: EditCommand.self)
}

/// The version of the program.
enum Version {
    /// As `--version` and the `User-Agent` header say it.
    static let text = "0.1.0"
}
