import CCurses
import Glibc
package import Screen

/// The terminal the editor runs in: paints surfaces, and reports keys and everything else that
/// comes from outside.
///
/// One exists per process, and the main thread alone uses it. Opening it takes the screen;
/// `close`, a signal, a crash or the end of the process give it back as it was found.
package final class Terminal {
    /// The window's extent, as far as `events` has reported it.
    package private(set) var size: Size
    /// Text as this terminal shows it, with the C library's widths.
    package let shaper: TextShaper
    /// The locale's own character set is UTF-8, so that more than ASCII lines can be drawn.
    package let isUTF8: Bool

    let options: Options
    let strings: ControlStrings
    let wake: WakeDescriptor?
    var output: TerminalOutput
    var decoder: InputDecoder
    var arrivals: [InputEvent] = []
    var heed = Heed()
    var isInputOpen = true
    let signals: SignalPipe
    private let modes: TerminalModes
    private let screen: CursesScreen
    private var errors: KeptErrors
    private var lastSurface: Surface?
    private var title: String?
    private var state = State.away
    private let rescue: UnsafeMutableBufferPointer<CChar>

    private enum State {
        /// The screen is ours.
        case present
        /// The screen belongs to a child or to the shell.
        case away
        /// Given back for good.
        case closed
    }

    /// Takes the screen of a terminal.
    ///
    /// - Parameter wake: An inbox's descriptor, reported as `.wake` when something has come.
    /// - Throws: `.notATerminal`, `.unknownType`, `.cannotAddressCells`, or `.system`.
    package init(_ options: Options = Options(), wake: WakeDescriptor? = nil)
        throws(TerminalError)
    {
        for descriptor in [options.input, options.output] where isatty(descriptor) != 1 {
            throw .notATerminal(descriptor: descriptor)
        }
        self.options = options
        self.wake = wake
        isUTF8 = ccurses_use_locale()
        shaper = TextShaper(width: CellWidth { Int(ccurses_scalar_width($0.value)) })
        size = Terminal.windowSize(of: options.output)
        output = TerminalOutput(descriptor: options.output)
        modes = try TerminalModes(descriptor: options.input)
        errors = try KeptErrors(descriptor: options.errors)
        // Before curses, which takes signals for itself where nobody else has.
        signals = try SignalPipe()
        screen = try CursesScreen(type: options.type, size: size)
        strings = ControlStrings(mouse: options.mouse)
        decoder = InputDecoder(
            escapeDelay: options.escapeDelayInUse, sequences: .ofTerminal())
        rescue = .allocate(capacity: strings.rescue.count)
        _ = rescue.initialize(from: strings.rescue.map { CChar(bitPattern: $0) })
        takeScreen()
    }

    deinit {
        close()
        rescue.deallocate()
    }

    /// How many colours there are; 0 on a monochrome terminal.
    package var colorCount: Int { screen.colorCount }

    /// `write` calls and bytes so far; what a frame costs is a difference of two readings.
    package var traffic: (writes: Int, bytes: Int) { (output.writeCount, output.byteCount) }

    // MARK: Painting

    /// Shows a surface; only cells that differ from the last one cost bytes, in one write.
    package func draw(_ surface: Surface) {
        guard state == .present else { return }
        lastSurface = surface
        screen.paint(surface)
        send(screen.takeBytes())
    }

    /// Paints the last surface once more on a cleared screen, whatever the terminal shows now.
    package func redraw() {
        screen.repaint()
        if let lastSurface { draw(lastSurface) }
    }

    /// Puts text on the clipboard of the person's own machine; false where it is too long or the
    /// terminal has none. Whether the terminal obeys cannot be known.
    package func copy(_ text: String) -> Bool {
        guard state == .present, !options.type.hasPrefix("linux"), !options.type.hasPrefix("vt"),
            let sequence = Clipboard.sequence(for: text)
        else { return false }
        send(sequence)
        return true
    }

    /// Names the window for as long as the screen is ours; then it has its own name again.
    /// Terminals without windows are left alone.
    package func setTitle(_ title: String) {
        let hasWindow = ["xterm", "tmux", "screen", "rxvt", "foot", "alacritty", "kitty"]
            .contains(where: options.type.hasPrefix)
        guard hasWindow else { return }
        self.title = shaper.clip(shaper.neutral(title), to: 200)
        if state == .present { send(titleEntry) }
    }

    /// Keeps the window's name on xterm's stack and sets ours.
    private var titleEntry: [UInt8] {
        title.map { Array("\u{1B}[22;2t\u{1B}]2;\($0)\u{7}".utf8) } ?? []
    }

    // MARK: Coming and going

    /// Gives the screen to a child such as `$EDITOR`, until `enter`.
    package func leave() {
        guard state == .present else { return }
        ccurses_signals_lend(true)
        giveScreen()
    }

    /// Takes the screen back after `leave`; it is blank and wants drawing.
    package func enter() {
        guard state == .away else { return }
        ccurses_signals_lend(false)
        takeScreen()
        adoptWindowSize()
    }

    /// Stops the process as Ctrl-Z does, and returns when it is continued; `events` then begins
    /// with `.resumed`.
    package func suspend() {
        guard state == .present else { return }
        giveScreen()
        ccurses_signals_stop()
        takeScreen()
        collectSignals()
        heed = Heed()
        adoptWindowSize()
        arrivals.append(.resumed)
    }

    /// Gives the screen back for good, then prints what standard error has been told meanwhile.
    /// May be called again.
    package func close() {
        guard state != .closed else { return }
        giveScreen()
        state = .closed
        signals.release()
        screen.close()
    }

    /// The process was stopped and continued from outside: nobody knows what became of the
    /// terminal.
    func retake() {
        guard state == .present else { return }
        state = .away
        takeScreen()
        adoptWindowSize()
        arrivals.append(.resumed)
    }

    /// Learns the window's size, and reports it where it has changed.
    func adoptWindowSize() {
        let now = Terminal.windowSize(of: options.output)
        guard now != size else { return }
        size = now
        screen.resize(to: now)
        if state == .present { send(strings.wholeRegion) }
        arrivals.removeAll { if case .resize = $0 { true } else { false } }
        arrivals.append(.resize(now))
    }

    private func takeScreen() {
        modes.makeRaw()
        errors.begin()
        var restoration = ccurses_restoration()
        restoration.input = options.input
        restoration.output = options.output
        restoration.modes = modes.found
        restoration.bytes = UnsafePointer(rescue.baseAddress)
        restoration.length = rescue.count
        restoration.errors = errors.descriptor
        restoration.kept_errors = errors.keptDescriptor
        restoration.true_errors = errors.trueErrors
        ccurses_restore_arm(&restoration)
        state = .present
        screen.resume()
        send(screen.takeBytes() + strings.entry + titleEntry)
    }

    private func giveScreen() {
        guard state == .present else { return }
        state = .away
        screen.end()
        let name = title == nil ? [] : Array("\u{1B}[23;2t".utf8)
        output.sendFarewell(strings.exit + name + screen.takeBytes() + strings.clearing)
        modes.restore()
        ccurses_restore_disarm()
        errors.end(shaper: shaper)
    }

    private func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        output.send(bytes) { [self] in
            collectSignals()
            return arrivals.contains(where: \.asksForEnd)
        }
    }

    /// The kernel's idea of the window, or 80×24; absurd sizes are cut to what fits in memory.
    private static func windowSize(of descriptor: Int32) -> Size {
        var rows: Int32 = 24
        var columns: Int32 = 80
        _ = ccurses_window_size(descriptor, &rows, &columns)
        return Size(columns: min(Int(columns), 2000), rows: min(Int(rows), 1000))
    }
}
