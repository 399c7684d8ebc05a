import CRecords
import ContactModel
import Glibc

/// Where every contact of a large file stands, by the hashes of its id and its number.
///
/// It is kept beside the file, so that a command about one contact need not read all of them. It
/// counts only while the file is the one that was read, by device, inode, size and times; each
/// block of it has a checksum; and whoever is found is read in the file itself. Where anything of
/// that is amiss the file is read whole.
///
/// It begins with words of 64 bits, as this machine writes them: what it is, the file's stamp and
/// checksum, the seed of the hashes, and how many contacts there are. Then come four columns of 32
/// bits a contact: the hashes of ids and of numbers, where the contacts begin, and how long they
/// are. It ends with more words: the checksums of the blocks of each column, and the checksum of
/// all words.
struct SideIndex {
    /// What the file holds that it is about.
    let mark: ContentMark
    private let file: OpenFile
    private let seed: UInt64
    private let count: Int
    private let sums: [UInt64]

    private enum Column: Int, CaseIterable {
        case ids, phones, starts, lengths
    }

    private static let magic: UInt64 = 0x3278_6564_6E69_6270
    private static let headWords = 11
    private static let headSize = headWords * MemoryLayout<UInt64>.size
    private static let valueSize = MemoryLayout<UInt32>.size
    private static let blockValues = 1 << 14

    /// Reads how it begins and ends; nil where there is none of this very file.
    init?(beside paths: StorePaths, of stamp: FileStamp) {
        guard let file = SideIndex.open(paths),
            let head = file.words(SideIndex.headWords, from: 0),
            head.starts(with: SideIndex.identity(stamp)), head[10] <= UInt64(Int32.max)
        else { return nil }
        count = Int(head[10])
        let sumCount = SideIndex.blocks(count) * Column.allCases.count
        let end = SideIndex.headSize + count * Column.allCases.count * SideIndex.valueSize
        guard let tail = file.words(sumCount + 1, from: end),
            tail.last == SideIndex.checksum(of: head + tail.dropLast())
        else { return nil }
        self.file = file
        mark = ContentMark(size: stamp.size, checksum: UInt32(truncatingIfNeeded: head[8]))
        seed = head[9]
        sums = tail.dropLast()
    }

    /// Opens it; nil where there is none, or that of somebody who could not have written the
    /// contacts: in a folder like /tmp anybody can put one there.
    static func open(_ paths: StorePaths) -> OpenFile? {
        var base = stat()
        guard let file = try? OpenFile(paths.index, O_RDONLY), let own = try? file.status,
            stat(paths.base, &base) == 0, [0, geteuid(), base.st_uid].contains(own.st_uid)
        else { return nil }
        return file
    }

    /// Whether all of it is as it was written.
    var isSound: Bool {
        Column.allCases.allSatisfy { column in
            (0..<SideIndex.blocks(count)).allSatisfy { values($0, of: column) != nil }
        }
    }

