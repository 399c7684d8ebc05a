import CCurses

/// Sequences that curses leaves to others, and those that undo everything in a crash.
struct ControlStrings {
    /// Turns on bracketed paste and, where wanted, the mouse.
    let entry: [UInt8]
    /// Turns them off again, and makes all of the screen scroll.
    let exit: [UInt8]
    /// Makes all of the screen scroll, whatever its size; the cursor goes home with it.
    let wholeRegion: [UInt8]
    /// Where no second screen goes away: clears the bottom line, on which the shell will ask.
    let clearing: [UInt8]
    /// Brings an unprepared terminal back from whatever the editor was doing.
    let rescue: [UInt8]

    /// For the terminal that curses has opened.
    init(mouse: Bool) {
        let hasMouse = mouse && ccurses_capability("kmous") != nil
        // SGR reports (1006) reach beyond column 223; where they are unknown, 1000 alone works.
        let on = "\u{1B}[?2004h" + (hasMouse ? "\u{1B}[?1000h\u{1B}[?1006h" : "")
        let off = (hasMouse ? "\u{1B}[?1006l\u{1B}[?1000l" : "") + "\u{1B}[?2004l"
        entry = Array(on.utf8)
        wholeRegion = ControlStrings.hasRegion ? Array("\u{1B}[r".utf8) : []
        exit = Array(off.utf8) + wholeRegion
        let hasOwnScreen = !ControlStrings.capability("rmcup").isEmpty
        clearing = hasOwnScreen ? [] : ControlStrings.capability("el")
        // Where nothing restores the cursor afterwards, it stays where it is.
        let stays = !hasOwnScreen && !wholeRegion.isEmpty
        rescue =
            (stays ? ControlStrings.capability("sc") : [])
            + exit
            + (stays ? ControlStrings.capability("rc") : [])
            + ["sgr0", "op", "rmkx", "cnorm", "rmcup"].flatMap { ControlStrings.capability($0) }
    }

    /// Whether the terminal has a scroll region, written as DEC's terminals and all their
    /// descendants have it.
    private static var hasRegion: Bool {
        ccurses_capability("csr").map { String(cString: $0) } == "\u{1B}[%i%p1%d;%p2%dr"
    }

    /// A capability without the padding times (`$<5>`) that only a tty driver of old needs.
    private static func capability(_ name: String) -> [UInt8] {
        guard let value = ccurses_capability(name) else { return [] }
        var bytes: [UInt8] = []
        var isPadding = false
        let source = Array(String(cString: value).utf8)
        for (index, byte) in source.enumerated() {
            if byte == UInt8(ascii: "$"), source.dropFirst(index + 1).first == UInt8(ascii: "<") {
                isPadding = true
            }
            if !isPadding { bytes.append(byte) }
            if byte == UInt8(ascii: ">") { isPadding = false }
        }
        return bytes
    }
}
