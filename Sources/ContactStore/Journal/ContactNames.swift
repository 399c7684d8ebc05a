import ContactModel
import Glibc
import JSONText

/// The keys of very many contacts, in hardly more bytes than they have letters.
struct ContactNames: Hashable, Sendable {
    /// Which of the two keys they are.
    enum Kind: String, CaseIterable, Sendable {
        case ids, phones

        var field: Field { self == .ids ? .id : .phone }
    }

    let kind: Kind
    /// The names as they stand in a list of JSON, but for escapes.
    private var text: ArraySlice<UInt8> = []
    /// Where each ends, counted from the first.
    private var ends: ArraySlice<UInt32> = []
    private var needsEscapes = false

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// Names in which nothing is written with escapes, as they stand in a list of JSON.
    ///
    /// - Parameter ends: where each ends, quotes and all, counted from the first.
    init(_ kind: Kind, plain text: ArraySlice<UInt8>, ends: ArraySlice<UInt32>) {
        self.kind = kind
        self.text = text
        self.ends = ends
    }

    var count: Int { ends.count }
    var isEmpty: Bool { ends.isEmpty }

    /// Appends a name that stands between quotes, and in which nothing is written with escapes.
    mutating func append(quoted name: UnsafeBufferPointer<UInt8>) {
        if !ends.isEmpty { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: name)
        ends.append(UInt32(text.count))
    }

    private mutating func append(_ name: UnsafeBufferPointer<UInt8>) {
        if !ends.isEmpty { text.append(UInt8(ascii: ",")) }
        text.append(UInt8(ascii: "\""))
        text.append(contentsOf: name)
        text.append(UInt8(ascii: "\""))
        ends.append(UInt32(text.count))
    }

    /// Appends any name; the others hold nothing that is written otherwise in JSON.
    mutating func append(_ name: String) {
        var name = name
        name.withUTF8 { name in
            needsEscapes = needsEscapes || name.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
            append(name)
        }
    }

    /// Takes over a name of another list.
    mutating func append(_ index: Int, of other: ContactNames) {
        needsEscapes = needsEscapes || other.needsEscapes
        other.withText(index) { append($0) }
    }

    /// A name as a key; nil for a telephone number that is none.
    func key(_ index: Int) -> ContactKey? {
        let name = withText(index) { String(decoding: $0, as: UTF8.self) }
        switch kind {
        case .ids: return .id(name)
        case .phones: return (try? PhoneNumber(parsing: name)).map(ContactKey.phone)
        }
    }

    /// All of them as keys.
    var keys: [ContactKey] { (0..<count).compactMap(key) }

    /// Whether a name is an id that stands between quotes in plain text.
    func isQuoted(_ index: Int, as id: UnsafeBufferPointer<UInt8>) -> Bool {
        guard kind == .ids else { return false }
        return withText(index) { name in
            guard id.count == name.count + 2, let quote = id.baseAddress,
                let start = name.baseAddress
            else { return false }
            return memcmp(quote + 1, start, name.count) == 0
        }
    }

    func withText<Result>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let place = ends.startIndex + index
        let start = index == 0 ? 1 : Int(ends[place - 1]) + 2
        return text.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[start..<Int(ends[place]) - 1]))
        }
    }
}

extension ContactNames {
    /// Appends the names as a list of JSON texts.
    func write(to line: inout PiecedText) {
        guard needsEscapes else {
            line.tail.append(UInt8(ascii: "["))
            line.append(text)
            line.tail.append(UInt8(ascii: "]"))
            return
        }
        let names = (0..<count).map { index in
            withText(index) { JSONValue.string(String(decoding: $0, as: UTF8.self)) }
        }
        JSONValue.array(names).write(to: &line.tail)
    }

    /// Reads what `write` wrote; nil for anything else.
    init?(_ kind: Kind, _ value: JSONValue?) {
        guard let values = value?.array else { return nil }
        self.init(kind)
        for value in values {
            guard let name = value.text else { return nil }
            append(name)
        }
    }
}
