import CCurses
package import Screen

/// Styles as curses wants them: attributes and the number of a colour pair.
///
/// Pairs are made when first used. Once the terminal has no pair left, further combinations keep
/// their attributes and lose their colours, so that nothing on the screen changes colour.
struct ColorPairs {
    private let colors: Int
    private let pairLimit: Int
    private var looks: [Style: Look] = [.normal: Look(attributes: 0, pair: 0)]
    private var pairs: [Ground: Int32] = [Ground(foreground: -1, background: -1): 0]

    struct Look {
        var attributes: attr_t
        var pair: Int32
    }

    private struct Ground: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// For the terminal that curses has just opened; 0 colours where it has none.
    init(colors: Int, pairLimit: Int) {
        self.colors = colors
        self.pairLimit = pairLimit
    }

    mutating func look(of style: Style) -> Look {
        if let known = looks[style] { return known }
        var look = Look(attributes: attributes(style.attributes), pair: 0)
        let foreground = PaletteColor(style.foreground, available: colors)
        let background = PaletteColor(style.background, available: colors)
        if foreground.isBrightened { look.attributes |= ccurses_bold() }
        look.pair = pair(Ground(foreground: foreground.index, background: background.index))
        looks[style] = look
        return look
    }

    private mutating func pair(_ ground: Ground) -> Int32 {
        if let known = pairs[ground] { return known }
        let next = Int32(pairs.count)
        guard pairs.count < pairLimit,
            init_extended_pair(next, ground.foreground, ground.background) == OK
        else { return 0 }
        pairs[ground] = next
        return next
    }

    private func attributes(_ set: Attributes) -> attr_t {
        var bits: attr_t = 0
        if set.contains(.bold) { bits |= ccurses_bold() }
        if set.contains(.dim) { bits |= ccurses_dim() }
        if set.contains(.underline) { bits |= ccurses_underline() }
        if set.contains(.reverse) { bits |= ccurses_reverse() }
        if set.contains(.italic) { bits |= ccurses_italic() }
        return bits
    }
}

/// A colour as a terminal with fewer colours comes closest to it.
package struct PaletteColor: Hashable {
    /// The colour's number, −1 for the terminal's own.
    package private(set) var index: Int32
    /// The colour is the bright form of one of the eight that are there.
    package private(set) var isBrightened = false

    /// The nearest of the first `available` colours; below 8 there are none.
    package init(_ color: Color, available: Int) {
        guard case .palette(let number) = color, available >= 8 else {
            index = -1
            return
        }
        let wanted = Int(number)
        // Palettes of 88 colours have another cube than those of 256.
        let isKnown = wanted < 16 || available >= 256
        let near = isKnown && wanted < available ? wanted : PaletteColor.nearest(to: wanted)
        let fits = near < available
        index = Int32(fits ? near : near - 8)
        isBrightened = !fits
    }

    /// The one of the sixteen colours that looks most like one of the 240 others.
    private static func nearest(to number: Int) -> Int {
        guard number >= 16 else { return number }
        let wanted = components(number)
        func distance(_ other: Int) -> Int {
            zip(wanted, sixteen[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        return (0..<16).min { distance($0) < distance($1) } ?? 7
    }

    /// Red, green and blue of a colour of xterm's cube or grey scale.
    private static func components(_ number: Int) -> [Int] {
        if number >= 232 { return Array(repeating: 8 + (number - 232) * 10, count: 3) }
        let steps = [0, 95, 135, 175, 215, 255]
        let cube = number - 16
        return [steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]]
    }

    /// xterm's sixteen colours.
    private static let sixteen: [[Int]] = [
        [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205],
        [0, 205, 205], [229, 229, 229], [127, 127, 127], [255, 0, 0], [0, 255, 0],
        [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
    ]
}
