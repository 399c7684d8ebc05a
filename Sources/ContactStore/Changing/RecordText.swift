import JSONText

/// Changes single members in the bytes of a JSON object and leaves every other byte as it is.
///
/// New members take over the spacing of the object they come into.
struct RecordText {
    private(set) var bytes: [UInt8] {
        didSet { outline = RecordText.members(bytes, 0..<bytes.count) ?? [] }
    }
    /// The members of the object, kept since most is asked of a record between two changes.
    private(set) var outline: [JSONOutline.Member]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        outline = RecordText.members(bytes, 0..<bytes.count) ?? []
    }

    /// A record whose members are known.
    init(_ bytes: [UInt8], _ members: [JSONOutline.Member]) {
        self.bytes = bytes
        outline = members
    }

    /// Puts a text in the place of a value that is there.
    mutating func replace(_ name: String, with text: [UInt8]) {
        if let place = place(of: name) { bytes.replaceSubrange(place, with: text) }
    }

    /// Sets a member, in place where it is there, at the end where it is not.
    mutating func set(_ name: String, to value: JSONValue) {
        set(name, to: Insertion.value(value))
    }

    /// Sets a member to a value in the very text that it was written in; nil takes it away.
    mutating func set(_ name: String, to written: WrittenValue?) {
        guard let written else { return remove(name) }
        set(name, to: written.insertion)
    }

    private mutating func set(_ name: String, to insertion: Insertion) {
        bytes = RecordText.setting(name, to: insertion, in: bytes, 0..<bytes.count, outline)
    }

    /// Sets a member of a member that is an object; makes that object where there is none.
    ///
    /// - Parameter hole: what taking it away left, to be filled with the very same text.
    mutating func set(
        _ name: String, in outer: String, to written: WrittenValue, filling hole: Hole? = nil
    ) {
        guard let place = place(of: outer), bytes[place.lowerBound] == 0x7B else {
            let member = JSONObject.Member(name: name, value: written.value)
            set(outer, to: .object(JSONObject([member])))
            return
        }
        if let hole, fill(hole, of: name, in: place) { return }
        bytes = RecordText.setting(
            name, to: written.insertion, in: bytes, place,
            RecordText.members(bytes, place) ?? [],
            like: Spacing(of: outline, in: bytes, 0..<bytes.count))
    }

    /// Where a member was taken away from an object, and the text that went with it.
    struct Hole: Hashable, Sendable {
        /// The place among the members that were left; `wholeObject` where several went at once.
        var index: Int
        /// The text, with the white space that set it off; the whole object as it was where
        /// several went at once.
        var text: String

        static let wholeObject = -1
    }

    /// The hole that taking away a member of a member that is an object will leave; nil where
    /// there is none.
    func hole(for name: String, in outer: String) -> Hole? {
        guard let place = place(of: outer), let members = RecordText.members(bytes, place),
            let index = members.lastIndex(where: { RecordText.isNamed(name, $0, bytes) })
        else { return nil }
        guard members.firstIndex(where: { RecordText.isNamed(name, $0, bytes) }) == index else {
            let text = String(decoding: bytes[place], as: UTF8.self)
            return Hole(index: Hole.wholeObject, text: text)
        }
        var range = RecordText.range(ofMemberAt: index, in: members)
        if members.count == 1 { range = place.lowerBound + 1..<range.upperBound }
        return Hole(index: index, text: String(decoding: bytes[range], as: UTF8.self))
    }

    /// Puts a whole object back where nobody has touched what was left of it.
    private mutating func fillWhole(
        _ hole: Hole, of name: String, in object: Range<Int>
    ) -> Bool {
        let whole = Array(hole.text.utf8)
        var left = RecordText(whole)
        left.remove(name)
        guard bytes[object].elementsEqual(left.bytes) else { return false }
        bytes.replaceSubrange(object, with: whole)
        return true
    }

    private mutating func fill(_ hole: Hole, of name: String, in object: Range<Int>) -> Bool {
        if hole.index == Hole.wholeObject { return fillWhole(hole, of: name, in: object) }
        guard let members = RecordText.members(bytes, object), hole.index <= members.count,
            !members.contains(where: { RecordText.isNamed(name, $0, bytes) })
        else { return false }
        var text = Array(hole.text.utf8)[...]
        var place = object.lowerBound + 1
        if hole.index > 0 {
            place = members[hole.index - 1].value.upperBound
            guard members.count > 0, text.contains(UInt8(ascii: ",")) else { return false }
        } else if let first = members.first {
            place = first.name.lowerBound
        } else {
            let space = text.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            guard bytes[place...].starts(with: space) else { return false }
            place += space.count
            text = text.dropFirst(space.count)
        }
        var result = self
        result.bytes.insert(contentsOf: text, at: place)
        let value = try? JSONValue(parsing: result.bytes, loneSurrogates: .replace)
        guard value != nil else { return false }
        self = result
        return true
    }

    /// Takes away every member of this name.
    mutating func remove(_ name: String) {
        remove(name) { 0..<$0.bytes.count }
    }

    /// Takes away every member of this name of a member that is an object.
    mutating func remove(_ name: String, in outer: String) {
        remove(name) { $0.place(of: outer) }
    }

    private mutating func remove(_ name: String, from object: (RecordText) -> Range<Int>?) {
        while let place = object(self), let members = RecordText.members(bytes, place),
            let index = members.lastIndex(where: { RecordText.isNamed(name, $0, bytes) })
        {
            bytes.removeSubrange(RecordText.range(ofMemberAt: index, in: members))
        }
    }

    /// Takes texts out of a member that is a list and puts others at its end; whatever else is
    /// in it keeps every byte.
    ///
    /// - Returns: false where that takes writing the list anew; nothing is changed then.
    mutating func edit(
        list name: String, keeping isKept: (String) -> Bool, appending added: [String]
    ) -> Bool {
        guard let place = place(of: name),
            let elements = try? JSONOutline.elements(of: bytes, in: place),
            let first = elements.first, let last = elements.last
        else { return false }
        let kept = elements.indices.filter { index in
            bytes[elements[index].lowerBound] != UInt8(ascii: "\"")
                || isKept(JSONOutline.text(of: bytes, in: elements[index]))
        }
        guard !kept.isEmpty || added.isEmpty else { return false }
        let spacing = Spacing(of: outline, in: bytes, 0..<bytes.count)
        let gap = [UInt8(ascii: ",")] + spacing.gap(of: elements, in: place, bytes)
        var text = Array(bytes[place.lowerBound..<first.lowerBound])
        for index in kept {
            if index != kept.first {
                text += bytes[elements[index - 1].upperBound..<elements[index].lowerBound]
            }
            text += bytes[elements[index]]
        }
        for new in added { text += gap + JSONValue.string(new).encoded }
        text += bytes[last.upperBound..<place.upperBound]
        replace(name, with: kept.isEmpty ? Array("[]".utf8) : text)
        return true
    }

    /// The value that counts for a name, with its text; nil where there is none.
    func written(_ name: String) -> WrittenValue? {
        place(of: name).flatMap(written)
    }

    /// The same of a member of a member that is an object.
    func written(_ name: String, in outer: String) -> WrittenValue? {
        let members = place(of: outer).flatMap { RecordText.members(bytes, $0) }
        return members?.last { RecordText.isNamed(name, $0, bytes) }.flatMap { written($0.value) }
    }

    private func written(_ place: Range<Int>) -> WrittenValue? {
        let text = Array(bytes[place])
        guard let value = try? JSONValue(parsing: text, loneSurrogates: .replace) else {
            return nil
        }
        return WrittenValue(value, writtenAs: text)
    }

    /// The text of the value that counts for a name; empty where there is none.
    func text(of name: String) -> String {
        place(of: name).map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
    }

    /// The value that counts for a name in the object that fills the bytes.
    private func place(of name: String) -> Range<Int>? {
        outline.last { RecordText.isNamed(name, $0, bytes) }?.value
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
        RecordFacts.outline(of: bytes, in: range)
    }

    private static func isNamed(
        _ name: String, _ member: JSONOutline.Member, _ bytes: [UInt8]
    ) -> Bool {
        let plain = bytes[member.name.lowerBound + 1..<member.name.upperBound - 1]
        if plain.elementsEqual(name.utf8) { return true }
        return plain.contains(UInt8(ascii: "\\"))
            && JSONOutline.text(of: bytes, in: member.name).hasSameUTF8(as: name)
    }

    /// What is put in: a value in the spacing of its surroundings, or a text as it is.
    fileprivate enum Insertion {
        case value(JSONValue)
        case text([UInt8])
    }

    private static func setting(
        _ name: String, to insertion: Insertion, in bytes: [UInt8], _ object: Range<Int>,
        _ members: [JSONOutline.Member], like outer: Spacing? = nil
    ) -> [UInt8] {
        let spacing =
            members.isEmpty && outer != nil
            ? outer ?? .customary : Spacing(of: members, in: bytes, object)
        var result = bytes
        if let member = members.last(where: { isNamed(name, $0, bytes) }) {
            let text = spacing.text(of: insertion, replacing: member.value, in: bytes)
            result.replaceSubrange(member.value, with: text)
            return result
        }
        let comma = [UInt8(ascii: ",")] + spacing.comma
        let text = JSONValue.string(name).encoded + spacing.colon + spacing.text(of: insertion)
        if let last = members.last {
            result.insert(contentsOf: comma + text, at: last.value.upperBound)
        } else {
            result.insert(contentsOf: text, at: object.lowerBound + 1)
        }
        return result
    }
}

