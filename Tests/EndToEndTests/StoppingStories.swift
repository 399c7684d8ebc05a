import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// Ctrl-C while a command is at work.
    @Suite struct Stopping {
        /// A command that reads a pipe into which nobody has written all, once it listens for
        /// Ctrl-C.
        private func reading(_ words: [String], in home: Home) async throws -> (Program, Int32) {
            mkfifo(home.folder + "/pipe", 0o600)
            // Open for both, so that neither side waits for the other.
            let pipe = open(home.folder + "/pipe", O_RDWR)
            let program = try Program([Program.path] + words, in: home)
            let listens = try await eventually { self.catchesInterrupts(program.pid) ? true : nil }
            try #require(listens == true)
            return (program, pipe)
        }

        private func catchesInterrupts(_ pid: pid_t) -> Bool {
            let status = (try? Scratch.text(at: "/proc/\(pid)/status")) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
            let mask = line.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) } ?? 0
            return mask & 1 << UInt64(SIGINT - 1) != 0
        }

        @Test func aCommandThatReadsStopsAtOnceAndSaysSo() async throws {
            for words in [["import", "pipe", "--format", "jsonl"], ["apply", "pipe"]] {
                let home = try Shop.home()
                let (program, pipe) = try await reading(
                    words + ["--file", "contacts.json"], in: home)
                defer { close(pipe) }
                program.signal(SIGINT)
                let outcome = try await program.outcome()
                #expect(outcome.status == 2, "\(words)")
                #expect(outcome.output == "")
                #expect(outcome.errors == "patchbook: stopped before anything was written\n")
                #expect(try home.text("contacts.json") == Shop.text)
            }
        }
    }
}
