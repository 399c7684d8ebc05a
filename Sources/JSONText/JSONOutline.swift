/// Where the parts of a JSON text stand, for whoever changes one and keeps the bytes of the rest.
package enum JSONOutline {
    /// The bytes of one member.
    package struct Member: Hashable, Sendable {
        /// The name, quotes included.
        package let name: Range<Int>
        /// The value, without the white space around it.
        package let value: Range<Int>

        /// A member whose places are known.
        package init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    /// The members of the object that fills `range`; nil where it holds another kind of value.
    package static func members(
        of bytes: [UInt8], in range: Range<Int>
    ) throws(JSONSyntaxError) -> [Member]? {
        var tokens = JSONTokenizer(bytes, in: range)
        guard try tokens.next() == .beginObject else { return nil }
        var members: [Member] = []
        while case .name(let name) = try tokens.next() {
            members.append(Member(name: name, value: try tokens.skipValue()))
        }
        return members
    }

    /// The elements of the array that fills `range`; nil where it holds another kind of value.
    package static func elements(
        of bytes: [UInt8], in range: Range<Int>
    ) throws(JSONSyntaxError) -> [Range<Int>]? {
        var tokens = JSONTokenizer(bytes, in: range)
        guard try tokens.next() == .beginArray else { return nil }
        var elements: [Range<Int>] = []
        while let element = try tokens.nextElement() { elements.append(element) }
        return elements
    }

    /// The decoded text of a quoted string that was passed over before.
    package static func text(of bytes: [UInt8], in quoted: Range<Int>) -> String {
        JSONString.decode(bytes, quoted, replacingLoneSurrogates: true) ?? ""
    }
}

extension JSONTokenizer {
    /// Passes over the next element of the array that was begun last.
    ///
    /// - Returns: its bytes; nil where the array ends.
    package mutating func nextElement() throws(JSONSyntaxError) -> Range<Int>? {
        let outer = depth
        guard let token = try next(), token != .endArray || depth >= outer else { return nil }
        let start: Int
        switch token {
        case .string(let range), .number(let range): return range
        case .bool(let value): return position - (value ? 4 : 5)..<position
        case .null: return position - 4..<position
        default: start = position - 1
        }
        while depth > outer { _ = try next() }
        return start..<position
    }
}
