import ContactModel
import Glibc

/// A question to the person at the terminal, answered by a word and Enter.
enum Question {
    /// Whether there is somebody to ask.
    static var canBeAsked: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks; anything but `yes` or `y` means no.
    static func ask(_ question: String) -> Bool {
        Streams.note(Streams.neutral(question) + " y/N ")
        guard let answer = readLine() else { return false }
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// Asks for a word; anything else means no.
    static func ask(_ question: String, for word: String) -> Bool {
        Streams.note(Streams.neutral(question) + " Type \(word) if that is meant: ")
        return readLine()?.trimmingWhitespace() == word
    }
}

/// A file that is read whole, or standard input for `-`.
enum WholeFile {
    /// The bytes; nil with `errno` set where they cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
