import ContactModel
import ContactStore
import Glibc
import JSONText
import TestGround
import Testing

@Suite("Looking a store over, and setting damage aside")
struct CheckingTests {
    private static let text =
        "[\n{\"id\":\"c1\",\"name\":\"a\"},\n{\"id\":\"c2\"},\n{\"id\":\"c3\"}\n]\n"

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func names(_ path: String) throws -> [String?] {
        let snapshot = try Store(opening: path).snapshot
        return snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    /// A file with a step in its history and three in its journal: of c1, c2, and c2 once more.
    private func book(_ scratch: Scratch) throws -> (path: String, journal: String) {
        let path = try scratch.file("contacts.json", CheckingTests.text)
        let store = try Store(opening: path)
        _ = try store.commit([rename("c3", "folded")])
        try store.fold()
        for (id, name) in [("c1", "first"), ("c2", "second"), ("c2", "third")] {
            _ = try store.commit([rename(id, name)])
        }
        return (path, try Scratch.text(at: path + ".journal"))
    }

    /// The journal with one letter of one of its lines, counted from 0, made another.
    private func damaged(_ journal: String, line: Int) -> (text: String, offset: Int, size: Int) {
        var lines = journal.split(separator: "\n").map(String.init)
        let offset = lines[..<line].map { $0.utf8.count + 1 }.reduce(0, +)
        lines[line] = lines[line].replacing("\"", with: "'", maxReplacements: 1)
        return (lines.joined(separator: "\n") + "\n", offset, lines[line].utf8.count + 1)
    }

    @Test("what is sound is counted, and not touched")
    func sound() throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        let report = try Store.check(path)
        #expect(report.isSound)
        #expect(report.contacts == 3)
        #expect(report.journal?.steps == 3)
        #expect(report.journal?.size == journal.utf8.count)
        #expect(report.history?.steps == 1)
        #expect(!report.isChangedOutside && !report.isFoldingCutOff)
        #expect(try Store.repair(path).setAside == [])
        #expect(try names(path) == ["first", "third", "folded"])
    }

    @Test("a write that was cut off is told with its place, and is no damage")
    func torn() throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        _ = try scratch.file("contacts.json.journal", journal + "[\"01")
        let report = try Store.check(path)
        #expect(report.isSound)
        #expect(report.journal?.flaws.map(\.offset) == [journal.utf8.count])
        #expect(report.journal?.flaws.map(\.size) == [4])
        #expect(report.journal?.flaws.map(\.kind) == [.torn])
        #expect(try Scratch.text(at: path + ".journal").hasSuffix("[\"01"))
    }

    @Test(
        "damage in any line is told and set aside; what follows counts where it fits",
        arguments: [
            (0, ["first", "third", "folded"], 3, 0), (1, ["a", "third", "folded"], 2, 0),
            (2, ["first", nil, "folded"], 0, 1), (3, ["first", "second", "folded"], 0, 0),
        ] as [(Int, [String?], Int, Int)])
    func damage(line: Int, wanted: [String?], recovered: Int, conflicts: Int) throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        let broken = damaged(journal, line: line)
        _ = try scratch.file("contacts.json.journal", broken.text)
        let report = try Store.check(path)
        #expect(!report.isSound)
        #expect(report.journal?.flaws.map(\.offset) == [broken.offset])
        #expect(report.journal?.flaws.map(\.size) == [broken.size])
        #expect(try Scratch.text(at: path + ".journal") == broken.text)
        let repair = try Store.repair(path)
        #expect(repair.recovered == recovered)
        #expect(repair.conflicts.count == conflicts)
        #expect(try repair.setAside.map { try Scratch.text(at: $0) } == [broken.text])
        #expect(try Store.check(path).isSound)
        #expect(try names(path) == wanted)
        _ = try Store(opening: path).commit([rename("c1", "after")])
        #expect(try names(path).first == "after")
    }

    @Test("a line feed that is another byte by now costs no step", arguments: 0..<3)
    func lineFeed(after line: Int) throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        var bytes = Array(journal.utf8)
        let feeds = bytes.indices.filter { bytes[$0] == 0x0A }
        bytes[feeds[line]] = 0x0B
        _ = try scratch.file(
            "contacts.json.journal", String(decoding: bytes, as: UTF8.self))
        #expect(try !Store.check(path).isSound)
        _ = try Store.repair(path)
        #expect(try names(path) == ["first", "third", "folded"])
    }

    @Test("damage of the history is kept whole beside; the other steps can still be taken back")
    func damagedHistory() throws {
        let scratch = try Scratch()
        let (path, _) = try book(scratch)
        try Store(opening: path).fold()
        let history = try Scratch.text(at: path + ".history")
        let broken = damaged(history, line: 2)
        _ = try scratch.file("contacts.json.history", broken.text)
        let report = try Store.check(path)
        #expect(report.history?.flaws.map(\.offset) == [broken.offset])
        #expect(report.history?.steps == 3)
        let repair = try Store.repair(path)
        #expect(try repair.setAside.map { try Scratch.text(at: $0) } == [broken.text])
        #expect(try Store.check(path).isSound)
        #expect(try Store(opening: path).log(limit: 9).count == 3)
    }

    @Test("a journal without its first line is damage, not nothing")
    func headless() throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        let lines = journal.split(separator: "\n").dropFirst()
        _ = try scratch.file("contacts.json.journal", lines.joined(separator: "\n") + "\n")
        #expect(try Store(opening: path).readOnly == .damage)
        #expect(try !Store.check(path).isSound)
        #expect(try Store.repair(path).recovered == 3)
        #expect(try names(path) == ["first", "third", "folded"])
    }

    @Test("a file that is not JSON is told, whatever its journal, and is nobody's to repair")
    func brokenFile() throws {
        let scratch = try Scratch()
        let (path, journal) = try book(scratch)
        _ = try scratch.file("contacts.json", "[{]")
        let report = try Store.check(path)
        #expect(report.flaw != nil)
        #expect(report.journal?.steps == 3)
        #expect(throws: StoreError.self) { try Store.repair(path) }
        #expect(try Scratch.text(at: path) == "[{]")
        #expect(try Scratch.text(at: path + ".journal") == journal)
    }

    @Test("a file that another program changed is told so")
    func changedOutside() throws {
        let scratch = try Scratch()
        let (path, _) = try book(scratch)
        _ = try scratch.file("contacts.json", "[{\"id\":\"c1\",\"name\":\"a\"}]")
        let report = try Store.check(path)
        #expect(report.isSound)
        #expect(report.isChangedOutside)
        #expect(throws: StoreError.missing(path: scratch.path + "/none.json")) {
            try Store.check(scratch.path + "/none.json")
        }
    }
}
