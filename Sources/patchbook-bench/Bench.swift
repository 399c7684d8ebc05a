import ArgumentParser
import Glibc

/// Measures the program against what people would otherwise use.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbook-bench",
        abstract: "Measure Patchbook, each figure beside its reference in the same run.",
        subcommands: [
            Measure.self, Start.self, Serve.self, Remote.self, Make.self, StepCommand.self,
        ],
        defaultSubcommand: Measure.self)
}

/// Writes contacts to standard output.
struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write COUNT contacts made from SEED to standard output.")

    @Argument(help: "How many contacts.") var count: Int
    @Argument(help: "What they are made from; the same seed gives the same contacts.")
    var seed: UInt64 = 1
    @Option(help: "What is odd about them.") var shape = Shape.plain

    func run() throws {
        guard let output = fdopen(STDOUT_FILENO, "w") else { throw ExitCode.failure }
        try Generator.write(count, seed: seed, shape: shape, to: output)
    }
}

/// Measures everything and prints a table, then the same as JSON.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measure everything.")

    @Option(help: "How many contacts.") var count = 1_000_000
    @Option(help: "What they are made from.") var seed: UInt64 = 1
    @Option(help: "What is odd about them.") var shape = Shape.plain
    @Option(help: "How often each thing is measured; the table holds the medians.")
    var rounds = 5
    @Option(help: "A folder on the disk that is measured; what is made there is removed.")
    var folder = "/tmp"
    @Flag(help: "Fail where something could not be measured or a limit is not kept.")
    var strict = false

    func run() throws {
        let program = try Program.path
        let place = try Workplace(in: folder)
        defer { place.remove() }
        place.stayHome()
        let bench = try Measuring(
            count: count, seed: seed, shape: shape, rounds: rounds, folder: place.path)
        try bench.report(on: program).print(strict: strict)
    }
}
