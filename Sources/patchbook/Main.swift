import ArgumentParser
import Glibc

/// The program: reads its arguments and runs the command they name.
@main
enum Main {
    static func main() {
        signal(SIGPIPE, SIG_DFL)
        // A file that may not grow is a failed write like any other.
        signal(SIGXFSZ, SIG_IGN)
        refuseOddArguments()
        do {
            if let path = plainPath {
                try told { try EditCommand.edit(path) }
            } else {
                var command = try RootCommand.parseAsRoot()
                try told { try perform(&command) }
            }
        } catch {
            guard RootCommand.exitCode(for: error).isSuccess else {
                RootCommand.exit(withError: error)
            }
            // Help and the version are output like any other, which a full disk cuts off.
            let text = RootCommand.fullMessage(for: error)
            if !text.isEmpty { Streams.print(text) }
            Streams.flush()
        }
    }

    /// Ends the program where an argument is no text: read as well as it can be, it would name
    /// another file, or become another name.
    private static func refuseOddArguments() {
        for index in 0..<Int(CommandLine.argc) {
            guard let word = CommandLine.unsafeArgv[index], String(validatingCString: word) == nil
            else { continue }
            let shown = Streams.neutral(String(cString: word))
            Streams.complain(
                "argument \(index), '\(shown)', is not UTF-8: where the terminal speaks another "
                    + "encoding, iconv translates")
            exit(64)
        }
    }

    /// The file where the arguments say nothing else, since they are parsed in half of the time
    /// that passes before the first screen. A word with a dot or a slash names no command.
    private static var plainPath: String? {
        guard CommandLine.argc == 2,
            let word = CommandLine.unsafeArgv[1].map({ String(cString: $0) }),
            !word.hasPrefix("-"),
            word.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") })
        else { return nil }
        return word
    }

    private static func perform(_ command: inout any ParsableCommand) throws {
        if let command = command as? any BlockingCommand {
            try command.runBlocking()
        } else {
            try command.run()
        }
    }

    /// What a command finds wrong when it runs is told without a usage line: the words were well
    /// formed, and the line would be that of another command.
    private static func told(_ run: () throws -> Void) throws {
        do {
            try run()
            Streams.flush()
        } catch let error as ValidationError {
            Streams.complain(error.message)
            throw ExitCode(64)
        } catch {
            Streams.flush()
            throw error
        }
    }
}

/// A command that waits for disks and networks; it runs on the pool of tasks while the main
/// thread waits.
protocol BlockingCommand: ParsableCommand, Sendable {
    /// Does the work; a status other than 0 is thrown as `ExitCode`.
    func perform() async throws
}

extension BlockingCommand {
    func run() throws { try runBlocking() }

    func runBlocking() throws {
        let outcome = Outcome()
        Task.detached {
            do {
                try await perform()
                outcome.finish(.success(()))
            } catch {
                outcome.finish(.failure(error))
            }
        }
        try outcome.wait().get()
    }
}
