import ContactModel
import ContactStore
import Glibc
import Synchronization
import TestGround
import Testing

@Suite("Folding while edits go on")
struct FoldingTests {
    private static let text = """
        [
        {"id":"c1","name":"a","tags":["x"]},
        {"id":"c2","name":"b","tags":["x"]},
        {"id":"c3","name":"c","tags":[]}
        ]

        """

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func names(_ snapshot: Snapshot) -> [String?] {
        snapshot.select(.all, order: SortOrder()).map { snapshot.contact($0).name }
    }

    private func options(keptSize: Int, _ onMade: @escaping @Sendable () -> Void) -> StoreOptions {
        var options = StoreOptions()
        options.keptSize = keptSize
        let isFirst = Mutex(true)
        options.onMade = {
            if isFirst.withLock({ value in
                defer { value = false }; return value
            }) {
                onMade()
            }
        }
        return options
    }

    @Test(
        "what was edited meanwhile stays in the journal, whoever did it", arguments: [0, 1 << 20])
    func tail(keptSize: Int) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", FoldingTests.text)
        let other = try Store(opening: path)
        let mine = Mutex<Store?>(nil)
        let store = try Store(
            opening: path,
            options: options(keptSize: keptSize) {
                _ = try? other.commit([rename("c2", "theirs")])
                _ = try? mine.withLock(\.self)?.commit([rename("c3", "mine")])
            })
        mine.withLock { $0 = store }
        defer { mine.withLock { $0 = nil } }
        _ = try store.commit([rename("c1", "before")])
        try store.fold()
        #expect(names(store.snapshot) == ["before", "theirs", "mine"])
        #expect(store.unfoldedSteps == 2)
        let file = try Scratch.text(at: path)
        #expect(file == FoldingTests.text.replacing("\"a\"", with: "\"before\""))
        #expect(names(try Store(opening: path).snapshot) == ["before", "theirs", "mine"])
        #expect(names(try other.latest()) == ["before", "theirs", "mine"])
        #expect(try store.log(limit: 9).count == 3)
        try other.fold()
        _ = try store.undo(3)
        try store.fold()
        #expect(try Scratch.text(at: path) == FoldingTests.text)
    }

    @Test(
        "a large file is read while it is written, whatever stands around the list",
        arguments: ["[\n", "{\"data\": ["])
    func large(opening: String) throws {
        let scratch = try Scratch()
        var random = SplitMix64(seed: 7)
        let records = (0..<2500).map { index in
            let text = String(repeating: "long ", count: Int.random(in: 0...1600, using: &random))
            let record = #"{"id":"c\#(index)","name":"n\#(index)","metadata":{"text":"\#(text)"}}"#
            // How long a record of 64 KB or more is stands elsewhere.
            guard index % 97 < 2 else { return record }
            let more = String(repeating: "x", count: 0xFFFD + index % 5 - record.utf8.count)
            return record.dropLast(3) + more + "\"}}"
        }
        let text = opening + records.joined(separator: ",\n") + (opening == "[\n" ? "\n]\n" : "]}")
        let path = try scratch.file("contacts.json", text)
        let store = try Store(opening: path, options: options(keptSize: 0) {})
        let changed = (0..<200).map { _ in Int.random(in: 0..<2500, using: &random) }
        _ = try store.commit(Set(changed).map { rename("c\($0)", "new\($0)") })
        try store.fold()
        let expected = Set(changed).reduce(into: records) { records, index in
            records[index].replace("\"n\(index)\"", with: "\"new\(index)\"")
        }
        let list = expected.joined(separator: ",\n")
        let file = try Scratch.text(at: path)
        #expect(file == opening + list + (opening == "[\n" ? "\n]\n" : "]}"))
        let reopened = try Store(opening: path).snapshot
        #expect(store.unfoldedSteps == 0 && store.snapshot.count == 2500)
        for number in Int32(0)..<2500 {
            #expect(store.snapshot.contact(number) == reopened.contact(number))
        }
    }

    @Test("one that was cut off when the file had its place keeps what came meanwhile")
    func cutOff() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", FoldingTests.text)
        let other = try Store(opening: path)
        let journals = Mutex<[String]>([])
        var options = options(keptSize: 0) { _ = try? other.commit([rename("c2", "theirs")]) }
        options.onSync = {
            let journal = (try? Scratch.text(at: path + ".journal")) ?? ""
            journals.withLock { $0.append(journal) }
        }
        let store = try Store(opening: path, options: options)
        _ = try store.commit([rename("c1", "before")])
        try store.fold()
        // As it stood with the note that the folding wrote last.
        let last = journals.withLock(\.last)
        let noted = try #require(last)
        _ = try scratch.file("contacts.json.journal", noted)
        let reader = try Store(opening: path, options: StoreOptions(readsOnly: true))
        #expect(names(reader.snapshot) == ["before", "theirs", "c"])
        let next = try Store(opening: path)
        #expect(names(next.snapshot) == ["before", "theirs", "c"])
        #expect(next.unfoldedSteps == 1)
        #expect(try next.log(limit: 9).count == 2)
        try next.fold()
        #expect(try Scratch.text(at: path + ".history").split(separator: "\n").count == 2)
        _ = try next.undo(2)
        try next.fold()
        #expect(try Scratch.text(at: path) == FoldingTests.text)
    }

    @Test("a file that another program writes meanwhile stands, with the edits on top of it")
    func displaced() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", FoldingTests.text)
        let theirs = FoldingTests.text.replacing("\"c\"", with: "\"theirs\"")
        let store = try Store(
            opening: path,
            options: options(keptSize: 0) {
                _ = try? scratch.file("other.json", theirs)
                _ = Glibc.rename(scratch.path + "/other.json", path)
            })
        _ = try store.commit([rename("c1", "mine")])
        try store.fold()
        #expect(names(try store.latest()) == ["mine", "b", "theirs"])
        #expect(store.unfoldedSteps == 0)
        #expect(try Scratch.text(at: path) == theirs.replacing("\"a\"", with: "\"mine\""))
        let left = Scratch.names(in: scratch.path)
        #expect(left == ["contacts.json", "contacts.json.history", "contacts.json.lock"])
    }

    @Test("whoever opens the file meanwhile leaves the new one alone")
    func openedMeanwhile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", FoldingTests.text)
        let store = try Store(
            opening: path,
            options: options(keptSize: 0) { _ = try? Store(opening: path).latest() })
        _ = try store.commit([rename("c1", "mine")])
        try store.fold()
        #expect(
            try Scratch.text(at: path) == FoldingTests.text.replacing("\"a\"", with: "\"mine\""))
    }

    @Test("a larger file is folded when its journal is a tenth of it, or its last editor leaves it")
    func large() throws {
        let scratch = try Scratch()
        let filler = String(repeating: "x", count: 40_000)
        let path = try scratch.file(
            "contacts.json", FoldingTests.text.replacing("[\"x\"]", with: "[\"\(filler)\"]"))
        let foldings = Mutex(0)
        var options = StoreOptions()
        options.smallSize = 80_000
        options.onMade = { foldings.withLock { $0 += 1 } }
        let store = try Store(opening: path, options: options)
        _ = try store.commit([rename("c1", "first")])
        try store.foldIfDue()
        try store.close()
        #expect(foldings.withLock(\.self) == 0)
        _ = try store.commit([rename("c2", String(repeating: "n", count: 7_000))])
        try store.foldIfDue()
        #expect(foldings.withLock(\.self) == 0)
        _ = try store.commit([rename("c2", String(repeating: "m", count: 2_000))])
        try store.foldIfDue()
        #expect(foldings.withLock(\.self) == 1)
        #expect(store.unfoldedSteps == 0)

        options.foldsLarge = true
        let editor = try Store(opening: path, options: options)
        _ = try editor.commit([rename("c1", "second")])
        try editor.close()
        #expect(foldings.withLock(\.self) == 1, "another one has the file open")
        withExtendedLifetime(store) {}
    }

    @Test("who leaves a large file last folds it, where a person sat before it")
    func leaving() throws {
        let scratch = try Scratch()
        let long = String(repeating: "c", count: 9_000)
        let path = try scratch.file(
            "contacts.json", FoldingTests.text.replacing("\"c\"", with: "\"\(long)\""))
        for (foldsLarge, left) in [(false, 1), (true, 0)] {
            var options = StoreOptions(foldsLarge: foldsLarge)
            options.smallSize = 0
            let store = try Store(opening: path, options: options)
            _ = try store.commit([rename("c1", "\(foldsLarge)")])
            try store.close()
            #expect(store.unfoldedSteps == left)
        }
    }

    @Test("a history is read from its end, and cut where it grows too large")
    func history() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", FoldingTests.text)
        var options = StoreOptions()
        options.historyLimit = 400_000
        let store = try Store(opening: path, options: options)
        for round in 0..<30 {
            let long = String(repeating: "\(round % 10)", count: 20_000)
            _ = try store.commit([rename("c1", long)])
            try store.fold()
        }
        let size = try Scratch.text(at: path + ".history").utf8.count
        #expect((100_000..<440_000).contains(size))
        let again = try Store(opening: path, options: options)
        #expect(try again.undo(3).count == 3)
        #expect(again.snapshot.contact(0).name?.first == "6")
        #expect(try again.log(limit: 99).count > 5)
    }
}
