import ArgumentParser
import ContactUI
import Screen

/// Shows what can be set, and what is wrong with what is.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration with everything as by default, to begin one's own.",
        discussion: "Status 65 where --check finds a mistake.")

    @Flag(help: "Read the configuration and tell every mistake in it.")
    var check = false

    @Flag(help: "List the commands of every place with their present keys.")
    var commands = false

    func validate() throws {
        if check && commands { throw ValidationError("give --check or --commands, not both") }
    }

    func run() throws {
        if check {
            try runCheck()
        } else if commands {
            printCommands(try Configuration.load().keymap)
        } else if let file = ShippedFiles.inside("config.toml") {
            Streams.write(String(decoding: file.bytes, as: UTF8.self))
        }
    }

    private func runCheck() throws {
        let configuration = try Configuration.load()
        configuration.complain(unless: false)
        if !configuration.problems.isEmpty { throw ExitCode(65) }
    }

    private func printCommands(_ keymap: Keymap) {
        for context in KeyContext.allCases {
            Streams.print("[keys.\(context.rawValue)]")
            var told: Set<Command> = []
            for binding in keymap.bindings[context] ?? [] {
                guard told.insert(binding.command).inserted else { continue }
                let keys = (keymap.bindings[context] ?? []).filter {
                    $0.command == binding.command
                }
                let list = keys.map { ConfigCommand.quoted($0) }.joined(separator: ", ")
                Streams.print("\(binding.command.rawValue) = [\(list)]")
            }
        }
    }

    /// A binding as the configuration writes it; no key's notation holds an apostrophe and a
    /// quote.
    private static func quoted(_ binding: Keymap.Binding) -> String {
        let keys = binding.keys.map(\.notation).joined(separator: " ")
        return keys.contains("\"") || keys.contains("\\") ? "'\(keys)'" : "\"\(keys)\""
    }
}
