/// What reaches the editor from outside, in the order in which it came.
package enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted, taken literally; never keys.
    case paste(String)
    /// The mouse was used.
    case mouse(Mouse)
    /// The window has a new size.
    case resize(Size)
    /// The program runs again after it was stopped; the screen is blank and wants painting.
    case resumed
    /// The system asks the program to end.
    case terminate(signal: Int32)
    /// The terminal is gone: nothing can be read or shown any more.
    case hangUp
    /// Something waits in the inbox.
    case wake
}

/// What was done with the mouse, and where.
package struct Mouse: Hashable, Sendable {
    /// What was done.
    package var kind: Kind
    /// Rows below the top, from 0.
    package var row: Int
    /// Columns right of the left edge, from 0.
    package var column: Int

    /// An act of the mouse at a place.
    package init(_ kind: Kind, row: Int, column: Int) {
        self.kind = kind
        self.row = row
        self.column = column
    }

    /// What can be done with a mouse.
    package enum Kind: Hashable, Sendable {
        /// The left button went down.
        case press
        /// The left button went down a second time at the same place, shortly after the first.
        case doublePress
        case wheelUp, wheelDown
    }
}
