package import Screen

/// Turns the bytes a terminal sends into keys, pastes and mouse events.
///
/// A value without a clock of its own: it is told when bytes came, says until when it must wait
/// before an Esc is only an Esc, and is told when that time is over.
package struct InputDecoder {
    /// A moment on the clock that the caller reads.
    package typealias Instant = ContinuousClock.Instant

    /// How long the rest of a sequence may take once more than its Esc has come; also how long
    /// the tail of a torn sequence is recognised after its Esc.
    static let sequenceDelay = Duration.milliseconds(500)
    /// A paste whose end does not come is over after this silence.
    static let pasteSilence = Duration.seconds(5)
    /// The rest of a character, or two presses of a button, take no longer than this.
    static let characterDelay = Duration.milliseconds(100)
    static let doublePressDelay = Duration.milliseconds(400)

    private let escapeDelay: Duration
    private let sequences: KeySequences
    private var pending: [UInt8] = []
    private var next = 0
    private var arrival: Instant?
    private var escape: Instant?
    private var press: (mouse: Mouse, at: Instant)?
    private var paste: PasteCollector?
    private var events: [InputEvent] = []

    /// When `expire` wants to be called; nil while nothing is half-read.
    package private(set) var deadline: Instant?

    /// A decoder of the forms that terminals have in common.
    package init(escapeDelay: Duration) {
        self.init(escapeDelay: escapeDelay, sequences: KeySequences())
    }

    init(escapeDelay: Duration, sequences: KeySequences) {
        self.escapeDelay = escapeDelay
        self.sequences = sequences
    }

    /// Takes bytes that have just come, and gives what they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>, at now: Instant) -> [InputEvent] {
        pending.append(contentsOf: bytes)
        arrival = now
        return advance(at: now)
    }

    /// Gives what is left to be said of half-read input once the deadline has passed.
    package mutating func expire(at now: Instant) -> [InputEvent] {
        guard let deadline, now >= deadline else { return [] }
        return advance(at: now, isExpired: true)
    }

    private mutating func advance(at now: Instant, isExpired: Bool = false) -> [InputEvent] {
        deadline = nil
        var isExpired = isExpired
        while deadline == nil, next < pending.count || paste != nil {
            step(at: now, isExpired: isExpired)
            isExpired = false
        }
        pending.removeFirst(next)
        next = 0
        defer { events = [] }
        return events
    }

    private mutating func step(at now: Instant, isExpired: Bool) {
        if paste != nil { return collectPaste(at: now, isExpired: isExpired) }
        if let escape, tail(after: escape, at: now, isExpired: isExpired) { return }
        escape = nil
        switch pending[next] {
        case 0x1B: readEscape(at: now, isExpired: isExpired)
        case 0..<0x20, 0x7F:
            events.append(.key(ControlByte.key(pending[next])))
            next += 1
        default: readText(at: now, isExpired: isExpired)
        }
    }

    /// Waits for more bytes, at most so long after the last ones.
    private mutating func wait(_ delay: Duration, at now: Instant) {
        deadline = (arrival ?? now) + delay
    }

    // MARK: Text

    private mutating func readText(at now: Instant, isExpired: Bool) {
        let run = pending[next...].prefix { $0 >= 0x20 && $0 != 0x7F }
        var text = run
        if run.endIndex == pending.endIndex, !isExpired {
            text = run.dropLast(UTF8Text.unfinishedTail(of: run))
        }
        for character in UTF8Text.decode(text) { events.append(.key(.character(character))) }
        next = text.endIndex
        if next < run.endIndex { wait(Self.characterDelay, at: now) }
    }

    // MARK: Escape sequences

    private mutating func readEscape(at now: Instant, isExpired: Bool) {
        let reading = EscapeReader(sequences: sequences).read(pending[next...])
        switch reading {
        case .unfinished where !isExpired:
            let isAlone = pending[next...].allSatisfy { $0 == 0x1B }
            wait(isAlone ? escapeDelay : Self.sequenceDelay, at: now)
        case .unfinished: giveUp(at: now)
        case .key(let key, let length):
            events.append(.key(key))
            next += length
        case .mouse(let mouse, let length):
            events.append(.mouse(doubled(mouse, at: now)))
            next += length
        case .paste(let length):
            paste = PasteCollector()
            next += length
        case .ignored(let length): next += length
        }
    }

    /// No more bytes have come: Esc was pressed, or Alt with a bracket, or a sequence was torn.
    private mutating func giveUp(at now: Instant) {
        let rest = pending[next...].dropFirst()
        switch rest.first {
        case nil, 0x1B:
            events.append(.key(Key(.escape)))
            next += 1
            escape = arrival ?? now
        case let byte? where rest.count == 1 && byte < 0x80:
            events.append(.key(.alt(Character(Unicode.Scalar(byte)))))
            next += 2
        default: next = pending.endIndex
        }
    }

    /// Swallows the tail of an arrow key whose Esc has already been taken for a key; true where
    /// there was one, or may yet be one.
    private mutating func tail(after escape: Instant, at now: Instant, isExpired: Bool) -> Bool {
        guard now - escape <= Self.sequenceDelay else { return false }
        switch EscapeReader.tail(pending[next...]) {
        case .none: return false
        case .whole(let length):
            next += length
            self.escape = nil
        case .unfinished where isExpired: return false
        case .unfinished: deadline = escape + Self.sequenceDelay
        }
        return true
    }

    private mutating func doubled(_ mouse: Mouse, at now: Instant) -> Mouse {
        guard mouse.kind == .press else { return mouse }
        defer { press = (mouse, now) }
        guard let press, press.mouse == mouse, now - press.at <= Self.doublePressDelay else {
            return mouse
        }
        return Mouse(.doublePress, row: mouse.row, column: mouse.column)
    }

    // MARK: Paste

    private mutating func collectPaste(at now: Instant, isExpired: Bool) {
        guard var collector = paste else { return }
        // Emptied first, so that appending does not copy megabytes.
        paste = nil
        next += collector.take(pending[next...])
        if collector.isComplete || isExpired {
            events.append(.paste(collector.text))
        } else {
            paste = collector
            wait(Self.pasteSilence, at: now)
        }
    }
}
