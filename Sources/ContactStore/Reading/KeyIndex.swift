import CRecords
import ContactModel
import JSONText
import Synchronization

/// Which records of a file bear an id or a telephone number.
///
/// Of those who were shown lately it is known where they stand. The first few questions about
/// others are answered by passing over all hashes, in 0.1 ms at 1,000,000 contacts, which is as
/// long as the disk takes for a change; for who asks more often they are sorted into buckets
/// meanwhile, in 8 ms. What a hash points at is read to make sure.
final class KeyIndex: Sendable {
    private let text: BaseText
    private let columns: RecordColumns
    private let byID: HashLookup
    private let byPhone: HashLookup

    init(_ text: BaseText, _ columns: RecordColumns) {
        self.text = text
        self.columns = columns
        byID = HashLookup(columns, \.ids)
        byPhone = HashLookup(columns, \.phones)
    }

    /// The records that bear this id.
    func records(id: String) -> LazyFilterSequence<[Int32]> {
        byID.records(RecordColumns.hash(id)) { [self] number in
            holds(.id, of: number) { $0.hasSameUTF8(as: id) }
        }
    }

    /// The records that bear this number, however it is written.
    func records(phone: String) -> LazyFilterSequence<[Int32]> {
        let normal = PhoneKey.normal(phone)
        return byPhone.records(RecordColumns.hash(normal)) { [self] number in
            holds(.phone, of: number) { PhoneKey.normal($0).hasSameUTF8(as: normal) }
        }
    }

    /// Notes where a record stands whose id and number no other one bears.
    func note(_ record: Int32) {
        byID.note(record)
        byPhone.note(record)
    }

    /// For each of some names who may bear it; they are not looked at.
    func likelyRecords(of names: ContactNames) -> [LikelyRecord] {
        let lookup = names.kind == .ids ? byID : byPhone
        let hashes = (0..<names.count).map { names.withText($0, RecordColumns.hash) }
        return lookup.onlyCandidates(hashes)
    }

    /// The records whose id and number have the hashes of a record of other columns; none where
    /// that has neither.
    func records(alike record: Int, in others: RecordColumns) -> [Int32] {
        let (id, phone) = (others.ids[record], others.phones[record])
        if id != 0 {
            return byID.candidates(id).filter { columns.phones[Int($0)] == phone }
        }
        guard phone != 0 else { return [] }
        return byPhone.candidates(phone).filter { columns.ids[Int($0)] == 0 }
    }

    /// The records whose id or number stands in another record as well, and where these are very
    /// many those whose hash does: all that are repeated, and hardly any others.
    var suspects: RecordBits {
        let alike = alike
        return alike.count > KeyIndex.mostRead ? alike : repeated(among: alike)
    }

    /// The most records that are read to tell which of them only have the same hash: of 1,000,000
    /// that is some 450.
    private static let mostRead = 1 << 12

    /// Those of records that have the same hashes who bear the same key. One that cannot be read
    /// any more may.
    private func repeated(among alike: RecordBits) -> RecordBits {
        var bearers: [String: [Int]] = [:]
        var bits = RecordBits(limit: columns.count)
        alike.forEach { record in
            guard let bytes = try? text.bytes(columns.span(of: record)) else {
                return bits.insert(record)
            }
            let facts = RecordFacts(bytes)
            if let id = facts.id { bearers["i" + id, default: []].append(record) }
            if let phone = facts.phone {
                bearers["p" + PhoneKey.normal(phone), default: []].append(record)
            }
        }
        for records in bearers.values where records.count > 1 {
            records.forEach { bits.insert($0) }
        }
        return bits
    }

    /// The records whose id or number has the hash of another record's.
    private var alike: RecordBits {
        var bits = RecordBits(limit: columns.count)
        for hashes in [columns.ids, columns.phones] {
            let isDone = bits.withWords { words in
                records_repeats(hashes.baseAddress, hashes.count, words) == 1
            }
            // Without memory for it everybody is looked at.
            if isDone == false { return RecordBits(limit: columns.count, filled: true) }
        }
        return bits
    }

