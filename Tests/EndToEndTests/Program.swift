import Glibc
import TestGround

/// A program beside the test; what it writes is kept until the test asks.
final class Program {
    /// What a program ended with.
    struct Outcome {
        /// Its exit status, or 128 and the number of the signal that ended it.
        let status: Int32
        let output: String
        let errors: String
    }

    let pid: pid_t
    private let output: UnsafeMutablePointer<FILE>
    private let complaints: UnsafeMutablePointer<FILE>
    private var ended: Int32?

    /// The program under test: it is built beside the tests.
    static let path: String = {
        let tests = realpath("/proc/self/exe", nil)
        defer { free(tests) }
        let folder = tests.map { String(cString: $0) }?.split(separator: "/").dropLast()
        return "/" + ((folder ?? []) + ["patchbook"]).joined(separator: "/")
    }()

    /// Starts a program in the folder and the environment of a home.
    init(_ words: [String], in home: Home, input: String = "") throws {
        guard let input = Program.file(holding: input), let output = tmpfile(),
            let complaints = tmpfile()
        else { throw ScratchFailure(code: errno) }
        defer { fclose(input) }
        self.output = output
        self.complaints = complaints
        pid = try Program.spawn(
            words, home, descriptors: [input, output, complaints].map { fileno($0) })
    }

    deinit {
        if ended == nil {
            kill(pid, SIGKILL)
            _ = wait(0)
        }
        fclose(output)
        fclose(complaints)
    }

    /// Runs the program under test to its end.
    static func run(
        _ arguments: String..., in home: Home, input: String = ""
    ) async throws -> Outcome {
        try await run(arguments, in: home, input: input)
    }

    /// The same for arguments that stand in a list.
    static func run(
        _ arguments: [String], in home: Home, input: String = ""
    ) async throws -> Outcome {
        try await Program([path] + arguments, in: home, input: input).outcome()
    }

    /// Runs a line of the shell to its end; `patchbook` in it is the program under test.
    static func shell(_ line: String, in home: Home) async throws -> Outcome {
        let definition = "patchbook() { '\(path)' \"$@\"; }; "
        return try await Program(["/bin/sh", "-c", definition + line], in: home).outcome()
    }

    /// What it ended with.
    func outcome() async throws -> Outcome {
        let status = try await eventually { wait(WNOHANG) }
        guard let status else {
            throw Missing("the end of process \(pid)", seen: text(of: complaints))
        }
        return Outcome(status: status, output: text(of: output), errors: text(of: complaints))
    }

    /// What it has said on standard error so far.
    var errors: String { text(of: complaints) }

    /// Sends it a signal.
    func signal(_ number: Int32) {
        if ended == nil { kill(pid, number) }
    }

    private func wait(_ options: Int32) -> Int32? {
        if let ended { return ended }
        var status: Int32 = 0
        guard waitpid(pid, &status, options) == pid else { return nil }
        let signal = status & 0x7F
        ended = signal == 0 ? status >> 8 & 0xFF : 128 + signal
        return ended
    }

    private func text(of file: UnsafeMutablePointer<FILE>) -> String {
        var status = stat()
        fstat(fileno(file), &status)
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            count = max(0, pread(fileno(file), buffer.baseAddress, buffer.count, 0))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func file(holding text: String) -> UnsafeMutablePointer<FILE>? {
        guard let file = tmpfile() else { return nil }
        fputs(text, file)
        rewind(file)
        return file
    }

    /// Threads of the test block signals, and a program would inherit that.
    private static func spawn(
        _ words: [String], _ home: Home, descriptors: [Int32]
    ) throws -> pid_t {
        let words = ["env", "-C", home.folder] + words
        var arguments = words.map { strdup($0) } + [nil]
        var variables = home.environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child = pid_t()
        let code = posix_spawnp(
            &child, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw ScratchFailure(code: code) }
        return child
    }
}

/// Something that was waited for and never came.
struct Missing: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, seen: String) {
        description = "never came: \(what); instead there is:\n\(seen)"
    }
}

/// Asks again until there is an answer; nil where there is none after 20 seconds.
func eventually<Answer>(_ ask: () async throws -> Answer?) async throws -> Answer? {
    let end = ContinuousClock.now + .seconds(20)
    repeat {
        if let answer = try await ask() { return answer }
        try await Task.sleep(for: .milliseconds(5))
    } while ContinuousClock.now < end
    return nil
}
