/// Which of many lines is under the cursor, and which is the first on the screen.
package struct LineCursor: Hashable, Sendable {
    /// The line under the cursor, from 0.
    package internal(set) var selected = 0
    /// The first line on the screen.
    package internal(set) var top = 0

    /// Goes to a line and scrolls no more than is needed to see it.
    mutating func select(_ line: Int, of count: Int, height: Int) {
        selected = min(max(0, line), max(0, count - 1))
        let height = max(1, height)
        if selected < top { top = selected }
        if selected >= top + height { top = selected - height + 1 }
        top = max(0, min(top, count - height))
    }

    /// Goes to a line that comes to stand in the row of the screen where the cursor is.
    mutating func keepRow(at line: Int, of count: Int, height: Int) {
        top = max(0, line - (selected - top))
        select(line, of: count, height: height)
    }

    /// The lines on the screen and a screenful to both sides, so that scrolling finds them there.
    func reach(of count: Int, height: Int) -> Range<Int> {
        let height = max(1, height)
        let first = max(0, top - height)
        return first..<max(first, min(count, top + 2 * height))
    }

    /// Moves by a command.
    ///
    /// - Returns: whether the command is a movement.
    mutating func move(_ command: Command, count: Int?, of lines: Int, height: Int) -> Bool {
        let step = count ?? 1
        let target: Int
        switch command {
        case .moveDown: target = selected + step
        case .moveUp: target = selected - step
        case .halfPageDown: target = selected + step * max(1, height / 2)
        case .halfPageUp: target = selected - step * max(1, height / 2)
        case .pageDown: target = selected + step * max(1, height)
        case .pageUp: target = selected - step * max(1, height)
        case .first: target = step - 1
        case .last: target = count.map { $0 - 1 } ?? lines - 1
        default: return false
        }
        select(target, of: lines, height: height)
        return true
    }
}
