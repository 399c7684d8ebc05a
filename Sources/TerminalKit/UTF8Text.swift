/// UTF-8 as keyboards send it: what is invalid is ignored, what is unfinished may be completed.
enum UTF8Text {
    /// The valid scalars of the bytes, C1 controls left out.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        text.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if !(0x80..<0xA0).contains(scalar.value) { text.unicodeScalars.append(scalar) }
            case .error: continue
            case .emptyInput: return text
            }
        }
    }

    /// How many bytes at the end begin a character that is not complete, 0–3.
    static func unfinishedTail(of bytes: ArraySlice<UInt8>) -> Int {
        for (index, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > index + 1 ? index + 1 : 0
        }
        return 0
    }
}
