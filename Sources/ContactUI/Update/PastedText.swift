import ContactModel

/// Text from a clipboard made fit for one line.
struct PastedText {
    /// The text: line ends and tabs are spaces, other control characters are gone.
    let text: String
    /// How many control characters were left out.
    let dropped: Int

    /// The final line break of a pasted line belongs to the line, not to the text.
    init(_ pasted: String) {
        var pasted = pasted
        while let last = pasted.last, last.isNewline { pasted.removeLast() }
        let line = SingleLine(pasted)
        (text, dropped) = (line.text, line.dropped)
    }

    /// What is said of a paste where nothing is typed.
    static func refusal(_ keymap: Keymap) -> News {
        let filter = keymap.name(of: .filter, in: .list)
        return News("nothing is typed here, so a paste is not taken; \(filter) filters the list")
    }

    /// What is said of it; nil where nothing was left out.
    var news: News? {
        guard dropped > 0 else { return nil }
        let what = dropped == 1 ? "1 control character" : "\(dropped) control characters"
        return News("\(what) in the pasted text left out", .bad)
    }
}
