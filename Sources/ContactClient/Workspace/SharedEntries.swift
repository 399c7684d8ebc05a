import ContactModel
import JSONText

/// Entries of one step that ask the same of many contacts, said once: beside its key each has a
/// byte that tells its fate.
///
/// An entry of which more is to be told becomes one of its own.
struct SharedEntries: Sendable {
    /// What became of an entry.
    enum Fate: UInt8, Sendable {
        case waiting
        /// It waits, and was given to the network before.
        case handed
        /// The server made all that was asked.
        case made
        /// The server had it so already.
        case found
        case dropped
        /// It is told elsewhere.
        case own
    }

    /// The number of the first; the others follow it without a gap.
    let first: Int
    let step: Int
    /// What is asked of each.
    let change: Change
    private let keys: KeyColumn
    private var fates: [Fate]
    /// When the server told of each, in milliseconds since 1970; empty where it told of none.
    private var times: [Int] = []
    /// When the server told of one last.
    private(set) var lastTime = 0
    /// How many wait.
    private(set) var openCount: Int

    /// As few are not worth a set.
    static let least = 8

    /// - Parameter keys: none comes twice.
    init(first: Int, step: Int, change: Change, keys: KeyColumn) {
        self.first = first
        self.step = step
        self.change = change
        self.keys = keys
        fates = Array(repeating: .waiting, count: keys.count)
        openCount = keys.count
    }

    var count: Int { fates.count }
    var ids: ClosedRange<Int> { first...(first + count - 1) }
    /// Calls of the API that one of them takes at most.
    var calls: Int { change.callCount }

    func key(_ id: Int) -> ContactKey { keys[id - first] }
    func fate(_ id: Int) -> Fate { fates[id - first] }
    func time(_ id: Int) -> Int { times.isEmpty ? 0 : times[id - first] }

    /// The entry about a contact, whatever became of it; nil where there is none.
    func id(of key: ContactKey) -> Int? { keys.place(of: key).map { first + $0 } }

    func isOpen(_ id: Int) -> Bool { fate(id).isOpen }

    /// Whether a key is one of those that the set could hold.
    func isOfKind(_ key: ContactKey) -> Bool { keys.isOfKind(key) }

    /// - Returns: false where that was its fate before.
    mutating func set(_ fate: Fate, of id: Int, at time: Int = 0) -> Bool {
        let old = fates[id - first]
        guard old != fate, !old.isDone || fate.isDone else { return false }
        fates[id - first] = fate
        openCount += (fate.isOpen ? 1 : 0) - (old.isOpen ? 1 : 0)
        if time > 0 {
            if times.isEmpty { times = Array(repeating: 0, count: count) }
            times[id - first] = time
            lastTime = max(lastTime, time)
        }
        return true
    }

    /// The set as it was queued.
    var untouched: SharedEntries {
        SharedEntries(first: first, step: step, change: change, keys: keys)
    }

    /// The entry as it would stand alone; nil where it does.
    func entry(_ id: Int) -> OutboxEntry? {
        guard ids.contains(id) else { return nil }
        let key = key(id)
        var entry = OutboxEntry(
            id: id, step: step, change: ContactChange(key: key, change: change), original: nil)
        switch fate(id) {
        case .own: return nil
        case .waiting: break
        case .handed: entry.isHanded = true
        case .dropped: entry.state = .dropped
        case .found:
            entry.state = .done
        case .made:
            entry.state = .done
            entry.write = entry.askedWrite
        }
        return entry
    }
}

extension SharedEntries.Fate {
    var isOpen: Bool { self == .waiting || self == .handed }
    var isDone: Bool { self == .made || self == .found }
}

extension OutboxEntry {
    /// What it writes where the server makes all that is asked; nil for a change that does not
    /// tell that by itself.
    var askedWrite: RemoteWrite? {
        guard case .retag(let add, let remove) = change.change else { return nil }
        return .tags(change.key, added: add, removed: remove)
    }
}

extension SharedEntries {
    var record: JSONObject {
        let asked = PlanLine(ContactChange(key: key(first), change: change)).asked
        let names = keys.member
        return [
            "entries": .whole(first), "of": .whole(step), "change": .object(asked),
            names.name: names.value,
        ]
    }

    init?(record: JSONObject) {
        guard let first = record["entries"]?.integer, let step = record["of"]?.integer,
            let keys = KeyColumn(in: record), var line = record["change"]?.object
        else { return nil }
        for member in keys[0].members.members { line[member.name] = member.value }
        guard let change = try? PlanLine(reading: line).change.change else { return nil }
        self.init(first: first, step: step, change: change, keys: keys)
    }
}
