import ContactModel
import JSONText
import TestGround

/// Writes values as other programs may: any white space, any escapes, names that stand twice,
/// deep and long values.
struct UglyText {
    private var random: SplitMix64
    private(set) var bytes: [UInt8] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// Writes a list of contacts, at times in an envelope, at times with a byte order mark.
    mutating func write(_ contacts: [JSONObject]) {
        if below(8) == 0 { bytes += [0xEF, 0xBB, 0xBF] }
        let isWrapped = below(4) == 0
        space()
        if isWrapped {
            bytes += #"{"next":[1,{"data":2}],"d\u0061ta""#.utf8
            space()
            bytes.append(UInt8(ascii: ":"))
            space()
        }
        list(contacts) { $0.write(record: $1) }
        if isWrapped { bytes += #" , "data":null}"#.utf8 }
        space()
    }

    private mutating func write(record: JSONObject) {
        var members = record.members
        if below(4) == 0, let member = members.randomElement(using: &random) {
            members.insert(
                JSONObject.Member(name: member.name, value: value()), at: below(members.count))
        }
        if below(6) == 0 { members.shuffle(using: &random) }
        if below(6) == 0 {
            members.append(JSONObject.Member(name: "notes", value: value()))
        }
        write(members)
    }

    private mutating func value() -> JSONValue {
        switch below(5) {
        case 0: .null
        case 1: .array([.string("x"), .number(JSONNumber(below(9)))])
        case 2: .string(String(repeating: "long é ", count: below(3000)))
        case 3: (0..<below(900)).reduce(.object([:])) { inner, _ in .array([inner]) }
        default: .string("+1 (555) \(below(10_000_000))")
        }
    }

    private mutating func write(_ members: [JSONObject.Member]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            space()
            text(member.name)
            space()
            bytes.append(UInt8(ascii: ":"))
            space()
            write(member.value)
            space()
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .string(let string): text(string)
        case .array(let elements): list(elements) { $0.write($1) }
        case .object(let object): write(object.members)
        default: bytes += value.jsonText.utf8
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], _ write: (inout UglyText, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        space()
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            space()
            write(&self, element)
            space()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func space() {
        let spaces = [0x20, 0x0A, 0x09, 0x0D] as [UInt8]
        guard below(3) == 0 else { return }
        for _ in 0..<below(40) { bytes.append(spaces[below(4)]) }
    }

    private mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let escapes = below(4) == 0 ? 2 : 40
        for scalar in text.unicodeScalars {
            guard
                below(escapes) == 0 || scalar.value < 0x20 || "\"\\".unicodeScalars.contains(scalar)
            else {
                bytes += String(scalar).utf8
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16, uppercase: below(2) == 0)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            }
        }
        if below(60) == 0 { bytes += #"\ud83d"#.utf8 }
        bytes.append(UInt8(ascii: "\""))
    }
}