    /// Whether the text of a field is the one that is looked for. Of a record that cannot be
    /// read any more that is taken for granted: who wants to write it will be told.
    private func holds(
        _ field: Field, of number: Int32, _ isWanted: (String) -> Bool
    ) -> Bool {
        guard let bytes = try? text.bytes(columns.span(of: Int(number))) else { return true }
        let value = RecordFacts.value(field, bytes, 0..<bytes.count)
        return RecordFacts.text(bytes, value).map(isWanted) ?? false
    }
}

/// Who may bear a name, as far as hashes tell.
enum LikelyRecord {
    case none
    case one(Int32)
    case several

    init(_ candidates: [Int32]) {
        switch candidates.count {
        case 0: self = .none
        case 1: self = .one(candidates[0])
        default: self = .several
        }
    }
}

/// Where the hashes of one column stand.
private final class HashLookup: Sendable {
    private let columns: RecordColumns
    private let column: @Sendable (RecordColumns) -> UnsafeBufferPointer<UInt32>
    private let state = Mutex(State())

    private struct State {
        var index: HashBuckets?
        var count = 0
        /// Records that were noted, by the lower part of their hash; −1 for none.
        var noted = [Int32](repeating: -1, count: HashLookup.mostNoted)
    }

    /// Several screenfuls.
    private static let mostNoted = 1024

    /// How many questions are answered before sorting is begun, and how many while it goes on
    /// elsewhere: then whoever asks does it, as nobody else may have the time.
    private static let scans = (alone: 4, meanwhile: 100)

    init(
        _ columns: RecordColumns,
        _ column: @escaping @Sendable (RecordColumns) -> UnsafeBufferPointer<UInt32>
    ) {
        self.columns = columns
        self.column = column
    }

    private var hashes: UnsafeBufferPointer<UInt32> { column(columns) }

    /// Notes a record that is alone with what the column was made of.
    func note(_ record: Int32) {
        let hash = hashes[Int(record)]
        state.withLock { $0.noted[Int(hash) % HashLookup.mostNoted] = record }
    }

    /// The records that have this hash and are wanted: one that was noted, and is, is the only one.
    func records(
        _ hash: UInt32, _ isWanted: @escaping (Int32) -> Bool
    ) -> LazyFilterSequence<[Int32]> {
        let noted = state.withLock { $0.noted[Int(hash) % HashLookup.mostNoted] }
        if noted >= 0, hashes[Int(noted)] == hash, isWanted(noted) {
            return [noted].lazy.filter { _ in true }
        }
        return candidates(hash).lazy.filter(isWanted)
    }

    /// The records that have this hash.
    func candidates(_ hash: UInt32) -> [Int32] {
        let (index, count) = state.withLock { state in
            state.count += 1
            return (state.index, state.count)
        }
        if let index { return index.candidates(hash, hashes) }
        switch count {
        case ...HashLookup.scans.alone: break
        case HashLookup.scans.alone + 1: Task.detached { self.sort() }
        case ...HashLookup.scans.meanwhile: break
        default: return sort().candidates(hash, hashes)
        }
        return places(of: hash)
    }

    /// For each hash who has it.
    func onlyCandidates(_ wanted: [UInt32]) -> [LikelyRecord] {
        guard wanted.count > HashLookup.scans.alone else {
            return wanted.map { LikelyRecord(candidates($0)) }
        }
        let index = state.withLock(\.index) ?? sort()
        return wanted.map { index.onlyCandidate($0, hashes) }
    }

    @discardableResult
    private func sort() -> HashBuckets {
        let made = HashBuckets(hashes)
        return state.withLock { state in
            let index = state.index ?? made
            state.index = index
            return index
        }
    }

