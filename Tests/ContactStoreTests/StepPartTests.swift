import ContactModel
import ContactStore
import TestGround
import Testing

@Suite("A step in several parts")
struct StepPartTests {
    private static let text = #"[{"id":"c1","phone":"+15550001001","name":"a"}]"# + "\n"

    private func creations(_ numbers: Range<Int>) throws -> [ContactChange] {
        try numbers.map { number in
            let phone = try PhoneNumber(parsing: "+1555\(1_000_000 + number)")
            let patch = ContactPatch(name: .set("n\(number)"))
            return ContactChange(key: .phone(phone), change: .create(patch, source: "manual"))
        }
    }

    private func rename(_ name: String) -> ContactChange {
        let patch = ContactPatch(name: .set(name))
        return ContactChange(key: .id("c1"), change: .update(patch))
    }

    /// Makes 200 contacts in ten parts.
    ///
    /// - Parameter meanwhile: what happens before each of them.
    private func makeMany(
        in store: Store, meanwhile: (Int) throws -> Void = { _ in }
    ) throws -> StepRun {
        var run = StepRun()
        for start in stride(from: 0, to: 200, by: 20) {
            try meanwhile(start)
            let outcome = try store.apply(creations(start..<start + 20), in: &run) { _ in true }
            #expect(outcome.changed == 20)
        }
        return run
    }

    private func options(layerSize: Int, historyLimit: Int = 1 << 20) -> StoreOptions {
        var options = StoreOptions(historyLimit: historyLimit)
        options.layerSize = layerSize
        return options
    }

    @Test("what stands beside the file never grows beyond a few parts")
    func bounded() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        let store = try Store(opening: path, options: options(layerSize: 4000))
        var run = StepRun()
        var most = 0
        for start in stride(from: 0, to: 200, by: 20) {
            _ = try store.apply(creations(start..<start + 20), in: &run) { _ in true }
            most = max(most, store.unfoldedSteps)
        }
        #expect(most == 1)
        #expect(run.bytes > 40_000)
        #expect(store.snapshot.count == 201)
    }

    @Test("is told, undone and redone as one, also by the next who opens the file")
    func one() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        for layerSize in [4000, 1 << 20] {
            let options = options(layerSize: layerSize)
            let store = try Store(opening: path, options: options)
            _ = try store.commit([rename("b")])
            _ = try makeMany(in: store)
            let made = store.snapshot.count
            let next = try Store(opening: path, options: options)
            #expect(try next.log(limit: 1).map(\.what.text) == ["created 200"])
            #expect(try next.log(limit: 2).map(\.what.text) == ["created 200", "name 1"])
            let undone = try next.undo()
            #expect(undone.map(\.what.text) == ["created 200"])
            #expect(undone.first?.restored.count == 200)
            #expect(try next.latest().count == 1)
            let log = try next.log(limit: 9)
            #expect(log.map(\.what.text).prefix(2) == ["deleted 200", "created 200"])
            #expect(log[0].undoes == log[1].id)
            #expect(log[1].isUndone)
            #expect(try next.redo().map(\.what.text) == ["created 200"])
            #expect(try next.latest().count == made)
            #expect(try next.undo(2).map(\.what.text) == ["created 200", "name 1"])
            try next.fold()
            #expect(try Scratch.text(at: path) == StepPartTests.text)
        }
    }

    @Test("is one beside what others write between its parts, and where a part wrote nothing")
    func besideOthers() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        let (store, other) = (try Store(opening: path), try Store(opening: path))
        var run = StepRun()
        for (start, name) in [(0, "x"), (20, "y"), (20, "z"), (40, "w")] {
            _ = try store.apply(creations(start..<start + 20), in: &run) { _ in true }
            _ = try other.commit([rename(name)])
        }
        let told = ["name 1", "created 60", "name 1", "name 1", "name 1"]
        #expect(try store.log(limit: 9).map(\.what.text) == told)
        #expect(try store.log(limit: 2).map(\.what.text) == Array(told.prefix(2)))
        #expect(try store.undo(2).map(\.restored.count) == [1, 60])
        #expect(try store.latest().count == 1)
    }

    @Test("a part that was written before a crash is taken back by itself")
    func cutOff() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        do {
            let store = try Store(opening: path)
            var run = StepRun()
            for start in [0, 20] {
                _ = try store.apply(creations(start..<start + 20), in: &run) { $0 < 20 }
            }
        }
        let store = try Store(opening: path)
        #expect(store.snapshot.count == 41)
        #expect(try store.undo().first?.restored.count == 40)
        #expect(throws: StoreError.nothingToUndo) { try store.undo() }
    }

    @Test("the history keeps the newest whole, and no half of an older one")
    func history() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        let options = options(layerSize: 4000, historyLimit: 10_000)
        let store = try Store(opening: path, options: options)
        #expect(try makeMany(in: store).bytes > options.historyLimit)
        try store.fold()
        #expect(try store.log(limit: 9).map(\.what.text) == ["created 200"])
        #expect(try store.undo().first?.restored.count == 200)
        #expect(try store.redo().first?.restored.count == 200)
        _ = try store.commit([rename("b")])
        try store.fold()
        #expect(try store.log(limit: 9).map(\.what.text) == ["name 1"])
        #expect(try Scratch.text(at: path + ".history").utf8.count < options.historyLimit)
    }

    @Test("what others wrote meanwhile leaves no rest that undo would take for the whole")
    func others() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", StepPartTests.text)
        let options = options(layerSize: 4000, historyLimit: 10_000)
        let store = try Store(opening: path, options: options)
        let other = try Store(opening: path, options: options)
        let run = try makeMany(in: store) { start in
            _ = try other.commit([rename("b\(start)")])
            try other.fold()
        }
        #expect(!store.holdsAll(of: run))
        #expect(throws: StoreError.nothingToUndo) { try Store(opening: path).undo(2) }
        #expect(try store.latest().count == 201)
    }
}
