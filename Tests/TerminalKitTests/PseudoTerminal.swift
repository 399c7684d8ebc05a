import CCurses
import Glibc
import Screen
import TerminalKit

/// A terminal without a window: tests hold the end where a person would sit.
final class PseudoTerminal {
    /// Linux's own numbers (ioctl_tty(2)); the functions around them are hidden from Swift.
    private enum Request {
        static let setLock: UInt = 0x4004_5431
        static let getNumber: UInt = 0x8004_5430
    }

    private(set) var person: Int32
    let program: Int32
    /// Where the program's standard error leads: the same terminal.
    let errors: Int32

    init(columns: Int = 80, rows: Int = 24) {
        person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: Int32 = 0
        _ = ioctl(person, Request.setLock, &lock)
        _ = ioctl(person, Request.getNumber, &number)
        program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        errors = dup(program)
        resize(columns: columns, rows: rows)
    }

    deinit {
        hangUp()
        close(program)
        close(errors)
    }

    func options(term: String = "xterm-256color") -> Terminal.Options {
        Terminal.Options(
            input: program, output: program, errors: errors, term: term,
            escapeDelay: .milliseconds(1))
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize()
        size.ws_row = UInt16(rows)
        size.ws_col = UInt16(columns)
        _ = ioctl(person, UInt(TIOCSWINSZ), &size)
    }

    func hangUp() {
        guard person >= 0 else { return }
        close(person)
        person = -1
    }

    func type(_ text: String) {
        type(Array(text.utf8))
    }

    func type(_ bytes: [UInt8]) {
        _ = write(person, bytes, bytes.count)
    }

    /// What the program has written so far.
    func shown() -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        var request = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, 0) > 0, request.revents & Int16(POLLIN) != 0 {
            let count = read(person, &block, block.count)
            guard count > 0 else { break }
            bytes += block.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The line discipline's settings, for comparison.
    var modes: [UInt32] {
        var modes = termios()
        tcgetattr(program, &modes)
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }
}

extension Terminal {
    /// Events until as many as wanted have come, or five seconds are over.
    func events(count: Int) -> [InputEvent] {
        let end = ContinuousClock.now + .seconds(5)
        var gathered: [InputEvent] = []
        while gathered.count < count, ContinuousClock.now < end {
            gathered += events(timeout: end - .now)
        }
        return gathered
    }

    func blank() -> Surface {
        Surface(size: size, shaper: shaper)
    }

    /// A row as curses believes the terminal to show it.
    func believed(row: Int) -> String {
        guard let window = ccurses_newscr() else { return "" }
        var text = ""
        var letters = [wchar_t](repeating: 0, count: 8)
        var attributes: attr_t = 0
        var pair: Int32 = 0
        for column in 0..<Int32(size.columns) {
            let columns = ccurses_read_cell(
                window, Int32(row), column, &letters, &attributes, &pair)
            guard columns > 0 else { continue }
            for letter in letters.prefix(while: { $0 != 0 }) {
                text.unicodeScalars.append(Unicode.Scalar(UInt32(letter)) ?? "?")
            }
        }
        return text
    }
}
