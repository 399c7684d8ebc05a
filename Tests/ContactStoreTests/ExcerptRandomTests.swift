import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("An excerpt tells what the whole file does")
struct ExcerptRandomTests {
    /// The same contacts twice: in one file everything is done by excerpts.
    private struct Twins {
        var random: SplitMix64
        let scratch: Scratch
        let paths: [String]
        /// How often only a part of the file was read.
        var excerpts = 0

        init(seed: UInt64) throws {
            random = SplitMix64(seed: seed)
            let scratch = try Scratch()
            let text = Twins.file(&random)
            paths = try ["excerpt", "whole"].map { name in
                try #require(mkdir(scratch.path + "/" + name, 0o700) == 0)
                return try scratch.file(name + "/contacts.json", text)
            }
            self.scratch = scratch
        }

        /// Contacts of whom some share an id or a number, and some have neither.
        private static func file(_ random: inout SplitMix64) -> String {
            let filler = String(repeating: "x", count: 2000)
            let contacts = (0..<40).map { index in
                var record: JSONObject = [:]
                if random.next() % 8 > 0 { record["id"] = .string("i\(random.next() % 60)") }
                if random.next() % 8 > 0 {
                    let number = 100 + random.next() % 60
                    let texts = ["+15550\(number)", "+1 (555) 0-\(number)", "15550\(number)"]
                    record["phone"] = .string(texts[Int(random.next() % 3)])
                }
                record["name"] = .string("n\(index)")
                record["metadata"] = .object(["filler": .string(filler)])
                return JSONValue.object(record).jsonText
            }
            return "{\"data\": [" + contacts.joined(separator: ",\n") + "], \"x\": 1}"
        }

        mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

        mutating func key() throws -> ContactKey {
            below(2) == 0
                ? .id("i\(below(66))")
                : .phone(try PhoneNumber(parsing: "+15550\(100 + below(66))"))
        }

        mutating func change(of key: ContactKey) throws -> ContactChange {
            let patch = ContactPatch(
                name: .set("w\(below(1000))"), metadata: ["k\(below(3))": .bool(below(2) == 0)])
            switch below(4) {
            case 0:
                let tags = try TagList(csv: "t\(below(3))")
                let others = try TagList(csv: "t3")
                return ContactChange(key: key, change: .retag(add: tags, remove: others))
            case 1:
                guard case .phone = key else { fallthrough }
                return ContactChange(key: key, change: .create(patch, source: "manual"))
            case 2: return ContactChange(key: key, change: .removeMetadata(["k1"]))
            default: return ContactChange(key: key, change: .update(patch))
            }
        }

        /// What a change came to, but for ids and times that differ by chance.
        private func told(_ store: Store, _ change: ContactChange) -> String {
            do throws(StoreError) {
                let receipt = try store.commit([change])[0]
                return "\(receipt.outcome) \(Twins.line(receipt.contact))"
            } catch {
                if case .unexpected(let present) = error { return Twins.line(present) }
                return "\(error)"
            }
        }

        private func flaws(_ store: Store, _ key: ContactKey) -> [Flaw]? {
            store.snapshot.soleNumber(of: key).map { store.snapshot.row($0).flaws }
        }

        private static func line(_ contact: Contact) -> String {
            var record = contact.record
            let isNew = record["source"] != nil
            for name in ["id", "created_at", "updated_at"] where isNew { record[name] = nil }
            record["metadata"] = contact.metadata.map { metadata in
                var metadata = metadata
                metadata["filler"] = nil
                return .object(metadata)
            }
            return JSONValue.object(record).jsonText
        }

        mutating func changeOne() throws {
            let key = try key()
            let change = try change(of: key)
            let excerpt = try Store(
                opening: paths[0], options: ExcerptTests.options([key, try self.key()]))
            if excerpt.snapshot.count < 20 { excerpts += 1 }
            let whole = try Store(opening: paths[1], options: ExcerptTests.options(nil))
            #expect(flaws(excerpt, key) == flaws(whole, key))
            #expect(told(excerpt, change) == told(whole, change))
            try excerpt.close()
            try whole.close()
        }

        /// What somebody does in an editor.
        mutating func changeMany() throws {
            let (kind, number) = (below(6), Int32(below(30)))
            let tags = try TagList(csv: "many")
            for path in paths {
                let store = try Store(opening: path, options: ExcerptTests.options(nil))
                let all = store.snapshot.select(.all, order: SortOrder())
                switch kind {
                case 0: try store.fold()
                case 1: _ = try store.retag(all, of: store.snapshot, add: tags, remove: TagList())
                case 2: _ = try? store.undo(2)
                default:
                    let key = try #require(store.snapshot.row(all[Int(number) % all.count]).key)
                    let change = kind == 3 ? Change.delete : .update(ContactPatch(name: .set("m")))
                    _ = try store.commit([ContactChange(key: key, change: change)])
                }
            }
        }

        func compare() throws {
            let lines = try paths.map { path in
                let snapshot = try Store(opening: path).snapshot
                return snapshot.select(.all, order: SortOrder()).map {
                    Twins.line(snapshot.contact($0))
                }
            }
            #expect(lines[0] == lines[1])
        }
    }

    @Test("whatever is done in between", arguments: 0..<12)
    func random(seed: UInt64) throws {
        var twins = try Twins(seed: seed)
        for round in 0..<40 {
            try twins.changeOne()
            if round % 7 == 6 { try twins.changeMany() }
            try twins.compare()
        }
        #expect(twins.excerpts > 8)
    }
}
