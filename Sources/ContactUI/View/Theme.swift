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

    /// What shows the row under the cursor.
    package var highlight = Highlight.name

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

/// How the row under the cursor stands out, besides its marker.
package enum Highlight: String, CaseIterable, Hashable, Sendable {
    /// The name stands out: about 90 bytes a step in 120×40.
    case name
    /// Nothing but the marker: about 40 bytes a step.
    case marker
    /// The whole row stands out: about 250 bytes a step.
    case row
}

extension Theme {
    /// What a theme says the look of; the raw value is its name in a theme's file.
    package enum Part: String, CaseIterable, Hashable, Sendable {
        case strong, dim, accent, selection, good, bad, unsent

        fileprivate var path: WritableKeyPath<Theme, Style> {
            switch self {
            case .strong: \.strong
            case .dim: \.dim
            case .accent: \.accent
            case .selection: \.selection
            case .good: \.good
            case .bad: \.bad
            case .unsent: \.unsent
            }
        }
    }

    /// The look of a part.
    package subscript(part: Part) -> Style {
        get { self[keyPath: part.path] }
        set { self[keyPath: part.path] = newValue }
    }

    /// The theme for a terminal: on one without colours, or where they are not wanted, only
    /// weight, dimness and reverse are left.
    package func fitting(colorCount: Int, allowsColor: Bool) -> Theme {
        guard colorCount < 8 || !allowsColor else { return self }
        var theme = self
        for part in Part.allCases {
            let style = theme[part]
            theme[part] = Style(attributes: style.attributes)
            // A look that was made by the colour behind would be lost without a trace.
            if style.background != .standard { theme[part].attributes.insert(.reverse) }
        }
        theme.tagColors = [.standard]
        return theme
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
