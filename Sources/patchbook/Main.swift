import ArgumentParser
import Glibc

/// The program: reads its arguments and runs the command they name.
@main
enum Main {
    static func main() {
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try RootCommand.parseAsRoot()
            if let command = command as? any BlockingCommand {
                try command.runBlocking()
            } else {
                try command.run()
            }
            Streams.flush()
        } catch {
            Streams.flush()
            RootCommand.exit(withError: error)
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
