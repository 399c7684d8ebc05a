package import Screen

/// The smallest screen on which anything can be read.
package let smallestSize = Size(columns: 24, rows: 5)

extension AppState {
    /// Draws the whole screen.
    package func render(theme: Theme, shaper: TextShaper) -> Surface {
        var surface = Surface(size: size, shaper: shaper)
        guard size.columns >= smallestSize.columns, size.rows >= smallestSize.rows else {
            surface.put("too small: \(size.columns)×\(size.rows)", row: 0, column: 0)
            return surface
        }
        if let help {
            HelpView(state: help, keymap: keymap, theme: theme).draw(on: &surface)
        } else if let form {
            FormView(form: form, app: self, theme: theme).draw(on: &surface)
        } else {
            ListView(app: self, theme: theme).draw(on: &surface)
        }
        if help == nil { drawInFront(on: &surface, theme) }
        if let dialog { DialogView(dialog: dialog, theme: theme).draw(on: &surface) }
        return surface
    }

    /// Menus, a bulk change being prepared or under way; the prompt stays in sight below them.
    private func drawInFront(on surface: inout Surface, _ theme: Theme) {
        if let panel = panels.last {
            MenuView(panel: panel, app: self, theme: theme).draw(on: &surface)
        }
        if let bulk {
            BulkView(panel: bulk, app: self, theme: theme, shaper: surface.shaper)
                .draw(on: &surface)
        }
        if let running {
            RunningView(running: running, app: self, theme: theme).draw(on: &surface)
        }
        guard prompt != nil, !panels.isEmpty || bulk != nil else { return }
        surface.fill(row: size.rows - 1, columns: 0..<size.columns, style: .normal)
        ListFoot(app: self, theme: theme).draw(on: &surface)
    }
}

extension Surface {
    /// Draws pieces of text one after the other, each in its style, within `width` cells.
    ///
    /// - Returns: the cells used.
    @discardableResult
    mutating func put(
        pieces: [(text: String, style: Style)], row: Int, column: Int, width: Int
    ) -> Int {
        var used = 0
        for piece in pieces {
            if used >= width, !piece.text.isEmpty {
                // The piece before ended at the very edge: what is left out must show.
                put(
                    shaper.ellipsis.text, row: row, column: column + width - 1,
                    style: piece.style)
                break
            }
            used += put(
                piece.text, row: row, column: column + used, style: piece.style,
                width: width - used)
        }
        return used
    }

    /// Draws text so that it ends at the cell before `end`; what does not fit is left out.
    mutating func put(_ text: String, row: Int, endingAt end: Int, style: Style) -> Int {
        let columns = shaper.columns(text)
        guard columns <= end else { return end }
        put(text, row: row, column: end - columns, style: style)
        return end - columns
    }

    /// The line at the foot: the keys that fit, most useful first; those whose labels are vital
    /// find room before all others.
    mutating func putHints(
        _ hints: [(key: String, label: String)], vital: Set<String> = [], theme: Theme
    ) {
        fill(row: size.rows - 1, columns: 0..<size.columns, style: .normal)
        let widths = hints.map { shaper.columns($0.key) + 1 + shaper.columns($0.label) }
        var kept: Set<Int> = []
        var used = -1
        let order = hints.indices.sorted { left, right in
            let first = vital.contains(hints[left].label)
            let second = vital.contains(hints[right].label)
            return first == second ? left < right : first
        }
        for index in order where used + 2 + widths[index] <= size.columns {
            kept.insert(index)
            used += 2 + widths[index]
        }
        var column = 1
        for (index, hint) in hints.enumerated() where kept.contains(index) {
            column += put(hint.key, row: size.rows - 1, column: column, style: theme.strong) + 1
            column += put(hint.label, row: size.rows - 1, column: column, style: theme.dim) + 2
        }
    }

    /// News in the colour of its tone, in one line; where that is too short, in more of them
    /// first below and then above.
    ///
    /// - Returns: how many lines it took.
    @discardableResult
    mutating func putNews(
        _ news: News?, row: Int, theme: Theme, width: Int? = nil,
        more: (above: Int, below: Int) = (0, 0)
    ) -> Int {
        guard let news else { return 0 }
        let style: Style
        switch news.tone {
        case .good: style = theme.good
        case .bad: style = theme.bad
        case .plain: style = .normal
        }
        let width = width ?? size.columns - 2
        let most = 1 + more.above + more.below
        var lines =
            shaper.columns(news.text) <= width || most == 1
            ? [news.text] : wrapped(news.text, width, shaper)
        if lines.count > most {
            lines[most - 1] = lines[(most - 1)...].joined(separator: " ")
            lines.removeSubrange(most...)
        }
        let first = row - max(0, lines.count - 1 - more.below)
        for (index, line) in lines.enumerated() {
            if lines.count > 1, first + index != row {
                fill(row: first + index, columns: 0..<size.columns, style: .normal)
            }
            put(line, row: first + index, column: 1, style: style, width: width)
        }
        return lines.count
    }

    /// Draws an editable line: its text scrolled so that the cursor is in sight.
    ///
    /// - Returns: the column of the cursor.
    mutating func put(_ field: TextField, row: Int, column: Int, width: Int, style: Style) -> Int {
        let width = max(1, width)
        var start = field.cursor
        var before = 0
        while start > 0 {
            let columns = shaper.glyph(field.characters[start - 1]).columns
            if before + columns > width - 1 { break }
            before += columns
            start -= 1
        }
        let isCut = start > 0
        var place = column
        for character in field.characters[start...] {
            let glyph = shaper.glyph(character)
            guard place + glyph.columns <= column + width else {
                put(
                    shaper.ellipsis.text, row: row, column: min(place, column + width - 1),
                    style: style)
                break
            }
            if glyph.columns > 0 { put(glyph.text, row: row, column: place, style: style) }
            place += glyph.columns
        }
        if isCut { put(shaper.ellipsis.text, row: row, column: column, style: style) }
        return column + before
    }
}

/// Breaks a sentence into lines at spaces, and a word longer than a line, such as a path, where
/// the line is full.
func wrapped(_ text: String, _ width: Int, _ shaper: TextShaper) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").flatMap({ pieces(of: $0, width, shaper) }) {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if shaper.columns(longer) > width, !line.isEmpty {
            lines.append(line)
            line = String(word)
        } else {
            line = longer
        }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
}

/// A word in pieces of at most `width` columns.
private func pieces(of word: Substring, _ width: Int, _ shaper: TextShaper) -> [Substring] {
    guard shaper.columns(String(word)) > width else { return [word] }
    var pieces: [Substring] = []
    var start = word.startIndex
    var used = 0
    for index in word.indices {
        let columns = shaper.columns(String(word[index]))
        if used + columns > width, start < index {
            pieces.append(word[start..<index])
            (start, used) = (index, 0)
        }
        used += columns
    }
    return pieces + [word[start...]]
}
