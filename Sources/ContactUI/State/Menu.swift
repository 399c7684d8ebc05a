import ContactModel

/// Lines to choose from, narrowed by what is typed.
package struct Menu: Hashable, Sendable {
    /// One line.
    package struct Item: Hashable, Sendable {
        /// What stands before the label, such as `▲1` or a count.
        package var sign: String
        /// What it is called.
        package var label: String
        /// What one should know of it.
        package var detail: String
        /// What counts most of both, where neither has room; empty for the detail.
        package var gist: String

        /// A line of a menu.
        package init(_ label: String, sign: String = "", detail: String = "", gist: String = "") {
            self.gist = gist
            self.label = label
            self.sign = sign
            self.detail = detail
        }
    }

    /// Every line, shown or not.
    package private(set) var items: [Item]
    /// The places in `items` of the lines that are shown, in order.
    package private(set) var shown: [Int]
    /// Where the cursor is among the lines shown.
    package internal(set) var cursor = LineCursor()
    /// What the lines are narrowed by.
    package private(set) var narrowing = TextField()
    /// Whether keys type into the narrowing text.
    package internal(set) var isNarrowing = false
    /// The count typed before a command.
    var count: Int?

    /// A menu of these lines.
    package init(_ items: [Item] = []) {
        self.items = items
        shown = Array(items.indices)
    }

    /// The place in `items` of the line under the cursor; nil where none is shown.
    package var selection: Int? {
        shown.indices.contains(cursor.selected) ? shown[cursor.selected] : nil
    }

    /// Puts other lines in; the cursor stays on its place.
    mutating func replace(_ items: [Item], height: Int) {
        self.items = items
        narrow(height: height)
    }

    /// Goes to a line by its place in `items`.
    mutating func select(item: Int, height: Int) {
        guard let line = shown.firstIndex(of: item) else { return }
        cursor.select(line, of: shown.count, height: height)
    }

    /// Changes the narrowing text and shows the lines that hold all of its words, or only its
    /// first word; those whose label begins with it come first then.
    mutating func narrow(
        height: Int, byFirstWord: Bool = false, _ edit: (inout TextField) -> Void = { _ in }
    ) {
        let before = narrowing.text
        edit(&narrowing)
        let words = SearchText.folded(String(narrowing.text.prefix(200))).split(separator: " ")
            .prefix(byFirstWord ? 1 : .max)
        shown = items.indices.filter { index in
            let text = SearchText.folded(items[index].label + " " + items[index].detail)
            return words.allSatisfy { text.contains($0) }
        }
        if byFirstWord, let word = words.first {
            let isExact = { [items] (index: Int) in items[index].label == word }
            let begins = { [items] (index: Int) in items[index].label.hasPrefix(word) }
            shown =
                shown.filter(isExact) + shown.filter { begins($0) && !isExact($0) }
                + shown.filter { !begins($0) }
        }
        let isOther = narrowing.text != before
        cursor.select(isOther ? 0 : cursor.selected, of: shown.count, height: height)
    }

    /// Moves the cursor by a command, as often as was typed before it; false where it is no
    /// movement.
    mutating func move(_ command: Command, height: Int) -> Bool {
        defer { count = nil }
        return cursor.move(command, count: count, of: shown.count, height: height)
    }
}
