/// One line of text being edited, cluster by cluster, with the habits of readline.
///
/// The cursor stands between grapheme clusters, so an accent, a skin tone or a joined emoji is
/// never torn. Nothing here knows how wide a cluster is drawn.
package struct TextField: Hashable, Sendable {
    /// The clusters, in logical order.
    package private(set) var characters: [Character]
    /// How many clusters stand before the cursor.
    package private(set) var cursor: Int
    private var past: [Moment] = []
    private var isTyping = false

    private struct Moment: Hashable, Sendable {
        var characters: [Character]
        var cursor: Int
    }

    private static let undoDepth = 100

    /// A field holding `text`, the cursor at its end.
    package init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    /// The whole text.
    package var text: String { String(characters) }

    /// The text before the cursor.
    package var textBeforeCursor: String { String(characters[..<cursor]) }

    /// Whether there is no text.
    package var isEmpty: Bool { characters.isEmpty }

    /// Puts text in at the cursor; an accent typed after its letter joins it.
    package mutating func insert(_ text: String) {
        guard !text.isEmpty else { return }
        remember(typing: text.count == 1)
        splice(cursor..<cursor, with: text)
    }

    /// Puts text in the place of clusters and lets neighbours join; the cursor goes behind it.
    private mutating func splice(_ range: Range<Int>, with text: String) {
        let left = boundary(before: range.lowerBound)
        let right = boundary(after: range.upperBound)
        let head = String(characters[left..<range.lowerBound]) + text
        let joined = Array(head + String(characters[range.upperBound..<right]))
        characters.replaceSubrange(left..<right, with: joined)
        cursor = left
        let length = head.unicodeScalars.count
        var passed = 0
        for character in joined where passed < length {
            passed += character.unicodeScalars.count
            cursor += 1
        }
    }

    /// How many clusters around an edit may join or part by it: a conjunct of Devanagari grows
    /// over several (UAX #29, rule GB9c).
    private static let reach = 4

    /// A place to the left that no cluster can reach across; runs of flags count as one.
    private func boundary(before position: Int) -> Int {
        var place = max(0, position - TextField.reach)
        while place > 0, characters[place].isRegional { place -= 1 }
        return place
    }

    private func boundary(after position: Int) -> Int {
        var place = min(characters.count, position + TextField.reach)
        while place > 0, place < characters.count, characters[place - 1].isRegional { place += 1 }
        return place
    }

    /// Replaces everything; the cursor goes to the end.
    package mutating func replace(with text: String) {
        remember(typing: false)
        characters = Array(text)
        cursor = characters.count
    }

    /// Replaces the last `count` clusters before the cursor, as completion does.
    package mutating func replaceBeforeCursor(_ count: Int, with text: String) {
        remember(typing: false)
        splice(max(0, cursor - count)..<cursor, with: text)
    }

    /// Takes back the last edit; a run of typed characters is one.
    package mutating func undo() {
        guard let moment = past.popLast() else { return }
        characters = moment.characters
        cursor = moment.cursor
        isTyping = false
    }

    private mutating func remember(typing: Bool) {
        if typing && isTyping { return }
        past.append(Moment(characters: characters, cursor: cursor))
        if past.count > TextField.undoDepth { past.removeFirst() }
        isTyping = typing
    }

    /// Moves the cursor; out of range stops at the ends.
    package mutating func moveCursor(to position: Int) {
        cursor = min(max(0, position), characters.count)
        isTyping = false
    }

    /// Removes a range of clusters and leaves the cursor at its start.
    ///
    /// - Returns: what was removed.
    package mutating func remove(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<characters.count)
        guard !range.isEmpty else { return "" }
        remember(typing: false)
        let removed = String(characters[range])
        splice(range, with: "")
        return removed
    }

    /// Where the word before the cursor begins.
    package var wordStart: Int {
        var position = cursor
        while position > 0 && !isWord(position - 1) { position -= 1 }
        while position > 0 && isWord(position - 1) { position -= 1 }
        return position
    }

    /// Where the word after the cursor ends.
    package var wordEnd: Int {
        var position = cursor
        while position < characters.count && !isWord(position) { position += 1 }
        while position < characters.count && isWord(position) { position += 1 }
        return position
    }

    /// Where the run of anything but white space before the cursor begins (Ctrl-W).
    package var blankSeparatedStart: Int {
        var position = cursor
        while position > 0 && characters[position - 1].isWhitespace { position -= 1 }
        while position > 0 && !characters[position - 1].isWhitespace { position -= 1 }
        return position
    }

    private func isWord(_ position: Int) -> Bool {
        characters[position].isLetter || characters[position].isNumber
    }
}

extension Character {
    /// Whether it is a flag or half of one, whose pairing depends on all flags before it.
    fileprivate var isRegional: Bool {
        unicodeScalars.first.map { (0x1F1E6...0x1F1FF).contains($0.value) } ?? false
    }
}