    private func places(of hash: UInt32) -> [Int32] {
        let hashes = hashes
        var found: [Int32] = []
        var place = records_next_place(hashes.baseAddress, hashes.count, hash, 0)
        while place < hashes.count {
            found.append(Int32(place))
            place = records_next_place(hashes.baseAddress, hashes.count, hash, place + 1)
        }
        return found
    }
}

/// Places of a column sorted into buckets by the hash that stands there; 0 stands for nothing.
private struct HashBuckets {
    private let starts: [UInt32]
    private let places: [UInt32]
    private let shift: UInt32

    /// About four places a bucket.
    init(_ hashes: UnsafeBufferPointer<UInt32>) {
        let bits = UInt32(max(0, Int.bitWidth - (hashes.count / 4).leadingZeroBitCount))
        let (shift, buckets) = (32 - bits, 1 << Int(bits))
        var starts = [UInt32](repeating: 0, count: buckets + 2)
        places = [UInt32](unsafeUninitializedCapacity: hashes.count) { places, count in
            records_buckets(
                hashes.baseAddress, hashes.count, shift, &starts, buckets, places.baseAddress)
            count = Int(starts[buckets])
        }
        self.starts = starts
        self.shift = shift
    }

    func candidates(_ hash: UInt32, _ hashes: UnsafeBufferPointer<UInt32>) -> [Int32] {
        bucket(hash).filter { hashes[Int($0)] == hash }.map(Int32.init)
    }

    func onlyCandidate(_ hash: UInt32, _ hashes: UnsafeBufferPointer<UInt32>) -> LikelyRecord {
        var found = LikelyRecord.none
        for place in bucket(hash) where hashes[Int(place)] == hash {
            if case .one = found { return .several }
            found = .one(Int32(place))
        }
        return found
    }

    private func bucket(_ hash: UInt32) -> ArraySlice<UInt32> {
        let index = Int(hash >> shift)
        return places[Int(starts[index])..<Int(starts[index + 1])]
    }
}

/// The keys of contacts that were made since the file was read.
struct AddedKeys: Sendable {
    private var ids = KeyBuckets()
    private var phones = KeyBuckets()

    var isEmpty: Bool { ids.isEmpty && phones.isEmpty }

    /// Notes the keys of a record.
    mutating func add(_ facts: RecordFacts, at index: Int32) {
        if let id = facts.id { ids.add(id, index) }
        if let phone = facts.phone { phones.add(PhoneKey.normal(phone), index) }
    }

    /// Whether a record among them bears, or bore, this name.
    func hold(_ name: UnsafeBufferPointer<UInt8>, _ kind: ContactNames.Kind) -> Bool {
        if isEmpty { return false }
        let name = String(decoding: name, as: UTF8.self)
        return !(kind == .ids ? records(id: name) : records(phone: name)).isEmpty
    }

    /// The records that bear this id.
    func records(id: String) -> [Int32] { ids.records(id) }

    /// The records that bear this number, however it is written.
    func records(phone: String) -> [Int32] {
        isEmpty ? [] : phones.records(PhoneKey.normal(phone))
    }
}

/// Numbers by a text, in buckets of which few are copied when one is added.
private struct KeyBuckets: Sendable {
    private struct Entry: Sendable {
        let key: String
        let number: Int32
    }

    private var buckets = Sparse<[Entry]>()
    private static let mask: UInt32 = 0xFFFF

    var isEmpty: Bool { buckets.isEmpty }

    mutating func add(_ key: String, _ number: Int32) {
        let bucket = KeyBuckets.bucket(of: key)
        buckets[bucket] = (buckets[bucket] ?? []) + [Entry(key: key, number: number)]
    }

    func records(_ key: String) -> [Int32] {
        guard !isEmpty, let entries = buckets[KeyBuckets.bucket(of: key)] else { return [] }
        return entries.filter { $0.key.hasSameUTF8(as: key) }.map(\.number)
    }

    private static func bucket(of key: String) -> Int32 {
        Int32(RecordColumns.hash(key) & mask)
    }
}
