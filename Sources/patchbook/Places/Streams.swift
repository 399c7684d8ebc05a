import ContactModel
import Glibc
import Screen
import Synchronization

/// Standard output and standard error.
enum Streams {
    private static let shaper = TextShaper(width: .approximate)

    private static let output = Mutex<[UInt8]>([])

    /// Writes JSON text, or text that is neutral already.
    ///
    /// JSON escapes the controls of ASCII by itself; DEL and those from U+0080, which it may
    /// hold as they are and some terminals obey, are escaped here, and on a terminal also what
    /// cannot be seen, or moves what can be.
    static func write(_ text: String) {
        guard isatty(STDOUT_FILENO) != 1 else { return put(visible(text)) }
        let isPlain = text.utf8.allSatisfy { $0 != 0x7F && $0 != 0xC2 }
        put(isPlain ? text : escaped(text) { (0x7F...0x9F).contains($0.value) })
    }

    /// Writes text as it stands; on a terminal without what it would obey.
    static func writeAsIs(_ text: String) {
        put(isatty(STDOUT_FILENO) == 1 ? withoutCommands(text) : text)
    }

    private static func put(_ text: String) {
        output.withLock { buffer in
            buffer += text.utf8
            if buffer.count >= 1 << 16 { drain(&buffer) }
        }
    }

    private static func withoutCommands(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.indices.reduce(into: "") { safe, index in
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            // A carriage return alone would let a value be written over the line before it.
            let isEnd = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n"
            if scalar == "\n" || isEnd || scalar == "\t" || !scalar.isControl {
                safe.unicodeScalars.append(scalar)
            } else {
                safe += neutral(String(scalar))
            }
        }
    }

    /// JSON text in which what cannot be seen, or moves what can be, is escaped: for editors
    /// and terminals.
    static func visible(_ text: String) -> String {
        escaped(text) { scalar in
            switch scalar.value {
            case 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
            default: false
            }
        }
    }

    private static func escaped(
        _ text: String, where isEscaped: (Unicode.Scalar) -> Bool
    ) -> String {
        text.unicodeScalars.reduce(into: "") { safe, scalar in
            if isEscaped(scalar) {
                let digits = String(scalar.value, radix: 16)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
    }

    /// Writes a line to standard output.
    static func print(_ line: String) {
        write(line + "\n")
    }

    /// Hands on what was written so far.
    static func flush() {
        output.withLock { drain(&$0) }
    }

    /// Writes a line to standard error, after the name of the program.
    static func complain(_ line: String) {
        flush()
        var bytes = Array(("patchbook: " + neutral(line) + "\n").utf8)
        drain(&bytes, to: STDERR_FILENO)
    }

    /// Complains of each of some things; of very many the first are named, and how many more there
    /// are.
    ///
    /// - Parameter rest: what is to be said of the others, behind "more".
    static func complain<Thing>(
        about things: [Thing], rest: String, _ words: (Thing) -> String
    ) {
        for thing in things.prefix(namedLimit) { complain(words(thing)) }
        let more = things.count - namedLimit
        if more > 0 { complain("and \(more) more \(rest)") }
    }

    private static let namedLimit = 20
    private static let dropped = Mutex(0)

    /// Writes a line to standard error for as long as somebody reads there: a log that nobody
    /// takes away, or a full disk, stops nothing. How many lines are missing is told later.
    static func log(_ line: String) {
        dropped.withLock { dropped in
            let gap = dropped > 0 ? "patchbook: \(dropped) lines of this log are missing\n" : ""
            let bytes = Array((gap + "patchbook: " + neutral(line)).utf8.prefix(lineLimit)) + [0x0A]
            var errors = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            let isTaken =
                poll(&errors, 1, 0) == 1 && errors.revents & Int16(POLLOUT) != 0
                && Glibc.write(STDERR_FILENO, bytes, bytes.count) == bytes.count
            dropped = isTaken ? 0 : dropped + 1
        }
    }

    /// So much is written to a pipe at once or not at all (`PIPE_BUF`), and never waits where
    /// `poll` says that there is room.
    private static let lineLimit = 4095

    /// Writes to standard error as it is, without a line's end: for terminals alone.
    static func note(_ text: String) {
        flush()
        var bytes = Array(text.utf8)
        drain(&bytes, to: STDERR_FILENO)
    }

    /// A reader that goes away ends the program by SIGPIPE; another failure, such as a full
    /// disk, ends it with the status for input and output. What cannot be told on standard error
    /// is left: what a command does does not hang on what it says about it.
    private static func drain(_ bytes: inout [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 {
                if descriptor == STDERR_FILENO { break }
                let reason = String(cString: strerror(errno))
                var words = Array("patchbook: cannot write the output: \(reason)\n".utf8)
                drain(&words, to: STDERR_FILENO)
                exit(74)
            }
            done += count
        }
        bytes = []
    }

    /// Text without anything a terminal would obey.
    static func neutral(_ text: String) -> String {
        shaper.neutral(text)
    }
}
