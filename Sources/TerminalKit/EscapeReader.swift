import Screen

/// Reads one sequence that begins with Esc (ECMA-48, and what xterm and its heirs make of it).
struct EscapeReader {
    /// What the bytes begin with; lengths include the Esc.
    enum Reading: Hashable {
        case key(Key, length: Int)
        case mouse(Mouse, length: Int)
        case paste(length: Int)
        case ignored(length: Int)
        case unfinished
    }

    /// What follows an Esc that came alone.
    enum Tail: Hashable {
        case none
        case whole(length: Int)
        case unfinished
    }

    /// Longer sequences are no keys.
    private static let lengthLimit = 64

    let sequences: KeySequences

    func read(_ bytes: ArraySlice<UInt8>) -> Reading {
        if let (key, length) = sequences.longestMatch(bytes) { return .key(key, length: length) }
        let rest = bytes.dropFirst()
        switch rest.first {
        case nil: return .unfinished
        case UInt8(ascii: "["): return readControl(rest.dropFirst())
        case UInt8(ascii: "O"): return readShift(rest.dropFirst())
        case 0x1B: return readDoubled(rest)
        case let byte?: return readAlt(byte, rest)
        }
    }

    /// Esc before a sequence is Alt with its key; otherwise it is a key of its own.
    private func readDoubled(_ rest: ArraySlice<UInt8>) -> Reading {
        let escape = Reading.key(Key(.escape), length: 1)
        guard let second = rest.dropFirst().first else { return .unfinished }
        guard second == UInt8(ascii: "[") || second == UInt8(ascii: "O") else { return escape }
        switch read(rest) {
        case .key(let key, let length):
            return .key(Key(key.code, key.modifiers.union(.alt)), length: length + 1)
        case .unfinished: return .unfinished
        default: return escape
        }
    }

    private func readAlt(_ byte: UInt8, _ rest: ArraySlice<UInt8>) -> Reading {
        if byte < 0x20 || byte == 0x7F {
            let key = ControlByte.key(byte)
            return .key(Key(key.code, key.modifiers.union(.alt)), length: 2)
        }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        guard rest.count >= length else { return .unfinished }
        guard let character = UTF8Text.decode(rest.prefix(length)).first else {
            return .ignored(length: 2)
        }
        return .key(.alt(character), length: 1 + length)
    }

    /// `Esc O x`: keys in application mode (SS3).
    private func readShift(_ rest: ArraySlice<UInt8>) -> Reading {
        guard let final = rest.first else { return .unfinished }
        if let key = ControlSequence.shifted(final) { return .key(key, length: 3) }
        return .key(.alt("O"), length: 2)
    }

    /// `Esc [ … x`: parameters and a final byte (CSI).
    private func readControl(_ rest: ArraySlice<UInt8>) -> Reading {
        let body = rest.prefix(Self.lengthLimit).prefix { (0x20..<0x40).contains($0) }
        let head = 2 + body.count
        guard let final = rest.dropFirst(body.count).first else {
            return body.count == Self.lengthLimit ? .ignored(length: head) : .unfinished
        }
        guard (0x40..<0x7F).contains(final) else { return .ignored(length: head) }
        if body.isEmpty, final == UInt8(ascii: "M") { return readOldMouse(rest.dropFirst()) }
        if body.isEmpty, final == UInt8(ascii: "[") { return readLinux(rest.dropFirst()) }
        let sequence = ControlSequence(body: body, final: final)
        let length = head + 1
        if sequence.beginsPaste { return .paste(length: length) }
        if let mouse = sequence.mouse { return .mouse(mouse, length: length) }
        if let key = sequence.key { return .key(key, length: length) }
        return .ignored(length: length)
    }

    /// `Esc [ M b x y`: three bytes with 32 added (X10).
    private func readOldMouse(_ rest: ArraySlice<UInt8>) -> Reading {
        let report = Array(rest.prefix(3))
        guard report.count == 3 else { return .unfinished }
        let mouse = ControlSequence.mouse(
            button: Int(report[0]) - 32, column: Int(report[1]) - 32, row: Int(report[2]) - 32)
        return mouse.map { .mouse($0, length: 6) } ?? .ignored(length: 6)
    }

    /// `Esc [ [ A`: the Linux console's F1 to F5.
    private func readLinux(_ rest: ArraySlice<UInt8>) -> Reading {
        guard let final = rest.first else { return .unfinished }
        guard (0x41...0x45).contains(final) else { return .ignored(length: 4) }
        return .key(Key(.function(Int(final) - 0x40)), length: 4)
    }

    /// Whether bytes are what an arrow or function key sends after its Esc.
    static func tail(_ bytes: ArraySlice<UInt8>) -> Tail {
        let rest = bytes.dropFirst()
        switch bytes.first {
        case UInt8(ascii: "O"):
            guard let final = rest.first else { return .unfinished }
            return "ABCDFHPQRS".utf8.contains(final) ? .whole(length: 2) : .none
        case UInt8(ascii: "["):
            let body = rest.prefix { (0x30..<0x40).contains($0) }
            guard let final = rest.dropFirst(body.count).first else { return .unfinished }
            let isKey = "ABCDFHPQRSZ~uMm".utf8.contains(final)
            return isKey ? .whole(length: 2 + body.count) : .none
        default: return .none
        }
    }
}
