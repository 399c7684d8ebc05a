import ArgumentParser
import Glibc

/// Contacts made by a rule: the same count and seed always give the same bytes.
///
/// About 440 bytes a contact; a tenth of the names in other scripts than Latin, some values
/// null, metadata nested, most names unique.
struct Generator {
    private var random: UInt64
    private let shape: Shape

    init(seed: UInt64, shape: Shape = .plain) {
        random = seed
        self.shape = shape
    }

    /// The next number of SplitMix64.
    private mutating func next() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    private mutating func pick(_ texts: [String]) -> String { texts[below(texts.count)] }

    /// Writes a list of so many contacts, or each on a line of its own.
    private mutating func write(
        _ count: Int, asLines: Bool, to write: ([UInt8]) throws -> Void
    ) rethrows {
        var bytes = Array((asLines ? "" : "[\(shape.end)").utf8)
        for index in 0..<count {
            bytes += contact(index).utf8
            let isLast = index + 1 == count
            let end = isLast ? shape.end : shape.separator(after: index)
            bytes += (asLines ? "\n" : end).utf8
            if bytes.count > 1 << 20 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes + Array((asLines ? "" : "]\n").utf8))
    }

    /// Writes a file with so many contacts made from a seed, and answers its size in bytes.
    @discardableResult
    static func write(
        _ count: Int, seed: UInt64 = 1, shape: Shape = .plain, asLines: Bool = false,
        toFile path: String
    ) throws -> Int {
        guard let output = fopen(path, "w") else { throw ExitCode.failure }
        defer { fclose(output) }
        try write(count, seed: seed, shape: shape, asLines: asLines, to: output)
        return ftell(output)
    }

    /// Writes so many contacts made from a seed to an open file.
    static func write(
        _ count: Int, seed: UInt64, shape: Shape, asLines: Bool = false,
        to output: UnsafeMutablePointer<FILE>
    ) throws {
        var generator = Generator(seed: seed, shape: shape)
        try generator.write(count, asLines: asLines) { bytes in
            guard fwrite(bytes, 1, bytes.count, output) == bytes.count else {
                throw ExitCode.failure
            }
        }
        guard fflush(output) == 0 else { throw ExitCode.failure }
    }

    /// The number of a contact, by its place.
    static func phone(_ index: Int) -> String {
        "+1\(2_000_000_000 + index * 7 % 7_999_999_999)"
    }

    private mutating func contact(_ index: Int) -> String {
        let name = name()
        let mail = "\(pick(Generator.given).lowercased()).\(next() % 1_000_000)"
        let email = below(12) == 0 ? "null" : "\"\(mail)@\(pick(Generator.hosts))\""
        let created = date()
        return
            "{\"id\":\"\(identity())\",\"phone\":\"\(Generator.phone(index))\","
            + "\"name\":\(name),\"email\":\(email),\"source\":\"\(pick(Generator.sources))\","
            + "\"locale\":\(below(5) == 0 ? "null" : "\"\(pick(Generator.locales))\""),"
            + "\"metadata\":\(metadata()),\"tags\":\(tags()),\"opted_in_at\":\(orNull(2)),"
            + "\"opted_out_at\":\(orNull(10)),\"last_message_at\":\(orNull(2)),"
            + "\"total_messages\":\(below(400)),\"created_at\":\"\(created)\","
            + "\"updated_at\":\"\(created)\"}"
    }

    private mutating func identity() -> String {
        let digits = Array(hex(next()) + hex(next()))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return groups.joined(separator: "-")
    }

    private func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func name() -> String {
        switch below(40) {
        case 0: "null"
        case 1...4:
            "\"" + (0..<2 + below(3)).map { _ in pick(Generator.foreign) }.joined(separator: " ")
                + "\""
        default:
            "\"\(pick(Generator.given)) \(surname())"
                + (shape == .longNames ? (0..<20).map { _ in "-" + surname() }.joined() : "") + "\""
        }
    }

    private mutating func surname() -> String {
        pick(Generator.middle) + pick(Generator.endings) + pick(Generator.endings)
    }

    private mutating func date() -> String {
        let (month, day) = (1 + below(12), 1 + below(28))
        return "\(2019 + below(8))-\(padded(month))-\(padded(day))T\(padded(below(24))):"
            + "\(padded(below(60))):\(padded(below(60)))+00:00"
    }

    private mutating func orNull(_ bound: Int) -> String {
        below(bound) > 0 ? "null" : "\"\(date())\""
    }

    private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private mutating func metadata() -> String {
        switch below(4) {
        case _ where shape == .hugeMetadata: nested(18)
        case _ where shape == .largeContacts && below(10) == 0: nested(150)
        case 0: "{}"
        case 1:
            "{\"ltv\":\(below(9000)).\(padded(below(100))),\"plan\":\"\(pick(Generator.plans))\"}"
        case 2:
            "{\"address\":{\"city\":\"\(pick(Generator.cities))\","
                + "\"zip\":\"\(10000 + below(80000))\"}}"
        default: "{\"ltv\":\(below(9000)),\"vip\":\(below(2) == 0),\"note\":null}"
        }
    }

    private mutating func nested(_ count: Int) -> String {
        let members = (0..<count).map { index in
            "\"k\(index)\":{\"city\":\"\(pick(Generator.cities))\",\"list\":[\(below(90)),"
                + "{\"note\":\"\(surname()) \\n \(surname())\"}],\"on\":\(below(2) == 0)}"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private mutating func tags() -> String {
        let tags = (0..<below(4)).map { _ in "\"\(pick(Generator.tags))\"" }
        return "[" + tags.joined(separator: ",") + "]"
    }

    private static let given = [
        "Maria", "José", "Wei", "Olga", "Ahmed", "Emma", "Noah", "Zoë", "Lukas", "Ada", "Chloé",
        "Ivan", "Sofia", "Mateo", "Anna", "Ben", "Nina", "Omar", "Petra", "Quentin", "Rosa",
        "Sven", "Tara", "Uma", "Viktor", "Wanda", "Xavier", "Yara", "Łukasz", "Grace",
    ]
    private static let middle = [
        "Al", "Ber", "Car", "Dom", "El", "Fer", "Gar", "Hol", "Is", "Jan", "Kow", "Lin", "Mor",
        "Nov", "Ols", "Pet", "Quin", "Ros", "Schm", "Tor", "Ul", "Vas", "Wal", "Yil", "Zim",
    ]
    private static let endings = [
        "a", "ander", "berg", "berg-Diaz", "chuk", "dez", "er", "feld", "gren", "idt", "insky",
        "itz", "kov", "la", "man", "nen", "oglu", "ova", "quist", "rez", "sen", "son", "tano",
        "ura", "vić", "well", "zyk", "ø",
    ]
    private static let foreign = [
        "小明", "王", "李娜", "田中", "さくら", "김", "민준", "Иван", "Ольга", "Петрова", "Αλέξης",
        "Μαρία", "محمد", "فاطمة", "דוד", "שרה", "राम", "सीता", "สมชาย", "ნინო", "Արամ",
    ]
    private static let hosts = ["example.com", "example.org", "mail.example.net", "example.co.uk"]
    private static let sources = ["manual", "shopify", "api", "whatsapp", "import"]
    private static let locales = ["en", "fr", "de", "es", "pt-BR", "ja"]
    private static let plans = ["gold", "silver", "free"]
    private static let cities = ["Berlin", "São Paulo", "Lyon", "Kyiv", "Osaka", "Łódź"]
    private static let tags = [
        "vip", "beta", "newsletter", "black friday", "wholesale", "churned", "lead", "été",
    ]
}
