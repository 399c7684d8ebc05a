package import Screen

/// How each part of a screen looks, by what it means.
package struct Theme: Hashable, Sendable {
    /// Titles of panes and names of people.
    package var strong = Style(.standard, .bold)
    /// What is secondary.
    package var dim = Style(.standard, .dim)
    /// Where you are.
    package var accent = Style(.palette(6), .bold)
    /// The cell under the cursor.
    package var selection = Style(.standard, .reverse)
    /// Done.
    package var good = Style(.palette(2))
    /// Failed or invalid.
    package var bad = Style(.palette(1), .bold)
    /// Changed and not sent.
    package var unsent = Style(.palette(3))
    /// The colours that tags share, each tag always its own.
    package var tagColors: [Color] = [6, 5, 2, 3, 13, 14, 10, 12].map(Color.palette)

    /// The sixteen colours of the person's own palette.
    package static let standard = Theme()

    /// No colour at all: weight, dimness and reverse say it.
    package static let monochrome = Theme(
        accent: Style(.standard, .bold), good: .normal, bad: Style(.standard, .bold),
        unsent: .normal, tagColors: [.standard])

    /// The look of a tag: the same on every screen and in every run.
    package func style(ofTag text: String) -> Style {
        let sum = text.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }
        return Style(tagColors[Int(sum % UInt32(tagColors.count))])
    }
}

extension Style {
    fileprivate init(_ foreground: Color, _ attributes: Attributes = []) {
        self.init(foreground: foreground, attributes: attributes)
    }

    /// This look with more attributes.
    func adding(_ more: Attributes) -> Style {
        var style = self
        style.attributes.formUnion(more)
        return style
    }
}