/// A value, and the text it is written in where that is not the text we would write: numbers
/// keep theirs, escapes and white space would not.
struct WrittenValue: Hashable, Sendable {
    let value: JSONValue
    /// The text; nil where it is the compact one.
    let text: String?

    init(_ value: JSONValue, text: String? = nil) {
        self.value = value
        self.text = text
    }

    init(_ value: JSONValue, writtenAs bytes: [UInt8]) {
        self.init(
            value, text: value.encoded == bytes ? nil : String(decoding: bytes, as: UTF8.self))
    }

    fileprivate var insertion: RecordText.Insertion {
        text.map { .text(Array($0.utf8)) } ?? .value(value)
    }
}

/// The white space that an object puts after its colons and commas.
private struct Spacing {
    let colon: [UInt8]
    let comma: [UInt8]

    /// Where nothing shows how it is done.
    static let customary = Spacing(colon: Array(": ".utf8), comma: Array(" ".utf8))

    private init(colon: [UInt8], comma: [UInt8]) {
        self.colon = colon
        self.comma = comma
    }

    init(of members: [JSONOutline.Member], in bytes: [UInt8], _ object: Range<Int>) {
        guard let first = members.first else {
            self = .customary
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

    func text(of insertion: RecordText.Insertion) -> [UInt8] {
        switch insertion {
        case .value(let value): text(of: value)
        case .text(let text): text
        }
    }

    func text(
        of insertion: RecordText.Insertion, replacing old: Range<Int>, in bytes: [UInt8]
    ) -> [UInt8] {
        switch insertion {
        case .value(let value): text(of: value, replacing: old, in: bytes)
        case .text(let text): text
        }
    }

    /// A value on one line, in this object's way of spacing.
    func text(of value: JSONValue) -> [UInt8] {
        let gap: [UInt8] = colon.count > 1 || comma.contains(0x20) ? [0x20] : []
        return list(of: value, gap: gap)
    }

    /// A value in the place of another; a list keeps the way the other list was laid out, and
    /// texts of it that stay keep theirs.
    func text(of value: JSONValue, replacing old: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        guard case .array(let values) = value, !values.isEmpty,
            let elements = try? JSONOutline.elements(of: bytes, in: old) ?? [],
            let first = elements.first, let last = elements.last
        else { return text(of: value) }
        let open = Array(bytes[old.lowerBound + 1..<first.lowerBound])
        let close = Array(bytes[last.upperBound..<old.upperBound - 1])
        let gap = [UInt8(ascii: ",")] + gap(of: elements, in: old, bytes)
        var text = [UInt8(ascii: "[")] + open
        var before: Int?
        for (index, value) in values.enumerated() {
            let kept = elements.firstIndex { Spacing.holds(value.text, $0, bytes) }
            if index > 0, let kept, kept - 1 == before {
                text += bytes[elements[kept - 1].upperBound..<elements[kept].lowerBound]
            } else if index > 0 {
                text += gap
            }
            text += kept.map { Array(bytes[elements[$0]]) } ?? self.text(of: value)
            before = kept
        }
        return text + close + [UInt8(ascii: "]")]
    }

    private static func holds(_ text: String?, _ element: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard let text, bytes[element.lowerBound] == UInt8(ascii: "\"") else { return false }
        return JSONOutline.text(of: bytes, in: element).hasSameUTF8(as: text)
    }

    /// What stands behind the commas of a list that has elements.
    func gap(of elements: [Range<Int>], in list: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
        guard elements.count > 1 else {
            let open = Array(bytes[list.lowerBound + 1..<elements[0].lowerBound])
            return open.contains(0x0A) ? open : comma.contains(0x20) ? [0x20] : []
        }
        let between = bytes[elements[0].upperBound..<elements[1].lowerBound]
        return Array(between.drop { $0 != UInt8(ascii: ",") }.dropFirst())
    }

    private func list(of value: JSONValue, gap: [UInt8]) -> [UInt8] {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let texts = elements.map { text(of: $0) }
            let inner = texts.joined(separator: [UInt8(ascii: ",")] + gap)
            return [UInt8(ascii: "[")] + inner + [UInt8(ascii: "]")]
        case .object(let object) where !object.isEmpty:
            let texts = object.members.map { member in
                JSONValue.string(member.name).encoded + colonOnOneLine + text(of: member.value)
            }
            let inner = texts.joined(separator: [UInt8(ascii: ",")] + gap)
            return [UInt8(ascii: "{")] + inner + [UInt8(ascii: "}")]
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
