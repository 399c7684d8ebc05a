import Glibc

extension Terminal {
    /// How a terminal is opened.
    package struct Options: Sendable {
        /// The descriptor keys are read from.
        package var input: Int32
        /// The descriptor frames are written to.
        package var output: Int32
        /// The descriptor of messages that must not disturb the screen.
        package var errors: Int32
        /// The terminal's type; nil takes `TERM`.
        package var term: String?
        /// How long the rest of an arrow key may take after its Esc; nil is 25 ms, and 100 ms
        /// over SSH.
        package var escapeDelay: Duration?
        /// Whether clicks and the wheel are asked for.
        package var mouse: Bool

        /// The standard descriptors of the process, with the mouse.
        package init(
            input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
            errors: Int32 = STDERR_FILENO, term: String? = nil, escapeDelay: Duration? = nil,
            mouse: Bool = true
        ) {
            self.input = input
            self.output = output
            self.errors = errors
            self.term = term
            self.escapeDelay = escapeDelay
            self.mouse = mouse
        }

        /// The type to look up, empty where nothing says it.
        var type: String {
            term ?? getenv("TERM").map { String(cString: $0) } ?? ""
        }

        var escapeDelayInUse: Duration {
            escapeDelay ?? .milliseconds(getenv("SSH_CONNECTION") == nil ? 25 : 100)
        }
    }
}
