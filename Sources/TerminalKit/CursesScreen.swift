import CCurses
import Glibc
import Screen

/// ncurses at work on a file in memory: surfaces go in, the bytes of a frame come out.
///
/// ncurses by itself splits a frame into many small writes, which a network carries as many
/// packets.
final class CursesScreen {
    private let memory: MemoryFile
    private let file: UnsafeMutablePointer<FILE>
    private let silence: UnsafeMutablePointer<FILE>
    private let screen: OpaquePointer
    private var pairs: ColorPairs
    private var drawn: Surface?
    private var isCursorVisible: Bool?
    private var cells: [cchar_t] = []
    let colorCount: Int

    /// Opens the terminal type; nothing has reached the terminal yet.
    init(type: String, size: Size) throws(TerminalError) {
        memory = try MemoryFile(name: "frame")
        guard let file = fdopen(dup(memory.descriptor), "a"), let silence = fopen("/dev/null", "r")
        else { throw .system(call: "fdopen", code: errno) }
        self.file = file
        self.silence = silence
        guard !type.isEmpty, let screen = newterm(type, file, silence) else {
            defer {
                fclose(file)
                fclose(silence)
            }
            let isKnown = !type.isEmpty && ccurses_knows_type(type, fileno(file))
            throw isKnown ? .cannotAddressCells(type) : .unknownType(type)
        }
        self.screen = screen
        let hasColors = start_color() == OK && has_colors()
        if hasColors { use_default_colors() }
        colorCount = hasColors ? Int(ccurses_colors()) : 0
        pairs = ColorPairs(colors: colorCount, pairLimit: Int(ccurses_color_pairs()))
        guard ccurses_capability("cup") != nil, ccurses_capability("clear") != nil else {
            close()
            throw .cannotAddressCells(type)
        }
        prepare()
        // The memory file has no size to ask for, and LINES and COLUMNS are often stale.
        resize(to: size)
        // What was prepared so far holds for the size in the terminal database, the scroll region
        // above all; what `resume` writes holds for the true one.
        end()
        _ = takeBytes()
    }

    private func prepare() {
        noecho()
        nonl()
        // Otherwise an update stops half-way when a key arrives.
        typeahead(-1)
        keypad(ccurses_stdscr(), true)
        scrollok(ccurses_stdscr(), false)
    }

    /// The window has another size; everything is painted anew.
    func resize(to size: Size) {
        resize_term(Int32(size.rows), Int32(size.columns))
        repaint()
    }

    /// Nothing is known of what the terminal shows: the next frame paints all of it.
    func repaint() {
        drawn = nil
        clearok(ccurses_curscr(), true)
    }

    /// Draws a surface; only what differs from the last one becomes bytes.
    func paint(_ surface: Surface) {
        guard let window = ccurses_stdscr() else { return }
        let previous = drawn?.size == surface.size ? drawn : nil
        if previous == nil { werase(window) }
        for row in 0..<surface.size.rows {
            let old = previous?.row(row) ?? []
            let new = surface.row(row)
            if old == new { continue }
            put(new, row: row, window: window)
            if CursesScreen.changesConjuncts(from: old, to: new) {
                wredrawln(window, Int32(row), 1)
            }
        }
        drawn = surface
        placeCursor(surface, window: window)
        wnoutrefresh(window)
        doupdate()
    }

    /// Takes the bytes that curses has written since the last time.
    func takeBytes() -> [UInt8] {
        fflush(file)
        return memory.take()
    }

    /// Writes what leaves the alternate screen.
    func end() {
        endwin()
    }

    /// Writes what enters the alternate screen again, blank.
    func resume() {
        repaint()
        werase(ccurses_stdscr())
        wnoutrefresh(ccurses_stdscr())
        doupdate()
        keypad(ccurses_stdscr(), true)
    }

    /// Gives back everything curses holds; the object must not be used after it.
    func close() {
        delscreen(screen)
        fclose(file)
        fclose(silence)
    }

    private func placeCursor(_ surface: Surface, window: UnsafeMutablePointer<WINDOW>) {
        leaveok(window, surface.cursor == nil)
        if let cursor = surface.cursor {
            let row = min(max(0, cursor.row), max(0, surface.size.rows - 1))
            let column = min(max(0, cursor.column), max(0, surface.size.columns - 1))
            wmove(window, Int32(row), Int32(column))
        }
        let isVisible = surface.isCursorVisible && surface.cursor != nil
        if isVisible != isCursorVisible {
            curs_set(isVisible ? 1 : 0)
            isCursorVisible = isVisible
        }
    }

    private func put(_ row: ArraySlice<Cell>, row number: Int, window: UnsafeMutablePointer<WINDOW>)
    {
        cells.removeAll(keepingCapacity: true)
        var style = Style.normal
        var look = pairs.look(of: style)
        for cell in row where !cell.text.isEmpty {
            if cell.style != style {
                style = cell.style
                look = pairs.look(of: style)
            }
            for unit in CellUnits(text: cell.text) {
                cells.append(unit.cell(attributes: look.attributes, pair: look.pair))
            }
        }
        ccurses_put_row(window, Int32(number), cells, Int32(cells.count))
    }

    /// Whether a cluster of several letters changes: terminals that draw such a cluster as one
    /// picture are confused when half of it is written, so that its row is written whole.
    private static func changesConjuncts(
        from old: ArraySlice<Cell>, to new: ArraySlice<Cell>
    ) -> Bool {
        guard old.count == new.count else { return false }
        return zip(old, new).contains { before, after in
            before != after && (isConjunct(before.text) || isConjunct(after.text))
        }
    }

    private static func isConjunct(_ text: String) -> Bool {
        guard text.utf8.count > 1 else { return false }
        var units = CellUnits(text: text)
        return units.next() != nil && units.next() != nil
    }
}
