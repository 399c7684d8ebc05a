import Glibc
import TerminalKit

/// Why the editor cannot have the terminal, in words.
enum TerminalWording {
    static func phrase(_ error: TerminalError) -> String {
        switch error {
        case .notATerminal: "the editor needs a terminal; 'patchbook list' works without"
        case .unknownType(let name):
            "the terminal type TERM=\(name) is unknown here; try TERM=xterm-256color"
        case .cannotAddressCells(let name): "a terminal of type \(name) cannot move its cursor"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
