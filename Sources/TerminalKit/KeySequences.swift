import CCurses
import Screen

/// What the terminal database says keys send, where that begins with Esc.
struct KeySequences {
    private var keys: [[UInt8]: Key] = [:]
    private var longest = 0

    /// None, so that only the common forms are known.
    init() {}

    /// The sequences of the terminal that curses has opened.
    static func ofTerminal() -> KeySequences {
        var sequences = KeySequences()
        for (name, key) in named { sequences.add(ccurses_capability(name), key) }
        for number in 1...12 {
            sequences.add(ccurses_capability("kf\(number)"), Key(.function(number)))
        }
        return sequences
    }

    /// The key whose sequence the bytes begin with, the longest where several fit.
    func longestMatch(_ bytes: ArraySlice<UInt8>) -> (Key, length: Int)? {
        for length in stride(from: min(longest, bytes.count), to: 2, by: -1) {
            if let key = keys[Array(bytes.prefix(length))] { return (key, length) }
        }
        return nil
    }

    private mutating func add(_ sequence: UnsafePointer<CChar>?, _ key: Key) {
        guard let sequence else { return }
        let bytes = Array(String(cString: sequence).utf8)
        guard bytes.first == 0x1B, bytes.count > 2 else { return }
        keys[bytes] = key
        longest = max(longest, bytes.count)
    }

    private static let named: [(String, Key)] = [
        ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)),
        ("kcuf1", Key(.right)), ("khome", Key(.home)), ("kend", Key(.end)),
        ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)), ("kich1", Key(.insert)),
        ("kdch1", Key(.delete)), ("kcbt", Key(.tab, .shift)), ("kent", Key(.enter)),
        ("kri", Key(.up, .shift)), ("kind", Key(.down, .shift)), ("kLFT", Key(.left, .shift)),
        ("kRIT", Key(.right, .shift)), ("kHOM", Key(.home, .shift)), ("kEND", Key(.end, .shift)),
        ("kPRV", Key(.pageUp, .shift)), ("kNXT", Key(.pageDown, .shift)),
        ("kDC", Key(.delete, .shift)),
    ]
}
