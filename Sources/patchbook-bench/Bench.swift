import ArgumentParser
import Glibc

/// Measures the program against what people would otherwise use.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbook-bench",
        abstract: "Measure Patchbook, each figure beside its reference in the same run.",
        subcommands: [Make.self])
}

/// Writes contacts to standard output.
struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write COUNT contacts made from SEED to standard output.")

    @Argument(help: "How many contacts.") var count: Int
    @Argument(help: "What they are made from; the same seed gives the same contacts.")
    var seed: UInt64 = 1

    func run() throws {
        var generator = Generator(seed: seed)
        try generator.write(count) { bytes throws in try StandardOutput.write(bytes) }
    }
}

/// Where made contacts go.
enum StandardOutput {
    static func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            guard written > 0 else { throw ExitCode.failure }
            rest = rest.dropFirst(written)
        }
    }
}
