import ContactModel
import ContactStore
import JSONText
import TestGround

/// Contacts of every script and every wrong type, and queries that find some of them.
struct MixedBook {
    private var random: SplitMix64
    private static let letters = [
        "a", "b", "é", "e\u{301}", "Ł", " ", "字", "क्षि", "1", "2", "-", "ß", "مُ", "Я", "１", "İ",
        "👨‍👩‍👧", "\n", "\"", "\\", "(", ".",
    ]

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func chance(of count: Int) -> Bool { below(count) == 0 }
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    mutating func text(_ length: Int) -> String {
        (0..<1 + below(length)).map { _ in pick(Self.letters) }.joined()
    }

    /// A file of contacts, some of whose fields are absent or of another type.
    mutating func file(of count: Int) -> String {
        let contacts = (0..<count).map { _ in JSONValue.object(contact()) }
        return JSONValue.array(contacts).jsonText
    }

    mutating func contact() -> JSONObject {
        var record: JSONObject = ["id": .string("\(random.next())")]
        record["name"] = value { .string($0.text(6)) }
        record["email"] = value { .string($0.text(4)) }
        record["phone"] = value { .string($0.pick(["+15550", "+1 (555) ", ""]) + $0.text(3)) }
        record["source"] = value { .string($0.pick(["manual", "api"])) }
        record["locale"] = value { .string($0.pick(["en", "fr", "pt-BR"])) }
        record["tags"] = value { book in
            .array((0..<book.below(4)).map { _ in book.tag() })
        }
        record["metadata"] = value { book in
            .object([
                "k": book.scalar(), "o": .object(["k": book.scalar()]), "a b": book.scalar(),
                "l": .array([book.scalar(), book.scalar()]),
            ])
        }
        for name in [
            "created_at", "last_message_at", "opted_in_at", "opted_out_at",
        ] {
            record[name] = value {
                .string($0.date() + $0.pick(["T10:00:00Z", "", "T23:30-05", "x"]))
            }
        }
        record["total_messages"] = value { .number(JSONNumber($0.below(30))) }
        return record
    }

    private mutating func value(_ make: (inout MixedBook) -> JSONValue) -> JSONValue? {
        switch below(12) {
        case 0: nil
        case 1: .null
        case 2: scalar()
        default: make(&self)
        }
    }

    private mutating func tag() -> JSONValue {
        chance(of: 12) ? scalar() : .string(pick(["vip", "VIP", "beta", "black friday", "é"]))
    }

    private mutating func scalar() -> JSONValue {
        switch below(6) {
        case 0: .bool(chance(of: 2))
        case 1: .null
        case 2: .string(pick(["Gold", "silver", "10", "9.5", ""]))
        case 3: .string(text(3))
        default: JSONNumber(pick(["1", "9.50", "10", "1e1", "-3"])).map(JSONValue.number) ?? .null
        }
    }

    private mutating func date() -> String {
        pick(["2026-01-01", "2026-11-26", "2025-06-30", "2026-11-20"])
    }

    /// Edits, additions and removals of some of the contacts.
    mutating func edits(of snapshot: Snapshot) throws -> [ContactChange] {
        var changes: [ContactChange] = []
        for number in snapshot.select(.all, order: SortOrder()) where chance(of: 3) {
            guard case .id(let id)? = snapshot.row(number).key else { continue }
            let patch = ContactPatch(name: FieldEdit(text(5)), tags: try TagList(csv: "new,vip"))
            let change: Change = chance(of: 4) ? .delete : .update(patch)
            changes.append(ContactChange(key: .id(id), change: change))
        }
        for index in 0..<5 {
            let phone = try PhoneNumber(parsing: "+1555000000\(index)")
            let patch = ContactPatch(
                name: FieldEdit(text(5)), metadata: ["k": .string("Gold")])
            changes.append(
                ContactChange(key: .phone(phone), change: .create(patch, source: "manual")))
        }
        return changes
    }

    mutating func query(depth: Int) -> String {
        switch below(depth > 0 ? 8 : 4) {
        case 4: "-(" + query(depth: depth - 1) + ")"
        case 5: "(" + query(depth: depth - 1) + " OR " + query(depth: depth - 1) + ")"
        case 6, 7: query(depth: depth - 1) + " " + query(depth: depth - 1)
        default: (chance(of: 5) ? "-" : "") + term()
        }
    }

    private mutating func term() -> String {
        switch below(9) {
        case 0: QueryQuoting.written("a" + text(1))
        case 1: pick(["a", "b", "5551", "\"1 \"", "字", "1555-1", "я"])
        case 2: pick(["tag:vip", "tag:VIP", "tag:b*", "tag:*", "tag:\"black friday\"", "tag:é"])
        case 3: pick(["name:a", "email:b", "phone:5551", "phone:\"\"", "name:\"\"", "source:man"])
        case 4:
            pick([
                "source:=api", "id:1", "name:字", "email:\"\"", "phone:555-0", "locale:\"\"",
                "locale:=en",
            ])
        case 5: pick(["meta.k", "meta.o.k:gold", "meta.\"a b\":\"\"", "meta.l:1", "meta.o"])
        case 6:
            "meta." + pick(["k", "o.k", "l"]) + pick([">", ">=", "<", "<=", "="])
                + pick(["9", "gold", "10", "9.5", "-3", "1e0"])
        case 7:
            pick(["created", "messaged", "opted_in"]) + pick([">", ">=", "<", "<=", ":"])
                + pick(["2026-01-01", "2026", "2026-11", "-6d", "-1m"])
        default:
            pick([
                "is:optedin", "is:optedout", "is:marked", "is:flagged", "is:pending",
                "messaged:never",
            ])
        }
    }
}

extension StoreOptions {
    /// For half of the seeds nothing of the file is kept in memory.
    static func keepingHalf(of seed: UInt64) -> StoreOptions {
        var options = StoreOptions()
        options.keptSize = seed % 2 == 0 ? 0 : 1 << 20
        return options
    }
}
