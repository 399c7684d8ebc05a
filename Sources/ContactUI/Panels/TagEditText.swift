import ContactModel

/// Tags to add and to remove as they are typed: `+vip -beta +"black friday"`.
enum TagEditText {
    /// Reads the whole text.
    ///
    /// - Throws: a `Problem` for a bare word, an open quote, or what is no tag.
    static func parse(_ text: String) throws(Problem) -> (add: TagList, remove: TagList) {
        guard text.utf8.count <= TextField.completionLimit else {
            throw Problem("too long: no more than \(TextField.completionLimit) bytes of tags")
        }
        var add: [Tag] = []
        var remove: [Tag] = []
        var last: (sign: Character, tag: Tag)?
        for word in try words(of: text) {
            guard let sign = word.first, sign == "+" || sign == "-" else {
                if let last {
                    let whole = "\(last.sign)\"\(last.tag.text) \(word)\""
                    throw Problem("two words want quotes: \(whole)")
                }
                throw Problem("write +\(word) to add it, -\(word) to remove it")
            }
            let tag: Tag
            do throws(TagFlaw) {
                tag = try Tag(String(word.dropFirst()))
            } catch {
                throw Problem(TagEditText.wording(error, sign: sign))
            }
            if sign == "+" { add.append(tag) } else { remove.append(tag) }
            last = (sign, tag)
        }
        if let both = add.first(where: remove.contains) {
            throw Problem("\(both.text) is both added and removed")
        }
        return (TagList(add), TagList(remove))
    }

    /// What of a tag stands before the cursor, with its sign; nil where no tag is begun.
    static func prefix(in field: TextField) -> (sign: Character, typed: String, count: Int)? {
        guard field.text.utf8.count <= TextField.completionLimit else { return nil }
        let before = field.textBeforeCursor
        let start = unclosedStart(of: before)
        let word = before[start...]
        guard let sign = word.first, sign == "+" || sign == "-" else { return nil }
        let typed = word.dropFirst().drop { $0 == "\"" }
        return (sign, String(typed), word.count)
    }

    /// A tag as it is typed, quoted where it holds a space.
    static func written(_ sign: Character, _ tag: Tag) -> String {
        let needsQuotes = tag.text.contains { $0.isWhitespace || $0 == "\"" }
        return needsQuotes ? "\(sign)\"\(tag.text)\"" : "\(sign)\(tag.text)"
    }

    private static func words(of text: String) throws(Problem) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character.isWhitespace && !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if isQuoted { throw Problem("a quote is not closed") }
        return word.isEmpty ? words : words + [word]
    }

    private static func unclosedStart(of text: String) -> String.Index {
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index].isWhitespace && !isQuoted { start = text.index(after: index) }
        }
        return start
    }

    private static func wording(_ flaw: TagFlaw, sign: Character) -> String {
        switch flaw {
        case .empty: "a tag belongs behind \(sign)"
        case .comma: "a tag holds no comma"
        case .controlCharacter: "a tag holds no control character"
        case .tooLong(let count): "a tag of \(count) characters; at most \(Tag.maximumLength)"
        }
    }
}
