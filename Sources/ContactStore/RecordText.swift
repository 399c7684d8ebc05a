import JSONText

/// Changes single members in the bytes of a JSON object and leaves every other byte as it is.
///
/// New members take over the spacing of the object they come into.
struct RecordText {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Sets a member, in place where it is there, at the end where it is not.
    mutating func set(_ name: String, to value: JSONValue) {
        bytes = RecordText.setting(name, to: value, in: bytes, 0..<bytes.count)
    }

    /// Sets a member of a member that is an object; makes that object where there is none.
    mutating func set(_ name: String, in outer: String, to value: JSONValue) {
        guard let place = RecordText.place(of: outer, in: bytes), bytes[place.lowerBound] == 0x7B
        else {
            set(outer, to: .object(JSONObject([JSONObject.Member(name: name, value: value)])))
            return
        }
        bytes = RecordText.setting(name, to: value, in: bytes, place)
    }

    /// Takes away every member of this name of a member that is an object.
    mutating func remove(_ name: String, in outer: String) {
        while let place = RecordText.place(of: outer, in: bytes),
            let members = RecordText.members(bytes, place),
            let index = members.lastIndex(where: { RecordText.name($0, bytes) == name })
        {
            bytes.removeSubrange(RecordText.range(ofMemberAt: index, in: members))
        }
    }

    private static func range(
        ofMemberAt index: Int, in members: [JSONOutline.Member]
    ) -> Range<Int> {
        if index > 0 {
            return members[index - 1].value.upperBound..<members[index].value.upperBound
        }
        let end =
            members.count > 1 ? members[1].name.lowerBound : members[index].value.upperBound
        return members[index].name.lowerBound..<end
    }

    private static func members(
        _ bytes: [UInt8], _ range: Range<Int>
    ) -> [JSONOutline.Member]? {
        try? JSONOutline.members(of: bytes, in: range) ?? []
    }

    private static func name(_ member: JSONOutline.Member, _ bytes: [UInt8]) -> String {
        JSONOutline.text(of: bytes, in: member.name)
    }

    /// The value that counts for a name in an object that fills `bytes`.
    private static func place(of name: String, in bytes: [UInt8]) -> Range<Int>? {
        members(bytes, 0..<bytes.count)?.last { self.name($0, bytes).hasSameUTF8(as: name) }?.value
    }

    private static func setting(
        _ name: String, to value: JSONValue, in bytes: [UInt8], _ object: Range<Int>
    ) -> [UInt8] {
        let members = members(bytes, object) ?? []
        let spacing = Spacing(of: members, in: bytes, object)
        var result = bytes
        if let member = members.last(where: { self.name($0, bytes).hasSameUTF8(as: name) }) {
            let text = spacing.text(of: value, replacing: member.value, in: bytes)
            result.replaceSubrange(member.value, with: text)
            return result
        }
        var text = JSONValue.string(name).encoded + spacing.colon
        text += spacing.text(of: value)
        if let last = members.last {
            let place = last.value.upperBound
            result.replaceSubrange(place..<place, with: [UInt8(ascii: ",")] + spacing.comma + text)
        } else {
            result.replaceSubrange(object, with: [UInt8(ascii: "{")] + text + [UInt8(ascii: "}")])
        }
        return result
    }
}

/// The white space that an object puts after its colons and commas.
private struct Spacing {
    let colon: [UInt8]
    let comma: [UInt8]

    init(of members: [JSONOutline.Member], in bytes: [UInt8], _ object: Range<Int>) {
        guard let first = members.first else {
            (colon, comma) = (Array(": ".utf8), Array(" ".utf8))
            return
        }
        colon = Array(bytes[first.name.upperBound..<first.value.lowerBound])
        if members.count > 1 {
            let gap = bytes[first.value.upperBound..<members[1].name.lowerBound]
            comma = Array(gap.drop { $0 != UInt8(ascii: ",") }.dropFirst())
        } else {
            let gap = Array(bytes[object.lowerBound + 1..<first.name.lowerBound])
            comma = gap.isEmpty && colon.count > 1 ? [0x20] : gap
        }
    }

    /// A value on one line, in this object's way of spacing.
    func text(of value: JSONValue) -> [UInt8] {
        let gap: [UInt8] = colon.count > 1 || comma.contains(0x20) ? [0x20] : []
        return list(of: value, open: [], gap: gap, close: [])
    }

    /// A value in the place of another; a list keeps the way the other list was laid out.
    func text(of value: JSONValue, replacing old: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        guard case .array = value,
            let elements = try? JSONOutline.elements(of: bytes, in: old) ?? [],
            let first = elements.first, let last = elements.last
        else { return text(of: value) }
        let open = Array(bytes[old.lowerBound + 1..<first.lowerBound])
        let close = Array(bytes[last.upperBound..<old.upperBound - 1])
        guard elements.count > 1 else {
            let inline: [UInt8] = comma.contains(0x20) ? [0x20] : []
            let gap = open.contains(0x0A) ? open : inline
            return list(of: value, open: open, gap: gap, close: close)
        }
        let between = bytes[first.upperBound..<elements[1].lowerBound]
        let gap = Array(between.drop { $0 != UInt8(ascii: ",") }.dropFirst())
        return list(of: value, open: open, gap: gap, close: close)
    }

    private func list(
        of value: JSONValue, open: [UInt8], gap: [UInt8], close: [UInt8]
    ) -> [UInt8] {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let texts = elements.map { text(of: $0) }
            let inner = texts.joined(separator: [UInt8(ascii: ",")] + gap)
            return [UInt8(ascii: "[")] + open + inner + close + [UInt8(ascii: "]")]
        case .object(let object) where !object.isEmpty:
            let texts = object.members.map { member in
                JSONValue.string(member.name).encoded + colonOnOneLine + text(of: member.value)
            }
            let inner = texts.joined(separator: [UInt8(ascii: ",")] + gap)
            return [UInt8(ascii: "{")] + open + inner + close + [UInt8(ascii: "}")]
        default: return value.encoded
        }
    }

    private var colonOnOneLine: [UInt8] {
        colon.contains(0x0A) ? Array(": ".utf8) : colon
    }
}

extension JSONValue {
    /// The compact text as bytes.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }
}
