/// Why the editor cannot have the terminal.
package enum TerminalError: Error, Hashable, Sendable {
    /// The descriptor leads to a file or a pipe.
    case notATerminal(descriptor: Int32)
    /// The terminal database knows nothing under this name, the value of `TERM`.
    case unknownType(String)
    /// A terminal of this type cannot move its cursor to a place.
    case cannotAddressCells(String)
    /// The system refused something indispensable.
    case system(call: String, code: Int32)
}
