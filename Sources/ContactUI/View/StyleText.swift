package import Screen

extension Style {
    /// Reads a look as themes write it: attributes and a colour in any order, `on` before the
    /// colour behind, such as `bold red` or `black on 220`.
    ///
    /// - Returns: nil where a word is none of these, or a colour stands twice.
    package init?(written text: String) {
        var style = Style()
        var isBehind = false
        var hasColor = (front: false, behind: false)
        for word in text.split(separator: " ") {
            if word == "on", !isBehind {
                isBehind = true
            } else if let attribute = Attributes.named.first(where: { $0.name == word }) {
                style.attributes.insert(attribute.value)
            } else if let color = Color(written: String(word)) {
                guard !(isBehind ? hasColor.behind : hasColor.front) else { return nil }
                if isBehind {
                    style.background = color
                    hasColor.behind = true
                } else {
                    style.foreground = color
                    hasColor.front = true
                }
            } else {
                return nil
            }
        }
        guard text.contains(where: { $0 != " " }), isBehind == hasColor.behind else { return nil }
        self = style
    }

    /// What `init(written:)` reads back.
    package var written: String {
        var words = Attributes.named.filter { attributes.contains($0.value) }.map(\.name)
        if foreground != .standard || words.isEmpty { words.append(foreground.written) }
        if background != .standard { words += ["on", background.written] }
        return words.joined(separator: " ")
    }
}

extension Color {
    /// Reads `default`, one of the eight names with or without `bright-`, or a number from 0 to
    /// 255 of the terminal's palette; nil for anything else.
    package init?(written text: String) {
        let isBright = text.hasPrefix("bright-")
        let name = isBright ? text.dropFirst("bright-".count) : text[...]
        if text == "default" {
            self = .standard
        } else if let index = Color.names.firstIndex(where: { $0 == name }) {
            self = .palette(UInt8(index + (isBright ? 8 : 0)))
        } else if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt8(text) {
            self = .palette(number)
        } else {
            return nil
        }
    }

    /// What `init(written:)` reads back.
    package var written: String {
        guard case .palette(let number) = self else { return "default" }
        guard number < 16 else { return String(number) }
        return (number < 8 ? "" : "bright-") + Color.names[Int(number % 8)]
    }

    private static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    ]
}

extension Attributes {
    /// The words for attributes in themes.
    fileprivate static let named: [(name: String, value: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
        ("italic", .italic),
    ]
}
