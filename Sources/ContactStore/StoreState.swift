import ContactModel
import Glibc
import JSONText

/// What a store knows of its files; guarded by the store.
struct StoreState {
    let paths: StorePaths
    let options: StoreOptions
    var stamp: FileStamp?
    var snapshot: Snapshot
    /// The journal, open for appending; nil until the first commit.
    var journal: OpenFile?
    var journalStamp: FileStamp?
    /// The bytes of the journal that hold whole entries.
    var journalEnd = 0
    /// The bytes of the journal when it was last read or written.
    var journalSize = 0
    var journalLacksLineFeed = false
    /// The steps of the journal, the oldest first.
    var steps: [Step] = []
    var notices: [StoreNotice] = []
    var readOnly: StoreError.ReadOnlyReason?
    /// How often something was read that this process had not written.
    var readingsOfOthers = 0

    init(
        paths: StorePaths, options: StoreOptions, readOnly: StoreError.ReadOnlyReason?
    ) throws(StoreError) {
        self.paths = paths
        self.options = options
        self.readOnly = readOnly
        snapshot = Snapshot(base: try Base(Base.emptyText, path: paths.base))
        try load()
    }

    /// Reads everything from the disk; the lock is held where there is one.
    mutating func load() throws(StoreError) {
        readingsOfOthers += 1
        try loadOnce()
        // Without the lock a folding may have come between the two files.
        for _ in 0..<StoreState.rereads where readOnly != nil && !isCurrent { try loadOnce() }
    }

    private static let rereads = 5

    /// Whether both files are still the ones that were read: two calls of `stat`.
    var isCurrent: Bool {
        let log = FileStamp.current(of: paths.journal)
        return FileStamp.current(of: paths.base) == stamp && log?.size ?? 0 == journalSize
            && (journalStamp == nil || log?.inode == journalStamp?.inode)
    }

