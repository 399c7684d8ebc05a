/// How a cell looks: two colours and a set of attributes.
package struct Style: Hashable, Sendable {
    /// The colour of the text.
    package var foreground: Color
    /// The colour behind the text.
    package var background: Color
    /// Bold, dim and so on.
    package var attributes: Attributes

    /// The terminal's own look where nothing is given.
    package init(
        foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// The terminal's own colours without attributes.
    package static let normal = Style()
}

/// A colour by its number, so that the person's own palette decides what it looks like.
package enum Color: Hashable, Sendable {
    /// What the terminal uses when nobody asks for a colour.
    case standard
    /// 0–15 the terminal's sixteen colours, 16–231 the colour cube, 232–255 the greys.
    case palette(UInt8)
}

/// What makes text stand out besides its colour.
package struct Attributes: OptionSet, Hashable, Sendable {
    /// One bit an attribute.
    package let rawValue: UInt8

    /// Bits as another set holds them.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// All of what is given. The standard library's own works for every kind of set, and takes a
    /// third of a millisecond to find out which one this is when a program starts.
    package init(arrayLiteral attributes: Attributes...) {
        self.init(rawValue: attributes.reduce(0) { $0 | $1.rawValue })
    }

    /// What acts.
    package static let bold = Attributes(rawValue: 1)
    /// What is secondary.
    package static let dim = Attributes(rawValue: 2)
    /// A line below the text.
    package static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    package static let reverse = Attributes(rawValue: 8)
    /// Slanted where the terminal can.
    package static let italic = Attributes(rawValue: 16)
}
