import Screen

/// The parameters and the final byte of a sequence, and what they stand for.
struct ControlSequence {
    private let marker: UInt8?
    private let parameters: [Int]
    private let final: UInt8

    init(body: ArraySlice<UInt8>, final: UInt8) {
        self.final = final
        marker = body.first.flatMap { (0x3C..<0x40).contains($0) ? $0 : nil }
        let digits = body.drop { (0x3C..<0x40).contains($0) }
        parameters = digits.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { part in
                // Sub-parameters after a colon say nothing that is needed here.
                let number = part.prefix { $0 != UInt8(ascii: ":") }
                return Int(String(decoding: number, as: UTF8.self)) ?? 0
            }
    }

    var beginsPaste: Bool {
        marker == nil && final == UInt8(ascii: "~") && parameters.first == 200
    }

    /// `Esc [ < b ; x ; y M` (SGR), a press.
    var mouse: Mouse? {
        guard marker == UInt8(ascii: "<"), final == UInt8(ascii: "M"), parameters.count == 3 else {
            return nil
        }
        return Self.mouse(button: parameters[0], column: parameters[1], row: parameters[2])
    }

    /// What a button number at a place, counted from 1, says; nil for releases, movement and
    /// other buttons than the left one and the wheel.
    static func mouse(button: Int, column: Int, row: Int) -> Mouse? {
        let shiftAltControl = 4 | 8 | 16
        guard row > 0, column > 0 else { return nil }
        switch button & ~shiftAltControl {
        case 0: return Mouse(.press, row: row - 1, column: column - 1)
        case 64: return Mouse(.wheelUp, row: row - 1, column: column - 1)
        case 65: return Mouse(.wheelDown, row: row - 1, column: column - 1)
        default: return nil
        }
    }

    var key: Key? {
        guard marker == nil else { return nil }
        let modifiers = Self.modifiers(parameters.count > 1 ? parameters[1] : 1)
        switch final {
        case UInt8(ascii: "~"): return tilde(modifiers)
        case UInt8(ascii: "u"): return Self.key(scalar: parameters.first ?? 0, modifiers)
        case UInt8(ascii: "Z"): return Key(.tab, modifiers.union(.shift))
        // A report of the cursor's place ends in R too; F3 always has 1 before it.
        case UInt8(ascii: "R") where parameters.count > 1 && parameters[0] != 1: return nil
        // rxvt writes Shift with an arrow as a lower-case letter.
        case 0x61...0x64: return Self.letters[final - 0x20].map { Key($0, .shift) }
        default: return Self.letters[final].map { Key($0, modifiers) }
        }
    }

    /// The key of `Esc O x`.
    static func shifted(_ final: UInt8) -> Key? {
        if let code = letters[final] { return Key(code) }
        switch final {
        case UInt8(ascii: "M"): return Key(.enter)
        case 0x61...0x64: return letters[final - 0x20].map { Key($0, .control) }
        // The keypad in application mode: `j` to `y` are `*` to `9`.
        case 0x6A...0x79: return .character(Character(Unicode.Scalar(final - 0x40)))
        default: return nil
        }
    }

    private func tilde(_ modifiers: Key.Modifiers) -> Key? {
        // xterm's modifyOtherKeys: 27 ; modifiers ; scalar.
        if parameters.first == 27, parameters.count == 3 {
            return Self.key(scalar: parameters[2], modifiers)
        }
        return Self.numbers[parameters.first ?? 0].map { Key($0, modifiers) }
    }

    private static func key(scalar: Int, _ modifiers: Key.Modifiers) -> Key? {
        guard let scalar = UInt32(exactly: scalar).flatMap(Unicode.Scalar.init) else { return nil }
        switch scalar.value {
        case 0x1B: return Key(.escape, modifiers)
        case 0..<0x20, 0x7F:
            let key = ControlByte.key(UInt8(scalar.value))
            return Key(key.code, key.modifiers.union(modifiers))
        // Control characters and the private use area, where kitty puts keys we do not know.
        case 0x80..<0xA0, 0xE000..<0xF900: return nil
        default: return Key(.character(Character(scalar)), modifiers)
        }
    }

    /// xterm adds 1 to a set of bits: Shift 1, Alt 2, Ctrl 4, Meta 8.
    private static func modifiers(_ parameter: Int) -> Key.Modifiers {
        let bits = max(0, parameter - 1)
        var modifiers: Key.Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & (2 | 8) != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private static let letters: [UInt8: Key.Code] = [
        0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home,
        0x50: .function(1), 0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
    ]

    private static let numbers: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4),
        15: .function(5), 17: .function(6), 18: .function(7), 19: .function(8),
        20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]
}

/// Keys that send one control byte.
enum ControlByte {
    /// The key of a byte below 0x20, or of DEL. Ctrl-H, Ctrl-I, Ctrl-J and Ctrl-M cannot be told
    /// from the keys Backspace, Tab and Enter, and count as these.
    static func key(_ byte: UInt8) -> Key {
        switch byte {
        case 0: .control(" ")
        case 0x08, 0x7F: Key(.backspace)
        case 0x09: Key(.tab)
        case 0x0A, 0x0D: Key(.enter)
        case 0x1B: Key(.escape)
        default: .control(Character(Unicode.Scalar(byte + 0x40)))
        }
    }
}
