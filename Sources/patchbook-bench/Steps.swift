import ArgumentParser
import ContactModel
import ContactStore
import Glibc

/// One measured piece of work, in a process of its own so that nothing is warm or cached but the
/// file itself; writes figures, one a line.
struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Measure one piece of work.", shouldDisplay: false)

    /// What is measured.
    enum Work: String, ExpressibleByArgument {
        case load, search, terms, metadata, sorts, screens, edits, bulk, fold, rows
    }

    @Argument var work: Work
    @Argument var file: String
    @Argument var words: [String] = []

    func run() throws {
        let before = Stopwatch.cpu
        let options = StoreOptions(readsOnly: ![.edits, .bulk, .fold].contains(work))
        let store = try Store(opening: file, options: options)
        let load = Stopwatch.cpu - before
        switch work {
        case .load:
            print(load)
            print(Double(Memory.privateBytes(of: "self")))
        case .search, .terms, .metadata: try search(store.snapshot)
        case .sorts: try sort(store.snapshot)
        case .screens: screens(store.snapshot)
        case .rows: rows(store.snapshot)
        case .edits: try edit(store)
        case .bulk: try bulk(store)
        case .fold:
            try tag(store, "folded")
            let start = Stopwatch.wall
            try store.fold()
            print(Stopwatch.wall - start)
        }
    }

    /// CPU milliseconds of each word, typed letter by letter where it is one: the longest of its
    /// key strokes.
    private func search(_ snapshot: Snapshot) throws {
        // A list that people type into has been sorted before.
        _ = snapshot.select(.all, order: .byName)
        for word in words {
            let letters = Array(word)
            let typed =
                work == .search ? (1...letters.count).map { String(letters[..<$0]) } : [word]
            var longest = 0.0
            for text in typed {
                let query = try Query(text, clock: QueryClock(now: 1_795_651_200))
                _ = work == .terms ? snapshot.select(query, order: .byName).count : 0
                let start = Stopwatch.cpu
                _ = snapshot.select(query, order: .byName).count
                longest = max(longest, Stopwatch.cpu - start)
            }
            print(longest)
        }
    }

    /// What a person waits for, since several processors have a part in some of it.
    private func sort(_ snapshot: Snapshot) throws {
        for word in words {
            guard let order = SortOrder(written: word) else { continue }
            let start = Stopwatch.wall
            _ = snapshot.select(.all, order: order).count
            print(Stopwatch.wall - start)
        }
    }

    /// What a screen shows of an order, at its top and around a contact: the longer of both.
    private func screens(_ snapshot: Snapshot) {
        for word in words {
            guard let order = SortOrder(written: word) else { continue }
            var longest = 0.0
            for number in [nil, Int32(snapshot.count / 2)] {
                let start = Stopwatch.cpu
                _ = snapshot.glimpse(of: order, around: number, reach: 100)
                longest = max(longest, Stopwatch.cpu - start)
            }
            print(longest)
        }
    }

    /// A page of rows in the middle of the sorted list.
    private func rows(_ snapshot: Snapshot) {
        let numbers = snapshot.select(.all, order: .byName)
        _ = snapshot.row(numbers[0])
        let start = Stopwatch.cpu
        for number in numbers[(numbers.count / 2)...].prefix(50) { _ = snapshot.row(number) }
        print(Stopwatch.cpu - start)
    }

    /// Milliseconds of one durable change, the mean of many.
    private func edit(_ store: Store) throws {
        let snapshot = store.snapshot
        let keys = (1...50).compactMap { snapshot.row(Int32($0 * 97 % snapshot.count)).key }
        let start = Stopwatch.wall
        for (index, key) in keys.enumerated() {
            let patch = ContactPatch(
                email: EmailAddress("new\(index)@example.com").map(FieldEdit.set))
            _ = try store.commit([ContactChange(key: key, change: .update(patch))])
        }
        print((Stopwatch.wall - start) / Double(keys.count))
    }

    private func bulk(_ store: Store) throws {
        // Who marks contacts has seen some.
        _ = store.snapshot.row(0)
        let start = Stopwatch.wall
        try tag(store, words.first ?? "bulk")
        print(Stopwatch.wall - start)
    }

    private func tag(_ store: Store, _ tag: String) throws {
        let snapshot = store.snapshot
        let tags = TagList(stored: tag)
        let edit = BulkEdit.retag(add: tags, remove: TagList())
        var effect = BulkEffect(of: edit)
        // Those a search finds stand all over the file.
        let stride = max(1, snapshot.count / 100_000)
        let numbers = (0..<min(100_000, snapshot.count)).map { Int32($0 * stride) }
        let found = snapshot.survey(numbers, by: edit, in: &effect, while: { true }) ?? []
        _ = try store.retag(found, of: snapshot, add: tags, remove: TagList())
    }
}
