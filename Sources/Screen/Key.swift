/// A key as a person names it: what is on the key cap, and what is held down with it.
///
/// There is one form for each key: letters are lower case together with Ctrl or Alt (Alt with an
/// upper-case letter holds Shift), and Shift with a letter alone is the upper-case letter.
package struct Key: Hashable, Sendable {
    /// What is pressed.
    package var code: Code
    /// What is held down meanwhile.
    package var modifiers: Modifiers

    /// What can be pressed.
    package enum Code: Hashable, Sendable {
        /// A cluster as the input method sends it; the space bar is a space.
        case character(Character)
        case enter, tab, backspace, delete, insert, escape
        case up, down, left, right, home, end, pageUp, pageDown
        /// F1 and up.
        case function(Int)
    }

    /// What can be held down.
    package struct Modifiers: OptionSet, Hashable, Sendable {
        /// One bit a modifier.
        package let rawValue: UInt8

        /// Bits as another set holds them.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Ctrl.
        package static let control = Modifiers(rawValue: 1)
        /// Alt, or Meta, or Esc pressed just before.
        package static let alt = Modifiers(rawValue: 2)
        /// Shift, where it is not already in the character.
        package static let shift = Modifiers(rawValue: 4)
    }

    /// A key in its one form.
    package init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
        if case .character(let character) = code { normalise(character) }
    }

    /// A character without Ctrl or Alt.
    package static func character(_ character: Character) -> Key {
        Key(.character(character))
    }

    /// Ctrl with a character; upper and lower case are the same.
    package static func control(_ character: Character) -> Key {
        Key(.character(character), .control)
    }

    /// Alt with a character; an upper-case letter adds Shift.
    package static func alt(_ character: Character) -> Key {
        Key(.character(character), .alt)
    }

    private mutating func normalise(_ character: Character) {
        let lower = character.sole { $0.lowercased() }
        if modifiers.contains(.control) || modifiers.contains(.alt) {
            guard lower != character else { return }
            code = .character(lower)
            if !modifiers.contains(.control) { modifiers.insert(.shift) }
        } else if modifiers == .shift {
            let upper = character.sole { $0.uppercased() }
            guard upper != character || lower != character else { return }
            code = .character(upper)
            modifiers = []
        }
    }
}

extension Character {
    /// The character in another case, where that is one character too and leads back.
    func sole(_ change: (Character) -> String) -> Character {
        let changed = change(self)
        guard changed.count == 1, let only = changed.first else { return self }
        let back = String(only)
        guard back.lowercased() == lowercased(), back.uppercased() == uppercased() else {
            return self
        }
        return only
    }
}