    private mutating func loadOnce() throws(StoreError) {
        let file = try OpenFile(paths.base, O_RDONLY | O_NONBLOCK)
        let status = try file.status
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: paths.base) }
        let bytes = try file.read(limit: options.sizeLimit)
        snapshot = Snapshot(base: try Base(bytes, path: paths.base))
        stamp = FileStamp(status)
        steps = []
        journal = nil
        journalStamp = nil
        journalEnd = 0
        journalSize = 0
        journalLacksLineFeed = false
        try clearReplacement()
        try loadJournal()
    }

    private mutating func loadJournal() throws(StoreError) {
        guard let file = try openJournal(creating: false) else { return }
        let bytes = try file.read(limit: options.sizeLimit)
        journalSize = bytes.count
        var reading = JournalText.read(bytes)
        try settle(&reading, of: bytes, in: file)
        guard case .header(let mark)? = reading.entries.first else {
            if readOnly == nil {
                unlink(paths.journal)
                journalSize = 0
            }
            return
        }
        let found = reading.entries.compactMap(\.step)
        if mark == snapshot.base.mark {
            adopt(found, file, reading)
        } else if reading.entries.contains(where: { $0.folded == snapshot.base.mark }) {
            try finishFolding(found)
        } else {
            try rebase(found)
        }
    }

    /// Cuts a torn tail; goes read-only before a damaged entry.
    private mutating func settle(
        _ reading: inout JournalText.Reading, of bytes: [UInt8], in file: OpenFile
    ) throws(StoreError) {
        switch reading.flaw {
        case nil: break
        case .damaged:
            readOnly = .damage
            notices.append(.damagedJournal(offset: reading.end))
        case .torn:
            notices.append(.tornTail(bytes: bytes.count - reading.end))
            guard readOnly == nil else { return }
            try file.truncate(to: reading.end)
            try file.syncData()
            journalSize = reading.end
        }
    }

    private mutating func adopt(_ found: [Step], _ file: OpenFile, _ reading: JournalText.Reading) {
        journal = file
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = reading.end
        journalLacksLineFeed = reading.lacksLineFeed
        take(found)
    }

    mutating func take(_ found: [Step]) {
        for step in found {
            let placed = step.placed(in: snapshot.reading)
            snapshot.apply(placed.changes)
            steps.append(placed)
        }
    }

    func openJournal(creating: Bool) throws(StoreError) -> OpenFile? {
        let flags = readOnly == nil ? O_RDWR | O_APPEND : O_RDONLY
        do {
            return try OpenFile(paths.journal, flags | (creating ? O_CREAT : 0), mode: 0o600)
        } catch .missing where !creating {
            return nil
        }
    }

    /// A new base is in place and its journal was not dropped yet: do what the crash left out.
    private mutating func finishFolding(_ found: [Step]) throws(StoreError) {
        guard readOnly == nil else { return }
        try history.append(found)
        unlink(paths.journal)
        journalSize = 0
    }

    var history: History { History(paths: paths, limit: options.historyLimit) }

    /// Another program changed the file: puts the journal's steps on top of what it wrote.
    private mutating func rebase(_ found: [Step]) throws(StoreError) {
        var conflicts: [StoreConflict] = []
        var kept: [Step] = []
        for step in found {
            let changes = step.changes.compactMap { snapshot.rebased($0, &conflicts) }
            guard !changes.isEmpty else { continue }
            snapshot.apply(changes)
            var rest = step
            rest.changes = changes
            kept.append(rest)
        }
        notices.append(.changedOutside(reapplied: kept.count, conflicts: conflicts))
        steps = kept
        guard readOnly == nil else { return }
        if !conflicts.isEmpty { try history.append(found) }
        try replaceJournal(kept)
    }

    /// Writes a whole new journal in the place of the old one.
    private mutating func replaceJournal(_ kept: [Step]) throws(StoreError) {
        let path = paths.journal + ".new"
        unlink(path)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.takeMode(of: paths.base)
        let lines = [JournalEntry.header(snapshot.base.mark)] + kept.map(JournalEntry.step)
        try file.write(lines.flatMap(JournalText.line))
        try file.syncAll()
        guard rename(path, paths.journal) == 0 else { throw file.failure("rename") }
        try syncFolder()
        journal = try openJournal(creating: false)
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = journalStamp?.size ?? 0
        journalSize = journalEnd
        journalLacksLineFeed = false
    }

    func syncFolder() throws(StoreError) {
        try OpenFile(paths.folder, O_RDONLY | O_DIRECTORY).syncAll()
    }
}

extension JournalEntry {
    fileprivate var step: Step? {
        if case .step(let step) = self { step } else { nil }
    }

    /// The base that a folding was about to put in place.
    fileprivate var folded: ContentMark? {
        if case .folding(_, let to) = self { to } else { nil }
    }
}

extension Snapshot {
    /// A change with the writes that another program's values do not contradict.
    fileprivate func rebased(
        _ change: RecordChange, _ conflicts: inout [StoreConflict]
    ) -> RecordChange? {
        let present = try? contact(number(of: change.key))
        if change.key.isPlace {
            // What a place means in a file that another program wrote nobody can tell.
            conflicts.append(StoreConflict(key: change.key, field: "contact"))
            return nil
        }
        var result = change
        result.writes = change.writes.filter { write in
            switch write {
            case .create: return present == nil
            case .delete, .tags: return present != nil
            case .member(let name, let new, let old):
                guard let present else { return false }
                let now = present.record[name]
                if now == old?.value || now == new?.value || name == Field.updatedAt.name {
                    return true
                }
                conflicts.append(StoreConflict(key: change.key, field: name))
                return false
            case .metadata(let name, let new, let old, _):
                guard let present else { return false }
                let now = present.metadata?[name]
                if now == old?.value || now == new?.value { return true }
                conflicts.append(StoreConflict(key: change.key, field: "metadata.\(name)"))
                return false
            }
        }
        return result.writes.isEmpty ? nil : result
    }
}
