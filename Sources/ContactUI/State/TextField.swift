/// One line of text being edited, cluster by cluster, with the habits of readline.
///
/// The cursor stands between grapheme clusters, so an accent, a skin tone or a joined emoji is
/// never torn. Nothing here knows how wide a cluster is drawn.
package struct TextField: Hashable, Sendable {
    /// The clusters, in logical order.
    package private(set) var characters: [Character]
    /// How many clusters stand before the cursor.
    package private(set) var cursor: Int
    /// The whole text; kept beside the clusters, since making a long one anew costs every key.
    package private(set) var text: String
    /// Grows with every edit.
    package private(set) var revision = 0
    /// How many bytes of `text` stand before the cursor.
    private var cursorByte: Int
    private var past: [Moment] = []
    private var isTyping = false

    private struct Moment: Hashable, Sendable {
        var characters: [Character]
        var cursor: Int
        var text: String
        var cursorByte: Int
    }

    private static let undoDepth = 100
    /// Clusters kept for undo, of all moments together.
    private static let undoWeight = 4_000_000

    /// A field holding `text`, the cursor at its end.
    package init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
        self.text = text
        cursorByte = text.utf8.count
    }

    /// The text before the cursor.
    package var textBeforeCursor: String { String(text[..<index(ofByte: cursorByte)]) }

    private func index(ofByte byte: Int) -> String.Index {
        text.utf8.index(text.startIndex, offsetBy: byte)
    }

    /// Where a cluster begins in `text`, counted from the cursor, near which edits are.
    private func byte(of position: Int) -> Int {
        position < cursor
            ? cursorByte - TextField.bytes(characters[position..<cursor])
            : cursorByte + TextField.bytes(characters[cursor..<position])
    }

    private static func bytes(_ characters: ArraySlice<Character>) -> Int {
        characters.reduce(0) { $0 + $1.utf8.count }
    }

    /// Whether there is no text.
    package var isEmpty: Bool { characters.isEmpty }

    /// Puts text in at the cursor; an accent typed after its letter joins it.
    package mutating func insert(_ text: String) {
        guard !text.isEmpty else { return }
        remember(typing: text.utf8.count < 64 && text.count == 1)
        splice(cursor..<cursor, with: text)
    }

    /// Puts text in the place of clusters and lets neighbours join; the cursor goes behind it.
    private mutating func splice(_ range: Range<Int>, with new: String) {
        let left = boundary(before: range.lowerBound)
        let right = boundary(after: range.upperBound)
        let leftByte = byte(of: left)
        let bytes = byte(of: range.lowerBound)..<byte(of: range.upperBound)
        let head = String(characters[left..<range.lowerBound]) + new
        let joined = Array(head + String(characters[range.upperBound..<right]))
        text.replaceSubrange(
            index(ofByte: bytes.lowerBound)..<index(ofByte: bytes.upperBound), with: new)
        characters.replaceSubrange(left..<right, with: joined)
        cursor = left
        cursorByte = leftByte
        let length = leftByte + head.utf8.count
        for character in joined where cursorByte < length {
            cursorByte += character.utf8.count
            cursor += 1
        }
        revision += 1
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
        self.text = text
        cursorByte = text.utf8.count
        revision += 1
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
        text = moment.text
        cursorByte = moment.cursorByte
        isTyping = false
        revision += 1
    }

    private mutating func remember(typing: Bool) {
        if typing && isTyping { return }
        past.append(
            Moment(characters: characters, cursor: cursor, text: text, cursorByte: cursorByte))
        var weight = past.reduce(0) { $0 + $1.characters.count }
        while past.count > TextField.undoDepth || weight > TextField.undoWeight, past.count > 1 {
            weight -= past.removeFirst().characters.count
        }
        isTyping = typing
    }

    /// Moves the cursor; out of range stops at the ends.
    package mutating func moveCursor(to position: Int) {
        let target = min(max(0, position), characters.count)
        cursorByte = target == characters.count ? text.utf8.count : byte(of: target)
        cursor = target
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
