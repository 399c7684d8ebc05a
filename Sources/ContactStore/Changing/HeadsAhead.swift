import Glibc
import Synchronization

/// Reads the ids of a set of records ahead of who goes through them in their order.
///
/// Contacts that a search found stand all over the file, and so do their ids, unless they are
/// UUIDs, which are kept in memory. The other processors gather them batch by batch, and so does
/// who would have to wait for one: tagging 100,000 of 1,000,000 contacts takes 18 ms where ids are
/// kept. Where they are not it took 70 ms record by record and takes 29 ms so, of which 20 go into
/// reading 416 MB by two processors. Mapping the file to memory took less than that or twice as
/// much, by how the system happened to keep the file.
struct HeadsAhead {
    /// Of a smaller share of a file's records each is read by itself sooner.
    static let leastShare = 64
    /// How many records a batch is taken from.
    private static let batchSize = 1 << 15
    /// How many batches may be read and not gone through yet.
    private static let mostAhead = 16
    private static let mostReaders = 3

    private let queue: BatchQueue
    private var readers: [SideWork] = []
    private var piece: [UInt8] = []
    private var batch = -1
    /// What was read of the batch; its memory is looked at directly, as that of 100,000 contacts
    /// is in a loop of 3 ms.
    private var heads: RecordHeads?
    private var entries = RecordHeads.Entries()
    private var index = 0
    private var grouped: GroupedIDs?

    /// Nil where so few of the contacts stand as in the file that each is read sooner by itself.
    ///
    /// - Parameters:
    ///   - numbers: the contacts that will be gone through, in this order.
    ///   - rows: reads those that are not told; as many as there are of them from here on.
    ///   - grouped: where ids can be put together, if they are to be.
    init?(
        _ wanted: RecordBits, of snapshot: Snapshot, among numbers: [Int32],
        through rows: inout SharedRows, grouped: GroupedIDs? = nil
    ) {
        var wanted = wanted
        wanted.formIntersection(snapshot.untouched)
        let columns = snapshot.base.columns
        var told = 0
        wanted.forEach { told += columns.isTold($0) ? 1 : 0 }
        // Who is not told is read record by record then, for which most of the file is not read.
        rows = SharedRows(snapshot, wanted: numbers.count - told)
        guard told > numbers.count / 2, let layout = rows.firstLayout(of: numbers, snapshot) else {
            return nil
        }
        self.init(snapshot.base, wanted, laidOutAs: layout)
        self.grouped = grouped
    }

    private init(_ base: Base, _ wanted: RecordBits, laidOutAs layout: TagWriting) {
        let size = HeadsAhead.batchSize
        let count = base.columns.count
        queue = BatchQueue(count: (count + size - 1) / size) { batch, piece in
            let range = batch * size..<min(count, (batch + 1) * size)
            return RecordHeads(base, wanted, in: range, laidOutAs: layout, through: &piece)
        }
    }

    /// The id of a record between quotes, as it stands in the file; nil where the record is not in
    /// the set, or takes a closer look.
    ///
    /// Records are asked for in their order, and what is told holds until the next one is.
    mutating func quotedID(of record: Int) -> UnsafeBufferPointer<UInt8>? {
        let batch = record / HeadsAhead.batchSize
        // Contacts that were added since stand in no batch.
        guard batch < queue.count else { return nil }
        if batch != self.batch { take(batch) }
        while index < entries.count, entries.record(index) < record { index += 1 }
        guard index < entries.count, entries.record(index) == record else { return nil }
        let id = entries.quotedID(index)
        return id.isEmpty ? nil : id
    }

    /// Puts the id that was told last into a group.
    mutating func put(intoGroup group: Int) {
        grouped?.put(index, of: entries.quotedID(index).count, into: group)
    }

    /// The ids of each group, in their order.
    mutating func names() -> [ContactNames] { grouped?.names() ?? [] }

    private mutating func take(_ batch: Int) {
        (self.batch, heads, index) = (batch, nil, 0)
        entries = RecordHeads.Entries()
        if queue.goOn(to: batch, aheadBy: HeadsAhead.mostAhead) { beginReading() }
        while true {
            if let found = queue.take(batch) {
                heads = found.heads
                if let heads {
                    entries = heads.entries
                    grouped?.begin(heads)
                }
                return
            }
            if !queue.readNext(through: &piece) { waitForReaders() }
        }
    }

    /// Lets other processors read until they are far enough ahead.
    private mutating func beginReading() {
        waitForReaders()
        let others = min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), queue.count) - 1
        for _ in 0..<max(0, min(others, HeadsAhead.mostReaders)) {
            let reader = SideWork(jointly: { [queue] () throws(StoreError) in
                var piece: [UInt8] = []
                while queue.readNext(through: &piece) {}
            })
            if let reader { readers.append(reader) }
        }
    }

    private mutating func waitForReaders() {
        for reader in readers { try? reader.wait() }
        readers = []
    }
}

/// Batches that are read by whoever has the time, in order.
private final class BatchQueue: Sendable {
    struct Found {
        /// Nil where there was no memory.
        let heads: RecordHeads?
    }

    private struct State {
        /// The batch that is to be read next.
        var next = 0
        /// Where reading ends for now.
        var end = 0
        var found: [Int: Found] = [:]
    }

    let count: Int
    private let read: @Sendable (Int, inout [UInt8]) -> RecordHeads?
    private let state = Mutex(State())

    init(count: Int, _ read: @escaping @Sendable (Int, inout [UInt8]) -> RecordHeads?) {
        self.count = count
        self.read = read
    }

    /// Says that no batch before this one will be asked for.
    ///
    /// - Returns: whether whoever was reading may have come to the end since, and there is more.
    func goOn(to batch: Int, aheadBy ahead: Int) -> Bool {
        state.withLock { state in
            state.next = max(state.next, batch)
            state.found = state.found.filter { $0.key >= batch }
            guard state.next < count, state.next + ahead / 2 >= state.end else { return false }
            let wasAtEnd = state.next >= state.end
            state.end = min(count, batch + ahead)
            return wasAtEnd
        }
    }

    /// Reads the next batch; false where there is none for now.
    func readNext(through piece: inout [UInt8]) -> Bool {
        let batch = state.withLock { state -> Int? in
            guard state.next < state.end else { return nil }
            state.next += 1
            return state.next - 1
        }
        guard let batch else { return false }
        let found = Found(heads: read(batch, &piece))
        state.withLock { $0.found[batch] = found }
        return true
    }

    /// What was read of a batch; nil where somebody is at it still.
    func take(_ batch: Int) -> Found? {
        state.withLock { $0.found.removeValue(forKey: batch) }
    }
}