    /// Puts it beside a file that was read.
    ///
    /// - Throws: `.io`; what stood there before stands then.
    static func write(
        _ columns: RecordColumns, of mark: ContentMark, _ stamp: FileStamp,
        beside paths: StorePaths
    ) throws(StoreError) {
        let new = paths.index + ".new"
        unlink(new)
        let file = try OpenFile(new, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        do throws(StoreError) {
            try file.takeMode(of: paths.base)
            let head =
                identity(stamp)
                + [UInt64(mark.checksum), RecordColumns.seed, UInt64(columns.count)]
            try file.write(head.bytes)
            var sums: [UInt64] = []
            for column in Column.allCases {
                for start in stride(from: 0, to: columns.count, by: blockValues) {
                    let end = min(columns.count, start + blockValues)
                    let bytes = values(column, of: columns, in: start..<end).bytes
                    sums.append(UInt64(Checksum.of(bytes[...])))
                    try file.write(bytes)
                }
            }
            try file.write((sums + [checksum(of: head + sums)]).bytes)
            guard rename(new, paths.index) == 0 else { throw file.failure("rename") }
        } catch {
            unlink(new)
            throw error
        }
    }

    private static func values(
        _ column: Column, of columns: RecordColumns, in records: Range<Int>
    ) -> [UInt32] {
        switch column {
        case .ids: Array(columns.ids[records])
        case .phones: Array(columns.phones[records])
        case .starts: Array(columns.starts[records])
        case .lengths: records.map { UInt32(columns.span(of: $0).count) }
        }
    }

    private static func identity(_ stamp: FileStamp) -> [UInt64] {
        let times = (stamp.modified + stamp.changed).map { UInt64(bitPattern: Int64($0)) }
        return [magic, UInt64(stamp.device), UInt64(stamp.inode), UInt64(stamp.size)] + times
    }

    private static func checksum(of words: [UInt64]) -> UInt64 {
        UInt64(Checksum.of(words.bytes[...]))
    }

    private static func blocks(_ count: Int) -> Int { (count + blockValues - 1) / blockValues }

    /// The hashes of keys, as the index has them.
    func hashes(of keys: some Sequence<ContactKey>) -> KeyHashes {
        var hashes = KeyHashes(seed: seed)
        for key in keys { hashes.insert(key) }
        return hashes
    }

    /// The places of all contacts that may bear one of some keys, in order; nil where the index is
    /// damaged.
    func places(of hashes: KeyHashes) -> [Int]? {
        var found: Set<Int> = []
        guard find(hashes.ids, in: .ids, &found), find(hashes.phones, in: .phones, &found)
        else { return nil }
        return found.sorted()
    }

    /// Where contacts stand in the file; nil where the index is damaged.
    ///
    /// - Parameter places: in order.
    func spans(of places: [Int]) -> [Range<Int>]? {
        guard let starts = values(at: places, of: .starts),
            let lengths = values(at: places, of: .lengths)
        else { return nil }
        return zip(starts, lengths).map { Int($0)..<Int($0) + Int($1) }
    }

    private func find(_ hashes: Set<UInt32>, in column: Column, _ found: inout Set<Int>) -> Bool {
        if hashes.isEmpty { return true }
        var marks = [UInt8](repeating: 0, count: Int(RECORDS_MARK_BYTES))
        for hash in hashes { records_mark(&marks, hash) }
        for block in 0..<SideIndex.blocks(count) {
            guard let values = values(block, of: column) else { return false }
            var place = records_next_marked(values, values.count, marks, 0)
            while place < values.count {
                if hashes.contains(values[place]) {
                    found.insert(block * SideIndex.blockValues + place)
                }
                place = records_next_marked(values, values.count, marks, place + 1)
            }
        }
        return true
    }

    private func values(at places: [Int], of column: Column) -> [UInt32]? {
        var loaded: (block: Int, values: [UInt32]) = (-1, [])
        var result: [UInt32] = []
        for place in places {
            let block = place / SideIndex.blockValues
            if loaded.block != block {
                guard let values = values(block, of: column) else { return nil }
                loaded = (block, values)
            }
            result.append(loaded.values[place % SideIndex.blockValues])
        }
        return result
    }

    /// One block of a column; nil where it is not what was written.
    private func values(_ block: Int, of column: Column) -> [UInt32]? {
        let first = block * SideIndex.blockValues
        let length = min(count - first, SideIndex.blockValues) * SideIndex.valueSize
        let start =
            SideIndex.headSize + (column.rawValue * count + first) * SideIndex.valueSize
        let sum = sums[column.rawValue * SideIndex.blocks(count) + block]
        guard let bytes = try? file.bytes(start..<start + length), bytes.count == length,
            UInt64(Checksum.of(bytes[...])) == sum
        else { return nil }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    }
}

/// The hashes of ids and numbers that are looked for in an index.
struct KeyHashes: Sendable {
    private let seed: UInt64
    private(set) var ids: Set<UInt32> = []
    private(set) var phones: Set<UInt32> = []

    init(seed: UInt64) {
        self.seed = seed
    }

    var isEmpty: Bool { ids.isEmpty && phones.isEmpty }

    mutating func insert(_ key: ContactKey) {
        switch key {
        case .id(let id): insert(id: id)
        case .phone(let phone): insert(phone: phone.e164)
        case .place: break
        }
    }

    mutating func insert(id: String) { ids.insert(hash(id: id)) }

    mutating func insert(phone: String) { phones.insert(hash(phone: phone)) }

    private func hash(id: String) -> UInt32 { RecordColumns.hash(id, seed) }

    private func hash(phone: String) -> UInt32 {
        RecordColumns.hash(PhoneKey.normal(phone), seed)
    }

    mutating func formUnion(_ other: KeyHashes) {
        ids.formUnion(other.ids)
        phones.formUnion(other.phones)
    }

    func subtracting(_ other: KeyHashes) -> KeyHashes {
        var rest = self
        rest.ids.subtract(other.ids)
        rest.phones.subtract(other.phones)
        return rest
    }

    /// Whether whoever bears a key was looked for.
    func hold(_ key: ContactKey) -> Bool {
        switch key {
        case .id(let id): ids.contains(hash(id: id))
        case .phone(let phone): phones.contains(hash(phone: phone.e164))
        case .place: false
        }
    }
}

extension OpenFile {
    /// Words of 64 bits; nil where there are not as many.
    fileprivate func words(_ count: Int, from offset: Int) -> [UInt64]? {
        let length = count * MemoryLayout<UInt64>.size
        guard let bytes = try? bytes(offset..<offset + length), bytes.count == length else {
            return nil
        }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    }
}

extension Collection where Element: FixedWidthInteger {
    /// How they stand in memory.
    fileprivate var bytes: [UInt8] {
        withContiguousStorageIfAvailable { [UInt8](UnsafeRawBufferPointer($0)) } ?? []
    }
}
